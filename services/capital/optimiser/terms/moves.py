"""What vehicles may become: another trust's, or reserve; and how long they may serve as that."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from services.capital.optimiser.problem import (
    LifePolicy,
    Reserve,
    TransferRoute,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms.keys import Fleet, MoveKind, OfProblem, Vintage


class Move(NamedTuple):
    """Vehicles of one vintage that become another as a year begins."""

    kind: MoveKind
    source: Vintage
    year: int
    target: Vintage


class MoveTerms(OfProblem):
    """The look-ups of moves."""

    @cached_property
    def routes_from(self) -> Mapping[Fleet, list[TransferRoute]]:
        routes: defaultdict[Fleet, list[TransferRoute]] = defaultdict(list)
        for row in sorted(self.problem.transfer_routes, key=lambda row: row.to_trust):
            routes[Fleet(row.from_trust, row.vehicle_type)].append(row)
        return routes

    @cached_property
    def _reserves(self) -> Mapping[tuple[TrustCode | None, TypeCode], Reserve]:
        return {(row.trust, row.vehicle_type): row for row in self.problem.reserves}

    def reserve(self, fleet: Fleet) -> Reserve | None:
        """Return the fleet's reserve: the trust's own row, or everyone's; None: it has none."""
        own = self._reserves.get((fleet.trust, fleet.vehicle_type))
        return own or self._reserves.get((None, fleet.vehicle_type))

    def route(self, source: Fleet, to_trust: TrustCode) -> TransferRoute | None:
        return next(
            (row for row in self.routes_from.get(source, ()) if row.to_trust == to_trust), None
        )

    def moves_of(self, vintage: Vintage, year: int) -> list[Move]:
        """Return what vehicles of the vintage, there the year before, may become in the year."""
        if vintage.in_reserve or year <= vintage.entry_year:
            return []
        targets = [
            (MoveKind.TRANSFER, vintage._replace(trust=row.to_trust))
            for row in self.routes_from.get(vintage.fleet, ())
        ]
        reserve = self.reserve(vintage.fleet)
        if reserve and vintage.age_in(year) >= reserve.from_age_years:
            targets.append((MoveKind.RESERVE, vintage._replace(in_reserve=True)))
        return [Move(kind, vintage, year, target) for kind, target in targets]

    def reserve_policy(self, fleet: Fleet, year: int) -> LifePolicy:
        """Return how long vehicles serve in reserve: a hard age, and no target."""
        reserve = self.reserve(fleet)
        return LifePolicy(
            trust=fleet.trust,
            vehicle_type=fleet.vehicle_type,
            from_financial_year=year,
            maximum_age_years=reserve.maximum_age_years if reserve else 0,
        )
