"""The price of a no: a decision of a plan forced the other way, and what that is proved to cost."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from services.capital.optimiser.answers.difference import Difference, differences, never_less
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.words import year_label
from services.capital.optimiser.plan import Disposal, Outcome, Plan, Stock
from services.capital.optimiser.problem import (
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    TrustCode,
)
from services.capital.optimiser.problem.ruling import NO_MAXIMUM
from services.capital.optimiser.terms import Terms, Vintage, ruled_vintage

Ruling: TypeAlias = OrderRuling | ServiceRuling


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a ruling against the plan costs, level by level: between best plans, where proved.

    `instead_of` is what had been ruled on the same thing: what lifting it saves is in the levels
    too. `outcome` INFEASIBLE: it cannot be so. Without `plan`: nothing was sought, or found, in
    time.
    """

    ruling: Ruling
    outcome: Outcome
    instead_of: Ruling | None = None
    levels: tuple[Difference, ...] = ()
    plan: Plan | None = None

    @property
    def sentence(self) -> str:
        """Say what was forced, and what had been ruled before."""
        before = self.instead_of
        return self._forced + (f" (ruled {_allowed(before)})" if before else "")

    @property
    def _forced(self) -> str:
        ruling, year = self.ruling, year_label(self.ruling.financial_year)
        if isinstance(ruling, OrderRuling):
            named = f"{ruling.option_id} for {ruling.trust} in {year}"
            return f"no {named}" if not ruling.maximum else f"at least {ruling.minimum} {named}"
        kind = f"{ruling.vehicle_type} {ruling.technology} of {ruling.entry_year} at {ruling.trust}"
        if ruling.minimum:
            return f"{ruling.minimum} {kind} serve {year} after all"
        return f"no more than {ruling.maximum} {kind} serve {year}"


def price_of_no(problem: Problem, plan: Plan, ruling: Ruling, workshop: Workshop) -> Refusal:
    """Force the ruling, plan again, and return what it costs against the problem's best plan.

    It stands in place of what the problem rules on the same thing, if anything.
    """
    workshop.knows(problem, plan)
    before = _ruled_before(problem, ruling)
    other = workshop.plan(ruled(problem, ruling), str(ruling.financial_year))
    outcome = Outcome.UNKNOWN if other is None else other.outcome
    if other is None or not other.has_decisions:
        return Refusal(ruling=ruling, instead_of=before, outcome=outcome)
    levels = differences(plan, other)
    # One more thing that must hold makes no best plan better; one less may.
    if _narrows(ruling, before):
        levels = never_less(levels)
    return Refusal(ruling=ruling, instead_of=before, outcome=outcome, levels=levels, plan=other)


def _ruled_before(problem: Problem, ruling: Ruling) -> Ruling | None:
    rulings: tuple[Ruling, ...] = (*problem.order_rulings, *problem.service_rulings)
    return next((row for row in rulings if _key(row) == _key(ruling)), None)


def _allowed(ruling: Ruling) -> str:
    least, most = ruling.minimum, ruling.maximum
    if most >= NO_MAXIMUM:
        return f"at least {least}"
    return f"{least}" if least == most else f"{least} to {most}"


def _narrows(ruling: Ruling, before: Ruling | None) -> bool:
    """Whether the ruling allows nothing that was not allowed before."""
    if before is None:
        return True
    return before.minimum <= ruling.minimum and ruling.maximum <= before.maximum


def ruled(problem: Problem, *rulings: Ruling) -> Problem:
    """Return the problem with the rulings, each in place of one on the same thing."""
    orders = {_key(row): row for row in problem.order_rulings}
    service = {_key(row): row for row in problem.service_rulings}
    for ruling in rulings:
        if isinstance(ruling, OrderRuling):
            orders[_key(ruling)] = ruling
        else:
            service[_key(ruling)] = ruling
    return replace(
        problem, order_rulings=tuple(orders.values()), service_rulings=tuple(service.values())
    )


def purchase_other_way(
    problem: Problem, plan: Plan, trust: TrustCode, option_id: OptionId, year: int
) -> OrderRuling:
    """Return the ruling against what the plan buys for delivery in the year: none, or at least one.

    One is an option's minimum order, where it has one.
    """
    ruling = OrderRuling(trust=trust, option_id=option_id, financial_year=year)
    if bought_by(plan)[trust, option_id, year]:
        return replace(ruling, maximum=0)
    options = {row.option_id: row.minimum_order for row in problem.options}
    return replace(ruling, minimum=max(1, options[option_id]))


def departure_other_way(plan: Plan, vintage: Vintage, year: int) -> ServiceRuling:
    """Return the ruling against what the plan lets the vintage do in the year: to stay, or to go.

    Those that go in the year stay through it; where none goes, one does. Boxes are not told apart.
    """
    there, leaving = _of(vintage, year, plan.stock), _of(vintage, year, plan.disposals)
    ruling = ServiceRuling(
        trust=vintage.trust,
        vehicle_type=vintage.vehicle_type,
        technology=vintage.technology,
        entry_year=vintage.entry_year,
        financial_year=year,
        band=vintage.band or None,
        in_reserve=vintage.in_reserve,
    )
    if leaving:
        return replace(ruling, minimum=there + leaving)
    return replace(ruling, maximum=max(0, there - 1))


def _of(vintage: Vintage, year: int, rows: Iterable[Stock] | Iterable[Disposal]) -> int:
    ruled = vintage._replace(box_entry_year=0, remounts=0)
    there = (row for row in rows if row.financial_year == year and row.vintage.is_ruled_by(ruled))
    return sum(row.vehicles for row in there)


def refusals(problem: Problem, plan: Plan, workshop: Workshop) -> Iterator[Refusal]:
    """Yield the price of a no to each purchase of the plan, dearest first, as effort allows."""
    terms = Terms(problem)
    pounds: Counter[tuple[TrustCode, OptionId, int]] = Counter()
    for (trust, option_id, year), vehicles in bought_by(plan).items():
        price = terms.price_pence(terms.options[option_id], year)
        pounds[trust, option_id, year] = vehicles * price
    for key, _ in pounds.most_common():
        if workshop.is_spent:
            return
        yield price_of_no(problem, plan, purchase_other_way(problem, plan, *key), workshop)


def bought_by(plan: Plan) -> Counter[tuple[TrustCode, OptionId, int]]:
    """Return the vehicles bought by trust, option and year of delivery."""
    bought: Counter[tuple[TrustCode, OptionId, int]] = Counter()
    for row in plan.purchases:
        bought[row.trust, row.option_id, row.delivery_year] += row.vehicles
    return bought


def _key(row: Ruling) -> tuple[str, ...]:
    """Return what the ruling is on: no two of a problem's rulings are on the same."""
    if isinstance(row, OrderRuling):
        return row.trust, row.option_id, str(row.financial_year)
    return *map(str, ruled_vintage(row)), str(row.financial_year)
