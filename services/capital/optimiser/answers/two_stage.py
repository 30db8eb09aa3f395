"""Orders that must be placed before it is known how things go: good on average, and at worst."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random
from typing import Final

import numpy as np

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.joined import Attitude, Joined, joined, recourse
from services.capital.optimiser.answers.scenarios import PERCENT, Scenario
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.mathopt_adapter import Solution, Status, solve_program
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import OptionId, Problem, TrustCode
from services.capital.optimiser.problem.periods import money_year

MOST_SCENARIOS: Final = 100
# What later years may hold of the money promised, and cost of the prices known: in hundredths.
MONEY_PERCENT: Final = (70, 80, 90, 100)
PRICE_PERCENT: Final = (95, 100, 105, 115)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOrder:
    trust: TrustCode
    option_id: OptionId
    delivery_year: int
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStage:
    """First orders in whole vehicles, and what they come to with later years as they fall out.

    Pence count all levels at their prices, and later years' vehicles as divisible: `value_pence` is
    what is minimised, of the orders; no orders do better than `bound_pence`. `costs_pence` are the
    scenarios', `worst_pence` the mean of the worst. Without `orders`: see `outcome`.
    """

    outcome: Outcome
    orders: tuple[FirstOrder, ...] = ()
    value_pence: int = 0
    bound_pence: int = 0
    mean_pence: int = 0
    worst_pence: int = 0
    costs_pence: tuple[int, ...] = ()


def two_stage(
    scenarios: Sequence[Scenario],
    workshop: Workshop,
    attitude: Attitude | None = None,
    first_years: int = 1,
) -> TwoStage:
    """Return the orders of the first years that do best over the scenarios, all as likely."""
    how = attitude or Attitude()
    first = frozenset(scenarios[0].problem.horizon[:first_years])
    workshop.tell(f"{len(scenarios)} scenarios together", 0)
    whole = joined([recourse(row.problem, first) for row in scenarios], how)
    relaxed = solve_program(whole.program, workshop.look())
    if relaxed.status is Status.INFEASIBLE:
        return TwoStage(outcome=Outcome.INFEASIBLE)
    if relaxed.x is None or relaxed.value is None:
        return TwoStage(outcome=Outcome.UNKNOWN)
    best: tuple[Floats, Solution] | None = None
    for place, vehicles in enumerate(_rounded(scenarios[0].problem, whole, relaxed.x)):
        workshop.tell("orders in whole vehicles", place + 1)
        found = solve_program(whole.with_orders(vehicles), workshop.look())
        if found.value is not None and (best is None or found.value < (best[1].value or 0.0)):
            best = vehicles, found
    if best is None:
        return TwoStage(outcome=Outcome.UNKNOWN)
    return _stated(whole, how, relaxed.value, *best)


def sampled(problem: Problem, count: int, seed: int) -> Iterator[Scenario]:
    """Yield so many ways in which money and prices may go after the first year, which is known."""
    random = Random(seed)  # noqa: S311  # a sample, not a secret
    for number in range(1, min(count, MOST_SCENARIOS) + 1):
        money = [PERCENT, *(random.choice(MONEY_PERCENT) for _ in problem.horizon[1:])]
        price = [PERCENT, *(random.choice(PRICE_PERCENT) for _ in problem.horizon[1:])]
        yield Scenario(
            name=f"sample {number}",
            sentence=f"money at {money} and prices at {price} hundredths of what is promised",
            problem=_turned_out(problem, money, price),
        )


def _turned_out(problem: Problem, money: Sequence[int], price: Sequence[int]) -> Problem:
    years = sorted(set(map(money_year, problem.horizon)))
    committed = {row.envelope_id: 0 for row in problem.envelopes}
    for order in problem.commitments:
        if order.envelope_id is not None:
            committed[order.envelope_id] += order.cost_pence
    envelopes = (
        replace(
            row,
            allocation_pence=max(
                min(row.allocation_pence, committed[row.envelope_id]),
                row.allocation_pence * money[years.index(row.financial_year)] // PERCENT,
            ),
        )
        for row in problem.envelopes
    )
    options = (
        replace(
            row,
            price_pence=tuple(
                pence * share // PERCENT
                for pence, share in zip(row.price_pence, price, strict=True)
            ),
        )
        for row in problem.options
    )
    return replace(problem, envelopes=tuple(envelopes), options=tuple(options))


def _rounded(problem: Problem, whole: Joined, x: Floats) -> Iterator[Floats]:
    """Yield the orders in whole vehicles: to the nearest, and down, nothing below a minimum."""
    minimum = {row.option_id: row.minimum_order for row in problem.options}
    least = np.array([minimum[cell.option_id] for cell in whole.cells], dtype=np.float64)
    wanted = whole.orders(x)
    for vehicles in (np.round(wanted), np.floor(wanted + 1e-6)):
        yield np.where(vehicles >= least, vehicles, 0.0)
        yield np.where((vehicles > 0) & (vehicles < least), least, vehicles)


def _stated(
    whole: Joined, how: Attitude, bound: float, vehicles: Floats, found: Solution
) -> TwoStage:
    if found.x is None or found.value is None:
        return TwoStage(outcome=Outcome.UNKNOWN)
    costs = whole.costs(found.x)
    worst = sorted(costs, reverse=True)[: max(1, ceil((1 - how.beta) * len(costs) - 1e-9))]
    return TwoStage(
        outcome=Outcome.FEASIBLE,
        orders=tuple(
            FirstOrder(
                trust=cell.trust,
                option_id=cell.option_id,
                delivery_year=cell.delivery_year,
                vehicles=round(count),
            )
            for cell, count in zip(whole.cells, vehicles.tolist(), strict=True)
            if round(count)
        ),
        value_pence=_pence(found.value),
        bound_pence=_pence(bound),
        mean_pence=_pence(sum(costs) / len(costs)),
        worst_pence=_pence(sum(worst) / len(worst)),
        costs_pence=tuple(map(_pence, costs)),
    )


def _pence(units: float) -> int:
    return round(units * PENCE_PER_COST_UNIT)
