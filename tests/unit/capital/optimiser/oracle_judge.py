"""Which rules given decisions break, worked out from a problem's own rows and nothing else.

Shares no code with model, search or checker: who buys is judged by the oracle's market, and
vehicles are counted from year to year here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Final

from services.capital.optimiser.plan import Decisions, Disposal, Hired, Moved, Purchase
from services.capital.optimiser.problem import Problem, TransferRoute
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import MoveKind
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_market import Market
from tests.unit.capital.optimiser.oracle_money import Besides, Lot, cut, pays
from tests.unit.capital.optimiser.oracle_motion import (
    Kind,
    Place,
    kind_of,
    leavers,
    places,
    serving_by_year,
    target_of,
)
from tests.unit.capital.optimiser.oracle_promise import Fortunes
from tests.unit.capital.optimiser.oracle_purse import Purse
from tests.unit.capital.optimiser.oracle_ruled import (
    cancelled_as_ruled,
    hired_as_ruled,
    moved_as_ruled,
    wired_as_ruled,
)
from tests.unit.capital.optimiser.oracle_sites import Sites
from tests.unit.capital.optimiser.oracle_tables import money_of
from tests.unit.capital.optimiser.oracle_workshop import Workshop
from tests.unit.capital.optimiser.oracle_year import Years


class Judge:
    """Says which rules of one problem decisions break; of several, at least one that explains."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem
        self.years: Final = range(
            problem.first_financial_year, problem.first_financial_year + problem.years
        )
        self.options: Final = {row.option_id: row for row in problem.options}
        self.envelopes: Final = {row.envelope_id: row for row in problem.envelopes}
        self.of_years: Final = Years(problem)
        self.places: Final = places(problem)

    def broken(self, decisions: Decisions) -> set[Rule]:
        """Return every rule broken; WELL_FORMED alone where the rest could not be looked at."""
        if any(self._ill_formed(decisions)):
            return {Rule.WELL_FORMED}
        if decisions.cancellations:
            left = replace(cut(self.problem, decisions.cancelled), cancellation_rulings=())
            others = replace(decisions, cancellations=())
            return {*self._cancelling(decisions), *Judge(left).broken(others)}
        serving = serving_by_year(self.problem, decisions)
        return {
            *self._buying(decisions, serving),
            *self._leaving(decisions),
            *self._cancelling(decisions),
            *self._hiring(decisions.hires),
            *self._moving(decisions, serving),
            *Fortunes(self.problem, decisions).broken(serving),
            *(
                rule
                for year in self.years
                for rule in self.of_years.broken(year, serving[year], self.places)
            ),
        }

    def _ill_formed(self, decisions: Decisions) -> Iterator[bool]:
        aged = leavers(decisions)
        dated: list[Disposal | Moved | Hired] = [*aged, *decisions.hires]
        yield any(row.financial_year not in self.years for row in dated)
        yield any(row.financial_year not in self.years for row in decisions.chargers)
        counted: list[Disposal | Moved | Hired | Purchase] = [*dated, *decisions.purchases]
        yield any(row.vehicles < 1 for row in counted)
        yield any(row.chargers < 1 for row in decisions.chargers)
        yield any(row.envelope_id not in self.envelopes for row in decisions.chargers)
        yield any(row.vehicles < 1 for row in decisions.cancellations)
        on_order = {row.commitment_id for row in self.problem.commitments}
        yield any(name not in on_order for name in decisions.cancelled)
        yield any(row.financial_year < row.entry_year for row in aged)
        kinds = [kind_of(row) for row in aged]
        kinds += [target_of(row) for row in decisions.moves]
        for row in decisions.purchases:
            option = self.options.get(row.option_id)
            yield option is None or row.envelope_id not in self.envelopes
            yield not {row.order_year, row.delivery_year} <= {*self.years}
            if option:
                kinds.append(Kind(row.trust, option.vehicle_type, option.technology, 0))
        yield any(
            kind.place not in self.places or not self.of_years.tables.has(kind) for kind in kinds
        )
        yield any((row.trust, row.vehicle_type) not in self.places for row in decisions.hires)
        for moved in decisions.moves:
            yield bool(moved.to_trust) and moved.kind is not MoveKind.TRANSFER
            paid = moved.kind is MoveKind.REMOUNT
            yield (moved.envelope_id not in self.envelopes) if paid else bool(moved.envelope_id)

    def _cancelling(self, decisions: Decisions) -> Iterator[Rule]:
        for row in self.problem.commitments:
            most = row.vehicles if row.cancellable else 0
            if decisions.cancelled.get(row.commitment_id, 0) > most:
                yield Rule.CANCELLATION
        if not cancelled_as_ruled(self.problem, decisions.cancelled):
            yield Rule.CANCELLATION_RULING

    def _buying(self, decisions: Decisions, serving: Mapping[int, Counter[Kind]]) -> Iterator[Rule]:
        lots = []
        for row in decisions.purchases:
            option, envelope = self.options[row.option_id], self.envelopes[row.envelope_id]
            due = money_of(row.delivery_year) == envelope.financial_year
            if not due or not pays(envelope, row.trust, option):
                yield Rule.ENVELOPE_ELIGIBILITY
            inside = row.order_year in self.years and row.delivery_year in self.years
            timely = row.delivery_year == row.order_year + option.lead_time_years
            if not inside or not timely or not option.price_pence[self._place(row.delivery_year)]:
                yield Rule.LEAD_TIME
            else:
                lots.append(Lot(row.trust, option, row.order_year, envelope, row.vehicles))
        purse, sites = Purse(self.problem), Sites(self.problem, decisions.chargers)
        workshop = Workshop(self.problem, decisions.moves)
        yield from sites.buying()
        if not wired_as_ruled(self.problem, decisions.chargers):
            yield Rule.CHARGER_RULING
        yield from workshop.broken()
        spent = sites.chargers_pence() + workshop.spent_pence()
        besides = Besides(purse.proceeds_pence(decisions), spent, workshop.places())
        yield from Market(self.problem, besides).broken(lots)
        for year in self.years:
            yield from sites.in_year(year, serving[year])
            if purse.is_overspent(year, lots, serving[year], decisions):
                yield Rule.REVENUE_BUDGET

    def _place(self, year: int) -> int:
        return year - self.problem.first_financial_year

    def _leaving(self, decisions: Decisions) -> Iterator[Rule]:
        frozen = {
            (row.trust, row.vehicle_type, row.financial_year)
            for row in self.problem.disposal_freezes
        }
        for row in leavers(decisions):
            if row.financial_year <= row.entry_year:
                yield Rule.NEW_VEHICLES_SERVE
        for row in decisions.disposals:
            if (row.trust, row.vehicle_type, row.financial_year) in frozen:
                yield Rule.DISPOSAL_FREEZE

    def _hiring(self, hires: Iterable[Hired]) -> Iterator[Rule]:
        for row in hires:
            ways = Rental(self.problem).ways(row.financial_year, row.trust, row.vehicle_type)
            if row.vehicles >= len(list(ways)):
                yield Rule.HIRE_MAXIMUM
        hired: Counter[tuple[Place, int]] = Counter()
        for row in hires:
            hired[(row.trust, row.vehicle_type), row.financial_year] += row.vehicles
        for place, year in product(self.places, self.years):
            if not hired_as_ruled(self.problem, year, place, hired[place, year]):
                yield Rule.HIRE_RULING

    def _moving(self, decisions: Decisions, serving: Mapping[int, Counter[Kind]]) -> Iterator[Rule]:
        received: Counter[tuple[Kind, int]] = Counter()
        for row in decisions.moves:
            received[target_of(row), row.financial_year] += row.vehicles
            if row.kind is MoveKind.TRANSFER:
                yield from self._giving(row, serving[row.financial_year])
            elif row.kind is MoveKind.RESERVE:
                yield from self._joining(row)
        for (kind, year), vehicles in received.items():
            if serving[year][kind] < vehicles:
                yield Rule.NEW_VEHICLES_SERVE
        for year in self.years:
            moved: Counter[tuple[str, ...]] = Counter()
            for row in decisions.moves:
                key = str(row.kind), row.trust, row.vehicle_type, row.to_trust
                moved[key] += row.vehicles * (row.financial_year == year)
            if not moved_as_ruled(self.problem, year, self.places, moved):
                yield Rule.MOVE_RULING

    def _giving(self, row: Moved, now: Counter[Kind]) -> Iterator[Rule]:
        routes = [route for route in self.problem.transfer_routes if _leads(route, row)]
        if not routes:
            yield Rule.TRANSFER_ROUTE
        left = sum(
            n for kind, n in now.items() if kind.place == kind_of(row).place and not kind.held
        )
        if any(left < route.minimum_remaining for route in routes):
            yield Rule.TRANSFER_REMAINDER

    def _joining(self, row: Moved) -> Iterator[Rule]:
        reserve = self.of_years.garage.open_to(row.trust, row.vehicle_type)
        if reserve is None or row.financial_year - row.entry_year < reserve.from_age_years:
            yield Rule.RESERVE_AGE


def _leads(route: TransferRoute, row: Moved) -> bool:
    places = row.trust, row.to_trust, row.vehicle_type
    return (route.from_trust, route.to_trust, route.vehicle_type) == places
