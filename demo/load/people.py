"""Who does what in a scenario: every call is made by someone with a token for just that."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from demo.client import Client
from services.runtime.auth.issue import Grant

ClientFor: TypeAlias = Callable[[Grant], Client]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The clients of one trust's people; each may act for that trust alone."""

    fleet_manager: Client
    hub_supervisor: Client
    operative: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Planners:
    """Who plans for the trusts of a scenario, and who approves: two persons."""

    planner: Client
    approver: Client


def people_of(trust: str, client_for: ClientFor) -> People:
    return People(
        fleet_manager=client_for(someone("fleet.manager", [trust])),
        hub_supervisor=client_for(someone("hub.supervisor", [trust])),
        operative=client_for(someone("hub.operator", [trust])),
    )


def planners_of(organisations: Iterable[str], client_for: ClientFor) -> Planners:
    codes = sorted(set(organisations))
    return Planners(
        planner=client_for(someone("capital.planner", codes)),
        approver=client_for(someone("capital.approver", codes)),
    )


def finance_of(holder: str, client_for: ClientFor) -> Client:
    """Return a client for whoever says what a holder has to spend."""
    grant = Grant(subject=f"finance@{holder.lower()}", roles=["capital.planner"], orgs=[holder])
    return client_for(grant)


def someone(role: str, organisations: list[str]) -> Grant:
    """Return a token's content for a person of that role, named after it: nobody is invented."""
    where = "-".join(organisations).lower()
    return Grant(subject=f"{role}@{where}", roles=[role], orgs=organisations)
