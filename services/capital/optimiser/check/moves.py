"""What a plan moves from trust to trust and to reserve, against the rules of both."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.plan import Moved
from services.capital.optimiser.problem import Reserve, TransferRoute
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, MoveKind, Terms


class MoveCheck(Statement):
    """Transfers and the reserve."""

    def _transfers_follow_their_routes(self) -> Iterator[Violation]:
        for row in self._transfers():
            if route_of(self.terms, row) is None:
                detail = f"gives {row.vehicles} {row.vehicle_type} to {row.to_trust}"
                yield broken(Rule.TRANSFER_ROUTE, row.trust, detail)

    def _givers_keep_enough(self) -> Iterator[Violation]:
        used = {(route_of(self.terms, row), row.financial_year) for row in self._transfers()}
        for route, year in used:
            if route is None:
                continue
            fleet = Fleet(route.from_trust, route.vehicle_type)
            remaining = self._held[fleet, year, False]
            if remaining < route.minimum_remaining:
                detail = f"{remaining} of {route.minimum_remaining} remain in {year}"
                yield broken(Rule.TRANSFER_REMAINDER, fleet, detail)

    def _reserves_are_joined_at_their_age(self) -> Iterator[Violation]:
        for row in self.plan.moves:
            if row.kind is MoveKind.RESERVE:
                reserve = reserve_of(self.terms, row.source.fleet)
                age = row.financial_year - row.entry_year
                if reserve is None or age < reserve.from_age_years:
                    detail = f"{row.vehicles} join in {row.financial_year} at age {age}"
                    yield broken(Rule.RESERVE_AGE, row.source, detail)

    def _no_reserve_exceeds_its_maximum(self) -> Iterator[Violation]:
        for (fleet, year, in_reserve), vehicles in self._held.items():
            reserve = reserve_of(self.terms, fleet)
            most = reserve.maximum if reserve else 0
            if in_reserve and vehicles > most:
                detail = f"{vehicles} of {most} in {year}"
                yield broken(Rule.RESERVE_MAXIMUM, fleet, detail)

    def _transfers(self) -> Iterator[Moved]:
        return (row for row in self.plan.moves if row.kind is MoveKind.TRANSFER)

    @cached_property
    def _held(self) -> Counter[tuple[Fleet, int, bool]]:
        held: Counter[tuple[Fleet, int, bool]] = Counter()
        for row in self.plan.stock:
            fleet = Fleet(row.trust, row.vehicle_type)
            held[fleet, row.financial_year, row.in_reserve] += row.vehicles
        return held


def route_of(terms: Terms, row: Moved) -> TransferRoute | None:
    """Return the problem's own row for the transfer; None: there is no such route."""
    places = row.trust, row.to_trust, row.vehicle_type
    for route in terms.problem.transfer_routes:
        if (route.from_trust, route.to_trust, route.vehicle_type) == places:
            return route
    return None


def reserve_of(terms: Terms, fleet: Fleet) -> Reserve | None:
    """Return the fleet's reserve, found in the problem's own table."""
    rows = [row for row in terms.problem.reserves if row.vehicle_type == fleet.vehicle_type]
    own = [row for row in rows if row.trust == fleet.trust]
    return next(iter(own or [row for row in rows if row.trust is None]), None)
