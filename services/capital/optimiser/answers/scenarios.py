"""The stress book: what may well go otherwise than a problem says, each as a problem of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.capital.optimiser.answers.turned_out import (
    PERCENT,
    Left,
    at_prices,
    committed_pence,
    least_to_pay,
    with_money,
)
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import (
    Envelope,
    OptionId,
    Problem,
    SupplyKind,
    SupplyLine,
)
from services.capital.optimiser.problem.periods import label, weeks_in
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.terms.money import Money

CUTS_PERCENT: Final = (10, 20, 30)
DEARER_PERCENT: Final = 10
WEEKS_LOST: Final = 12
# How national money is told: by who holds it, or by a word of holder or fund. A region's is not.
NATIONAL_HOLDERS: Final = frozenset({"nhs england", "department of health and social care"})
NATIONAL_WORDS: Final = re.compile(r"\b(national|public dividend capital|pdc)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that goes otherwise: `problem` is as it would then be."""

    name: str
    sentence: str
    problem: Problem


def stress_book(problem: Problem, plan: Plan) -> Iterator[Scenario]:
    """Yield each scenario that the problem has anything for.

    What is on order is paid for and comes whatever happens: no cut, delay or loss goes below it.
    """
    for percent in CUTS_PERCENT:
        yield Scenario(
            name=f"envelopes cut {percent} %",
            sentence=f"every envelope holds {percent} % less, and every ceiling is as much lower",
            problem=with_money(problem, _less(percent)),
        )
    yield Scenario(
        name=f"prices up {DEARER_PERCENT} %",
        sentence=f"all that is bought, leased or hired costs {DEARER_PERCENT} % more",
        problem=at_prices(problem, [PERCENT + DEARER_PERCENT] * problem.years),
    )
    yield from _lost_converters(problem, plan)
    yield from _late_money(problem)
    yield from _recall(problem, plan)


def _less(percent: int) -> Left:
    return lambda envelope: PERCENT - percent


def _lost_converters(problem: Problem, plan: Plan) -> Iterator[Scenario]:
    """Yield each converter's loss for some weeks of the year that the plan asks most of it."""
    for line in problem.supply_lines:
        taken = _taken(problem, plan, line)
        if line.kind is SupplyKind.CONVERTER and taken:
            year = max(sorted(taken), key=lambda year: taken[year])
            lost = replace(line, vehicles=_shortened(problem, line, year))
            lines = tuple(lost if row == line else row for row in problem.supply_lines)
            yield Scenario(
                name=f"{line.line_id} lost {WEEKS_LOST} weeks",
                sentence=f"{line.line_id} builds nothing for {WEEKS_LOST} weeks of {label(year)}",
                problem=replace(problem, supply_lines=lines),
            )


def _taken(problem: Problem, plan: Plan, line: SupplyLine) -> Counter[int]:
    built = {row.option_id for row in problem.options if line.line_id in row.supply_lines}
    taken: Counter[int] = Counter()
    for row in plan.purchases:
        if row.option_id in built:
            taken[row.delivery_year] += row.vehicles
    terms = Terms(problem)
    for moved in plan.moves:
        if line.line_id in terms.lines_of(moved.move):
            taken[moved.financial_year] += moved.vehicles
    return taken


def _shortened(problem: Problem, line: SupplyLine, year: int) -> tuple[int, ...]:
    ordered = sum(
        row.vehicles
        for row in problem.commitments
        if row.financial_year == year and line.line_id in row.supply_lines
    )
    place = year - problem.first_financial_year
    left = line.vehicles[place] * (weeks_in(year) - WEEKS_LOST) // weeks_in(year)
    places = max(left, min(ordered, line.vehicles[place]))
    return (*line.vehicles[:place], places, *line.vehicles[place + 1 :])


def _late_money(problem: Problem) -> Iterator[Scenario]:
    if any(map(_is_national, problem.envelopes)):
        yield Scenario(
            name="national money late",
            sentence="national money comes a year later than promised",
            problem=replace(problem, envelopes=tuple(_delayed(problem))),
        )


def _delayed(problem: Problem) -> Iterator[Envelope]:
    """Yield each national envelope with what the year before had, in the first year nothing."""
    committed, money = committed_pence(problem), Money(problem)
    for row in problem.envelopes:
        if not _is_national(row):
            yield row
            continue
        before = money.same(row, row.financial_year - 1)
        late = sum(earlier.allocation_pence for earlier in before)
        late //= len(money.same(row, row.financial_year))
        yield replace(
            row, allocation_pence=max(late, least_to_pay(row, committed[row.envelope_id]))
        )


def _is_national(row: Envelope) -> bool:
    holder, fund = row.holder.lower(), row.fund.lower()
    return holder in NATIONAL_HOLDERS or bool(NATIONAL_WORDS.search(f"{holder}, {fund}"))


def _recall(problem: Problem, plan: Plan) -> Iterator[Scenario]:
    """Yield the recall of the base model that the plan buys most of, in the first year it does."""
    bought: Counter[frozenset[OptionId]] = Counter()
    for row in plan.purchases:
        bought[_base_model(problem, row.option_id)] += row.vehicles
    if not bought:
        return
    models = max(sorted(bought, key=sorted), key=lambda models: bought[models])
    year = min(row.delivery_year for row in plan.purchases if row.option_id in models)
    place = year - problem.first_financial_year
    options = tuple(
        replace(row, price_pence=(*row.price_pence[:place], 0, *row.price_pence[place + 1 :]))
        if row.option_id in models
        else row
        for row in problem.options
    )
    yield Scenario(
        name="base model recalled",
        sentence=f"{', '.join(sorted(models))} cannot be had in {label(year)}",
        problem=replace(problem, options=options),
    )


def _base_model(problem: Problem, option_id: OptionId) -> frozenset[OptionId]:
    """Return the options built on the same chassis, or the option alone."""
    chassis = {row.line_id for row in problem.supply_lines if row.kind is SupplyKind.CHASSIS}
    lines = {row.option_id: chassis.intersection(row.supply_lines) for row in problem.options}
    alike = {name for name, theirs in lines.items() if theirs & lines[option_id]}
    return frozenset({option_id, *alike})
