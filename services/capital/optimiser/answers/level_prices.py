"""What each level before cost is worth: the cost of the best plan with it, and without it."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.capital.optimiser.account import account_for
from services.capital.optimiser.answers.difference import is_bounded
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.levels import level_price_pence, undiluted_pence, without
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPrice:
    """What minding a level costs: `held` is what the plan comes to, `let_go` the plan without it.

    `found_pence` is between the two plans; between the best plans it is from `least_pence` to
    `most_pence`, None where an earlier level of either is not proved.
    """

    level: Level
    held: int
    let_go: int
    found_pence: int
    least_pence: int | None
    most_pence: int | None


def level_prices(problem: Problem, plan: Plan, workshop: Workshop) -> Iterator[LevelPrice]:
    """Yield the price of each level before cost, as the effort allows; `plan` has decisions."""
    for level in Level:
        if level is Level.COST:
            return
        other = workshop.plan(without(problem, level), f"without {level}")
        if other is not None and other.has_decisions:
            yield _priced(Terms(problem), level, plan, other)


def _priced(terms: Terms, level: Level, plan: Plan, other: Plan) -> LevelPrice:
    bounded = is_bounded(plan, Level.COST) and is_bounded(other, Level.COST)
    least, most = level_price_pence(plan, other) if bounded else (None, None)
    return LevelPrice(
        level=level,
        held=account_for(terms, plan.decisions).value(level),
        let_go=account_for(terms, other.decisions).value(level),
        found_pence=_undiluted(plan) - _undiluted(other),
        least_pence=least,
        most_pence=most,
    )


def _undiluted(plan: Plan) -> int:
    return 0 if plan.cost is None else undiluted_pence(plan.cost)
