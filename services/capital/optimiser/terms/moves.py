"""What vehicles may become: another trust's, or reserve; and how long they may serve as that."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from services.capital.optimiser.problem import (
    EnvelopeId,
    LifePolicy,
    LineId,
    MoveKind,
    Remount,
    Reserve,
    TechnologyCode,
    TransferRoute,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.problem.periods import money_year, weeks_in
from services.capital.optimiser.terms.keys import (
    NO_BAND,
    Fleet,
    OfProblem,
    Vintage,
    is_eligible,
)

NO_ENVELOPE: Final = EnvelopeId("")


class Move(NamedTuple):
    """Vehicles of one vintage that become another as a year begins."""

    kind: MoveKind
    source: Vintage
    year: int
    target: Vintage
    # Empty where no capital is spent.
    envelope_id: EnvelopeId = NO_ENVELOPE


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

    @cached_property
    def _remounts(self) -> Mapping[tuple[TrustCode | None, TypeCode, TechnologyCode], Remount]:
        return {
            (row.trust, row.vehicle_type, row.technology): row
            for row in self.problem.remount_offers
        }

    def remount(self, fleet: Fleet, technology: TechnologyCode) -> Remount | None:
        """Return the remount offered: to the trust alone, or to everyone; None: there is none."""
        own = self._remounts.get((fleet.trust, fleet.vehicle_type, technology))
        return own or self._remounts.get((None, fleet.vehicle_type, technology))

    def could_remount(self, fleet: Fleet, technology: TechnologyCode) -> bool:
        """Whether a remount is offered to the fleet, or to one its vehicles can be given to."""
        reached, waiting = {fleet}, [fleet]
        while waiting:
            for row in self.routes_from.get(waiting.pop(), ()):
                receiver = Fleet(row.to_trust, row.vehicle_type)
                if receiver not in reached:
                    reached.add(receiver)
                    waiting.append(receiver)
        return any(self.remount(there, technology) for there in reached)

    def remount_price_pence(self, vintage: Vintage, year: int) -> int:
        """Return the price of remounting one vehicle in the year; 0: it cannot be."""
        offer = self.remount(vintage.fleet, vintage.technology)
        if offer is None or not vintage.box_entry_year or vintage.in_reserve:
            return 0
        worn = year - vintage.box_entry_year >= offer.maximum_box_age_years
        if worn or vintage.remounts >= offer.maximum_remounts:
            return 0
        return offer.price_pence[year - self.problem.first_financial_year]

    def lines_of(self, move: Move) -> tuple[LineId, ...]:
        """Return the supply lines that a move takes a place on."""
        offer = self.remount(move.source.fleet, move.source.technology)
        return offer.supply_lines if offer and move.kind is MoveKind.REMOUNT else ()

    def away_permille(self, vintage: Vintage, available_permille: int) -> int:
        """Return what a vehicle remounted to the vintage lacks, of what it counts, in its year."""
        offer = self.remount(vintage.fleet, vintage.technology)
        weeks = offer.weeks_out if offer else 0
        whole = weeks_in(vintage.entry_year)
        return available_permille - available_permille * (whole - weeks) // whole

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
        moves = [Move(kind, vintage, year, target) for kind, target in targets]
        return [*moves, *self._remounts_of(vintage, year)]

    def _remounts_of(self, vintage: Vintage, year: int) -> Iterator[Move]:
        if not self.remount_price_pence(vintage, year):
            return
        target = remounted(vintage, year)
        kind = vintage.trust, vintage.vehicle_type, vintage.technology
        for row in sorted(self.problem.envelopes, key=lambda row: row.envelope_id):
            if row.financial_year == money_year(year) and is_eligible(row, *kind):
                yield Move(MoveKind.REMOUNT, vintage, year, target, row.envelope_id)

    def reserve_policy(self, fleet: Fleet, year: int) -> LifePolicy:
        """Return how long vehicles serve in reserve: a hard age, and no target."""
        reserve = self.reserve(fleet)
        return LifePolicy(
            trust=fleet.trust,
            vehicle_type=fleet.vehicle_type,
            from_financial_year=year,
            maximum_age_years=reserve.maximum_age_years if reserve else 0,
        )


def remounted(vintage: Vintage, year: int) -> Vintage:
    """Return what a remount makes of a vehicle: its box on a chassis of the year."""
    return vintage._replace(entry_year=year, band=NO_BAND, remounts=vintage.remounts + 1)
