"""All ways to dispose of alike vehicles or hold them in reserve, in a problem of a few vehicles."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from services.capital.optimiser.problem import Problem, Reserve


class Group(NamedTuple):
    """Vehicles that are alike; `held`: in reserve."""

    technology: str
    entry: int
    band: str
    held: bool
    vehicles: int


class Garage:
    """What a problem says of each fleet's reserve."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem

    def open_to(self, trust: str, vehicle_type: str) -> Reserve | None:
        rows = [
            row
            for row in self.problem.reserves
            if row.vehicle_type == vehicle_type and row.trust in {trust, None}
        ]
        return min(rows, key=lambda row: row.trust is None, default=None)

    def holds(self, year: int, trust: str, vehicle_type: str, fleet: Iterable[Group]) -> bool:
        """Whether the reserve is neither too large nor too old."""
        held = [group for group in fleet if group.held]
        reserve = self.open_to(trust, vehicle_type)
        if reserve is None:
            return not held
        oldest = reserve.maximum_age_years
        young = all(not oldest or year - group.entry < oldest for group in held)
        return young and sum(group.vehicles for group in held) <= reserve.maximum

    def terms(self, trust: str, vehicle_type: str, *, held: bool) -> tuple[int, int]:
        """Return what a vehicle counts towards a need, and pays of its running, per mille."""
        reserve = self.open_to(trust, vehicle_type) if held else None
        if reserve is None:
            return 1000, 1000
        return reserve.available_permille, 1000 - reserve.running_saved_permille


def splits(
    group: Group, year: int, reserve: Reserve | None, *, frozen: bool
) -> Iterator[tuple[int, tuple[Group, ...]]]:
    """Yield how many go, and what those that stay are then."""
    new = group.entry == year
    may_join = reserve and not new and not group.held
    joins = may_join and reserve and year - group.entry >= reserve.from_age_years
    for gone in range(1 if frozen or new else group.vehicles + 1):
        left = group.vehicles - gone
        for joined in range(left + 1 if joins else 1):
            yield (
                gone,
                (
                    group._replace(vehicles=left - joined),
                    group._replace(vehicles=joined, held=True),
                ),
            )
