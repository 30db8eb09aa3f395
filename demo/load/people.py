"""Who does what in a scenario: every call is made by someone with a token for just that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from demo.client import Client
from services.runtime.auth.issue import Grant

ClientFor: TypeAlias = Callable[[Grant], Client]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The clients of one trust's people. The planner and the approver are two persons."""

    fleet_manager: Client
    hub_supervisor: Client
    operative: Client
    planner: Client
    approver: Client


def people_of(trust: str, client_for: ClientFor) -> People:
    """Return clients for the people of a trust; each may act for that trust alone."""

    def someone(role: str) -> Client:
        return client_for(Grant(subject=f"{role}@{trust.lower()}", roles=[role], orgs=[trust]))

    return People(
        fleet_manager=someone("fleet.manager"),
        hub_supervisor=someone("hub.supervisor"),
        operative=someone("hub.operator"),
        planner=someone("capital.planner"),
        approver=someone("capital.approver"),
    )


def finance_of(holder: str, client_for: ClientFor) -> Client:
    """Return a client for whoever says what a holder has to spend."""
    grant = Grant(subject=f"finance@{holder.lower()}", roles=["capital.planner"], orgs=[holder])
    return client_for(grant)
