"""Hubs and sites that cannot be meant: types but no name, too many kinds, power not told."""

from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import ChargingSite, Commissioning, Problem

# Each choice of kinds is a row of the model for each year.
MOST_KINDS: Final = 6


def impossible_sites(problem: Problem) -> Iterator[Fault]:
    """Yield each row about hubs or sites that contradicts itself or another."""
    yield from _kinds("commissioning", problem.commissioning)
    yield from _kinds("charging_sites", problem.charging_sites)
    yield from _power(problem)


def _kinds(table: str, rows: Sequence[Commissioning | ChargingSite]) -> Iterator[Fault]:
    kinds: dict[str, set[frozenset[str]]] = {}
    for place, row in enumerate(rows):
        path = f"{table}[{place}].vehicle_types"
        if row.hub_id is None and row.vehicle_types:
            yield Fault(field=path, rule="narrows no single hub: hub_id is empty")
        if row.hub_id is not None:
            kinds.setdefault(row.trust, set()).add(frozenset(row.vehicle_types))
        if len(kinds.get(row.trust, ())) > MOST_KINDS:
            rule = f"is a seventh list of types at {row.trust}; at most {MOST_KINDS} may differ"
            yield Fault(field=path, rule=rule)


def _power(problem: Problem) -> Iterator[Fault]:
    """Yield grid connections of hubs where nothing charges, and chargers of unknown power."""
    connected = {(row.trust, row.hub_id) for row in problem.grid_connections}
    charging = {(row.trust, row.hub_id) for row in problem.charging_sites}
    for place, grid in enumerate(problem.grid_connections):
        if (grid.trust, grid.hub_id) not in charging:
            rule = f"{grid.hub_id} is no hub of {grid.trust} with a charging site"
            yield Fault(field=f"grid_connections[{place}].hub_id", rule=rule)
    for place, site in enumerate(problem.charging_sites):
        if bool(site.kilowatts) != ((site.trust, site.hub_id) in connected):
            rule = "must be given where the hub has a grid connection, and only there"
            yield Fault(field=f"charging_sites[{place}].kilowatts", rule=rule)
