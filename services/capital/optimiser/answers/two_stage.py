"""Orders that must be placed before it is known how things go: good on average, and at worst."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from random import Random
from typing import Final

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.first_stage import Attitude
from services.capital.optimiser.answers.recourse import Decision, recourse
from services.capital.optimiser.answers.scenarios import Scenario
from services.capital.optimiser.answers.staging import Staging
from services.capital.optimiser.answers.turned_out import PERCENT, at_prices, with_money
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.faults import Fault, InvalidProblem
from services.capital.optimiser.limits import MOST_SCENARIOS
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import OptionId, Problem, TrustCode
from services.capital.optimiser.problem.periods import money_year

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
    executor: Executor | None = None,
) -> TwoStage:
    """Return the orders of the first years that do best over the scenarios, all as likely."""
    how = attitude or Attitude()
    first = frozenset(scenarios[0].problem.horizon[:first_years])
    workshop.tell(f"{len(scenarios)} scenarios", 0)
    parts = [recourse(row.problem, first) for row in scenarios]
    staging = Staging(parts, how, workshop, executor)
    found = staging.run()
    if found.decided is None:
        return TwoStage(outcome=Outcome.INFEASIBLE if found.infeasible else Outcome.UNKNOWN)
    return TwoStage(
        outcome=Outcome.FEASIBLE,
        orders=tuple(_orders(staging.decisions, found.decided)),
        value_pence=_pence(found.value),
        bound_pence=_pence(min(found.bound, found.value)),
        mean_pence=_pence(sum(found.costs) / len(found.costs)),
        worst_pence=_pence(how.worst(found.costs)),
        costs_pence=tuple(map(_pence, found.costs)),
    )


def sampled(problem: Problem, count: int, seed: int) -> Iterator[Scenario]:
    """Yield so many ways in which money and prices may go after the first year, which is known.

    Raises InvalidProblem where that is none, or more than are taken together.
    """
    if not 1 <= count <= MOST_SCENARIOS:
        rule = f"must be a whole number from 1 to {MOST_SCENARIOS}"
        raise InvalidProblem([Fault(field="scenarios", rule=rule)])
    random = Random(seed)  # noqa: S311  # a sample, not a secret
    for number in range(1, count + 1):
        money = [PERCENT, *(random.choice(MONEY_PERCENT) for _ in problem.horizon[1:])]
        price = [PERCENT, *(random.choice(PRICE_PERCENT) for _ in problem.horizon[1:])]
        yield Scenario(
            name=f"sample {number}",
            sentence=f"money at {money} and prices at {price} hundredths of what is promised",
            problem=_turned_out(problem, money, price),
        )


def _turned_out(problem: Problem, money: Sequence[int], price: Sequence[int]) -> Problem:
    years = sorted(set(map(money_year, problem.horizon)))
    there = with_money(problem, lambda row: money[years.index(row.financial_year)])
    return at_prices(there, price)


def _orders(decisions: Sequence[Decision], decided: Floats) -> Iterator[FirstOrder]:
    for decision, count in zip(decisions, decided.tolist(), strict=True):
        if count and not decision.is_placing:
            order = decision.order
            yield FirstOrder(
                trust=order.trust,
                option_id=order.option_id,
                delivery_year=order.delivery_year,
                vehicles=round(count),
            )


def _pence(units: float) -> int:
    return round(units * PENCE_PER_COST_UNIT)
