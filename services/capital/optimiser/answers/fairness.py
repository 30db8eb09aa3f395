"""Fairness by choice: what each choice guarantees every trust, and what that costs them together.

Nothing is fair unasked: a choice becomes guarantees, which are rows of a problem like any other,
hashed and checked with it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from services.capital.optimiser.answers.alone import alone
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.fair_shares import leximin, nash
from services.capital.optimiser.levels import level_price_pence, undiluted_pence
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Guarantee, Problem, TrustCode


class Choice(StrEnum):
    """How trusts that share money and supply are to fare beside one another."""

    # Whatever is best for all of them together.
    NONE = "none"
    # None worse than it would with its own money alone.
    STAND_ALONE = "stand_alone"
    # The share over age of whoever has most is as small as can be, then of whoever comes next.
    LEXIMIN = "leximin"
    # The product of the shares within age is as large as can be.
    NASH = "nash"


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPlan:
    """The best plan that keeps what a choice guarantees, beside the best without it.

    `cost_pence` is what the guarantees cost, from and to: each plan's cost lies between its bound
    and its value. `over_age` is the vehicle-years over age they add, or save where negative.
    """

    choice: Choice
    guarantees: tuple[Guarantee, ...]
    plan: Plan
    without: Plan

    @property
    def found_pence(self) -> int:
        """What the fair plan found costs more than the other."""
        return _undiluted(self.plan) - _undiluted(self.without)

    @property
    def cost_pence(self) -> tuple[int, int]:
        return level_price_pence(self.plan, self.without)

    @property
    def over_age(self) -> int:
        return sum(_over_age(self.plan).values()) - sum(_over_age(self.without).values())


def fair_plan(problem: Problem, choice: Choice, workshop: Workshop) -> FairPlan | None:
    """Return the plan of the choice; None where the effort is spent or there is no plan."""
    without = workshop.plan(problem, "no guarantee")
    if without is None or not without.has_decisions:
        return None
    guarantees = _guarantees(problem, choice, without, workshop)
    if guarantees is None:
        return None
    plan = workshop.plan(replace(problem, guarantees=guarantees), f"{choice} guarantees")
    if plan is None or not plan.has_decisions:
        return None
    return FairPlan(choice=choice, guarantees=guarantees, plan=plan, without=without)


def _guarantees(
    problem: Problem, choice: Choice, without: Plan, workshop: Workshop
) -> tuple[Guarantee, ...] | None:
    match choice:
        case Choice.NONE:
            return problem.guarantees
        case Choice.STAND_ALONE:
            return _stand_alone(problem, workshop)
        case Choice.LEXIMIN:
            return leximin(problem, without, workshop)
        case Choice.NASH:
            return nash(problem, without, workshop)
    assert_never(choice)


def _stand_alone(problem: Problem, workshop: Workshop) -> tuple[Guarantee, ...] | None:
    guarantees = []
    for trust in sorted({row.trust for row in problem.cohorts}):
        plan = workshop.plan(alone(problem, trust), f"{trust} alone")
        if plan is None:
            return None
        # Who has no plan alone is promised nothing: it cannot fare worse.
        if plan.has_decisions:
            guarantees.append(_promised(trust, plan))
    return tuple(guarantees)


def _promised(trust: TrustCode, plan: Plan) -> Guarantee:
    return Guarantee(
        trust=trust,
        most_shortfall=sum(row.shortfall + row.vacancies for row in plan.fleet_years),
        most_over_age=sum(row.over_age for row in plan.fleet_years),
    )


def _over_age(plan: Plan) -> dict[TrustCode, int]:
    over_age: dict[TrustCode, int] = {}
    for row in plan.fleet_years:
        over_age[row.trust] = over_age.get(row.trust, 0) + row.over_age
    return over_age


def _undiluted(plan: Plan) -> int:
    return 0 if plan.cost is None else undiluted_pence(plan.cost)
