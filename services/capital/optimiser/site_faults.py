"""Hubs that cannot be meant: with types but no name, or in too many kinds to tell apart."""

from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import Problem

# Each choice of kinds is a row of the model for each year.
MOST_KINDS: Final = 6


def impossible_sites(problem: Problem) -> Iterator[Fault]:
    """Yield each row about hubs that contradicts itself or another."""
    kinds: dict[str, set[frozenset[str]]] = {}
    for place, row in enumerate(problem.commissioning):
        path = f"commissioning[{place}].vehicle_types"
        if row.hub_id is None and row.vehicle_types:
            yield Fault(field=path, rule="narrows no single hub: hub_id is empty")
        if row.hub_id is not None:
            kinds.setdefault(row.trust, set()).add(frozenset(row.vehicle_types))
        if len(kinds.get(row.trust, ())) > MOST_KINDS:
            rule = f"is a seventh list of types at {row.trust}; at most {MOST_KINDS} may differ"
            yield Fault(field=path, rule=rule)
