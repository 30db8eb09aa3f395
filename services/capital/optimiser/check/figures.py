"""What a plan says it comes to: are these the figures of its decisions?"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from functools import cached_property
from itertools import product
from typing import Final

from services.capital.optimiser.check.cost import cost_of
from services.capital.optimiser.check.hire import hire_share_permille
from services.capital.optimiser.check.ledger import Ledger
from services.capital.optimiser.check.offers import remount_of, reserve_of
from services.capital.optimiser.check.revenue import revenue_violations
from services.capital.optimiser.plan import Cost, Level, Moved, Plan, Stock
from services.capital.optimiser.problem import Ceiling, Envelope
from services.capital.optimiser.problem.periods import weeks_in
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, MoveKind, Terms, at_age

FLEET_YEAR_RULES: Final = {
    "vehicles": Rule.VEHICLES_CONSERVED,
    "delivered": Rule.VEHICLES_CONSERVED,
    "disposed": Rule.VEHICLES_CONSERVED,
    "over_age": Rule.TARGET_AGE,
    "required_available": Rule.AVAILABILITY,
    "available_permille": Rule.AVAILABILITY,
    "shortfall": Rule.AVAILABILITY,
    "vacancies": Rule.ESTABLISHMENT_MINIMUM,
    "hired": Rule.HIRE_MAXIMUM,
    "in_reserve": Rule.RESERVE_MAXIMUM,
    "received": Rule.TRANSFER_ROUTE,
    "given": Rule.TRANSFER_ROUTE,
    "remounted": Rule.REMOUNT_OFFER,
}
ENVELOPE_RULES: Final = {
    "carried_in_pence": Rule.CARRY_FORWARD,
    "carried_out_pence": Rule.CARRY_FORWARD,
}
COST_RULES: Final = {
    "ordering_pence": Rule.ORDERING_CHARGE,
    "lease_pence": Rule.LEASE_TERM,
    "cancelling_pence": Rule.CANCELLATION,
}


class FigureCheck:
    """Works each figure out again from the stated stock and decisions."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self.terms: Final = terms
        self.plan: Final = plan
        self._ledger: Final = Ledger(terms, plan)

    def violations(self) -> Iterator[Violation]:
        yield from self._envelopes_add_up()
        yield from self._ceilings_add_up()
        yield from revenue_violations(self.terms, self.plan)
        places = [(row.fleet, row.financial_year) for row in self.plan.fleet_years]
        if places != [*product(self.terms.fleets, self.terms.horizon)]:
            # What cost adds up is counted by fleet and year.
            detail = "are not one for each fleet and year, in order"
            yield Violation(rule=Rule.WELL_FORMED, subject="fleet_years", detail=detail)
            return
        yield from self._fleet_years_are_counted()
        if self.plan.cost is not None:
            yield from self._cost_adds_up(self.plan.cost)
            yield from self._levels_are_what_the_plan_comes_to(self.plan.cost)

    def _fleet_years_are_counted(self) -> Iterator[Violation]:
        for row in self.plan.fleet_years:
            stated = asdict(row)
            for name, figure in self._fleet_year(row.fleet, row.financial_year).items():
                subject = f"{' '.join(row.fleet)} {row.financial_year} {name}"
                yield from _unless(FLEET_YEAR_RULES[name], subject, stated[name], figure)

    def _fleet_year(self, fleet: Fleet, year: int) -> dict[str, int]:
        serving = self._stock_of[fleet, year]
        vehicles = sum(row.vehicles for row in serving if not row.in_reserve)
        available = sum(row.vehicles * self._available_permille(row) for row in serving)
        hired = self._hired[fleet, year]
        remounts = self._remounted[fleet, year]
        available -= sum(row.vehicles * self._away_permille(row) for row in remounts)
        available += hired * hire_share_permille(self.terms, fleet)
        required = self.terms.required(fleet, year)
        # Up to the next whole vehicle.
        missing_permille = max(0, 1000 * required - available)
        return {
            "vehicles": vehicles,
            "delivered": self._delivered[fleet, year],
            "disposed": self._disposed[fleet, year],
            "over_age": sum(row.vehicles for row in serving if self._is_over_age(row)),
            "required_available": required,
            "available_permille": available,
            "shortfall": (missing_permille + 999) // 1000,
            "vacancies": max(0, self.terms.establishment(fleet, year).minimum - vehicles),
            "hired": hired,
            "in_reserve": sum(row.vehicles for row in serving if row.in_reserve),
            "received": self._received[fleet, year],
            "given": self._given[fleet, year],
            "remounted": sum(row.vehicles for row in remounts),
        }

    def _envelopes_add_up(self) -> Iterator[Violation]:
        if [row.envelope_id for row in self.plan.envelope_uses] != [*self.terms.envelopes]:
            detail = "are not one for each envelope, in order"
            yield Violation(rule=Rule.WELL_FORMED, subject="envelope_uses", detail=detail)
            return
        for row in self.plan.envelope_uses:
            stated = asdict(row)
            for name, figure in self._use(self.terms.envelopes[row.envelope_id]).items():
                subject = f"{row.envelope_id} {name}"
                rule = ENVELOPE_RULES.get(name, Rule.ENVELOPE_ALLOCATION)
                yield from _unless(rule, subject, stated[name], figure)

    def _use(self, envelope: Envelope) -> dict[str, int]:
        page = self._ledger.pages[envelope.envelope_id]
        paid = (row for row in self.plan.purchases if row.envelope_id == envelope.envelope_id)
        return {
            "financial_year": envelope.financial_year,
            "allocation_pence": envelope.allocation_pence,
            "committed_pence": page.committed,
            "spent_pence": page.spent,
            "headroom_pence": page.left,
            "vehicles": sum(row.vehicles for row in paid),
            "indicative": envelope.indicative,
            "usable_pence": page.usable,
            "carried_in_pence": page.carried_in,
            "carried_out_pence": page.carried_out,
            "proceeds_pence": page.proceeds,
        }

    def _ceilings_add_up(self) -> Iterator[Violation]:
        if [row.ceiling_id for row in self.plan.ceiling_uses] != [*self.terms.money.ceilings]:
            detail = "are not one for each ceiling, in order"
            yield Violation(rule=Rule.WELL_FORMED, subject="ceiling_uses", detail=detail)
            return
        for row in self.plan.ceiling_uses:
            stated = asdict(row)
            for name, figure in self._ceiling(self.terms.money.ceilings[row.ceiling_id]).items():
                subject = f"{row.ceiling_id} {name}"
                yield from _unless(Rule.SPENDING_CEILING, subject, stated[name], figure)

    def _ceiling(self, ceiling: Ceiling) -> dict[str, int]:
        committed = self._ledger.committed_under(ceiling)
        spent = self._ledger.spent_under(ceiling)
        return {
            "limit_pence": ceiling.limit_pence,
            "committed_pence": committed,
            "spent_pence": spent,
            "headroom_pence": ceiling.limit_pence - committed - spent,
        }

    def _cost_adds_up(self, stated: Cost) -> Iterator[Violation]:
        figures = asdict(cost_of(self.terms, self.plan))
        for name, pence in asdict(stated).items():
            rule = COST_RULES.get(name, Rule.WHOLE_LIFE_COST)
            yield from _unless(rule, name, pence, figures[name])

    def _levels_are_what_the_plan_comes_to(self, cost: Cost) -> Iterator[Violation]:
        rows = self.plan.fleet_years
        figures = {
            Level.SHORTFALL: (
                Rule.AVAILABILITY,
                sum(row.shortfall + row.vacancies for row in rows),
            ),
            Level.OVER_AGE: (Rule.TARGET_AGE, sum(row.over_age for row in rows)),
            Level.COST: (Rule.WHOLE_LIFE_COST, cost.total_pence),
        }
        for row in self.plan.levels:
            rule, figure = figures[row.level]
            yield from _unless(rule, f"level {row.level}", row.value, figure)

    @cached_property
    def _stock_of(self) -> defaultdict[tuple[Fleet, int], list[Stock]]:
        groups: defaultdict[tuple[Fleet, int], list[Stock]] = defaultdict(list)
        for row in self.plan.stock:
            groups[row.vintage.fleet, row.financial_year].append(row)
        return groups

    @cached_property
    def _disposed(self) -> Counter[tuple[Fleet, int]]:
        disposed: Counter[tuple[Fleet, int]] = Counter()
        for row in self.plan.disposals:
            disposed[row.vintage.fleet, row.financial_year] += row.vehicles
        return disposed

    @cached_property
    def _hired(self) -> Counter[tuple[Fleet, int]]:
        hired: Counter[tuple[Fleet, int]] = Counter()
        for row in self.plan.hires:
            hired[row.fleet, row.financial_year] += row.vehicles
        return hired

    @cached_property
    def _received(self) -> Counter[tuple[Fleet, int]]:
        received: Counter[tuple[Fleet, int]] = Counter()
        for row in self.plan.moves:
            if row.kind is MoveKind.TRANSFER:
                received[row.target.fleet, row.financial_year] += row.vehicles
        return received

    @cached_property
    def _given(self) -> Counter[tuple[Fleet, int]]:
        given: Counter[tuple[Fleet, int]] = Counter()
        for row in self.plan.moves:
            if row.kind is MoveKind.TRANSFER:
                given[row.source.fleet, row.financial_year] += row.vehicles
        return given

    @cached_property
    def _remounted(self) -> defaultdict[tuple[Fleet, int], list[Moved]]:
        remounted: defaultdict[tuple[Fleet, int], list[Moved]] = defaultdict(list)
        for row in self.plan.moves:
            if row.kind is MoveKind.REMOUNT:
                remounted[row.source.fleet, row.financial_year].append(row)
        return remounted

    def _away_permille(self, row: Moved) -> int:
        """What a remounted vehicle, new in its year, lacks of it."""
        offer = remount_of(self.terms, row)
        profile = self.terms.profile(row.source.fleet, row.technology)
        on_road = 1000 - profile.off_road_permille[0]
        weeks = weeks_in(row.financial_year)
        there = on_road * (weeks - (offer.weeks_out if offer else 0)) // weeks
        return on_road - there

    @cached_property
    def _delivered(self) -> Counter[tuple[Fleet, int]]:
        delivered: Counter[tuple[Fleet, int]] = Counter()
        for ordered in self.terms.problem.commitments:
            fleet = Fleet(ordered.trust, ordered.vehicle_type)
            delivered[fleet, ordered.financial_year] += ordered.vehicles
        for row in self.plan.purchases:
            fleet = Fleet(row.trust, self.terms.options[row.option_id].vehicle_type)
            delivered[fleet, row.delivery_year] += row.vehicles
        return delivered

    def _available_permille(self, row: Stock) -> int:
        profile = self.terms.profile(row.vintage.fleet, row.technology, row.band)
        on_road = 1000 - at_age(profile.off_road_permille, row.financial_year - row.entry_year)
        reserve = reserve_of(self.terms, row.vintage.fleet) if row.in_reserve else None
        return on_road * reserve.available_permille // 1000 if reserve else on_road

    def _is_over_age(self, row: Stock) -> bool:
        target = self.terms.policy(row.vintage.fleet, row.financial_year).target_age_years
        return not row.in_reserve and target > 0 and row.financial_year - row.entry_year >= target


def _unless(rule: Rule, subject: str, stated: int, figure: int) -> Iterator[Violation]:
    if stated != figure:
        yield Violation(rule=rule, subject=subject, detail=f"is stated as {stated}, not {figure}")
