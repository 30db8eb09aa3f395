"""Fairness by choice: what each choice guarantees every trust, and what that costs them together.

Nothing is fair unasked: a choice becomes guarantees, which are rows of a problem like any other,
hashed and checked with it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from services.capital.optimiser.account import account_for
from services.capital.optimiser.answers.alone import alone
from services.capital.optimiser.answers.difference import Difference, differences, never_less
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.fair_shares import Promise, leximin, nash
from services.capital.optimiser.check import violations
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.mathopt_adapter import engine
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import Guarantee, Problem, TrustCode
from services.capital.optimiser.stating import no_bounds, stated, with_bounds
from services.capital.optimiser.terms import Terms


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

    `levels` are what the guarantees cost: between best plans, where proved. Of so many trusts, the
    worst off first, it is `proved` that the guarantees are what the choice gives them.
    """

    choice: Choice
    guarantees: tuple[Guarantee, ...]
    proved: int
    levels: tuple[Difference, ...]
    plan: Plan
    without: Plan


def fair_plan(problem: Problem, choice: Choice, workshop: Workshop) -> FairPlan | None:
    """Return the plan of the choice; None where the effort is spent or there is no plan."""
    without = workshop.plan(problem, "no guarantee")
    if without is None or not without.has_decisions:
        return None
    promise = _promise(problem, choice, without, workshop)
    if promise is None:
        return None
    promised = replace(problem, guarantees=_with(problem.guarantees, promise.guarantees))
    plan = workshop.plan(promised, f"{choice} guarantees")
    if plan is None or not plan.has_decisions:
        plan = _kept_by(promised, promise)
    if plan is None:
        return None
    return FairPlan(
        choice=choice,
        guarantees=promised.guarantees,
        proved=promise.proved,
        levels=never_less(differences(without, plan)),
        plan=plan,
        without=without,
    )


def _kept_by(promised: Problem, promise: Promise) -> Plan | None:
    """Return the plan by which the guarantees were found, of which no cost is proved."""
    if promise.kept_by is None:
        return None
    terms = Terms(promised)
    account = account_for(terms, promise.kept_by)
    unproved = stated(account, problem_hash(promised), engine())
    plan = with_bounds(unproved, account, no_bounds(terms))
    return None if violations(promised, plan) else plan


def guarantees_cost(
    problem: Problem, plan: Plan, workshop: Workshop
) -> tuple[Difference, ...] | None:
    """Return what the problem's guarantees cost, level by level; None: there is none, or no time.

    `plan` is the problem's, and has decisions.
    """
    if not problem.guarantees:
        return None
    without = workshop.plan(replace(problem, guarantees=()), "no guarantee")
    if without is None or not without.has_decisions:
        return None
    return never_less(differences(without, plan))


def _with(known: tuple[Guarantee, ...], more: tuple[Guarantee, ...]) -> tuple[Guarantee, ...]:
    """Return the guarantees together: what a trust had been promised before stands."""
    promised = {row.trust: row for row in known}
    for row in more:
        before = promised.get(row.trust, row)
        promised[row.trust] = Guarantee(
            trust=row.trust,
            most_shortfall=min(row.most_shortfall, before.most_shortfall),
            most_over_age=min(row.most_over_age, before.most_over_age),
        )
    return tuple(promised.values())


def _promise(problem: Problem, choice: Choice, without: Plan, workshop: Workshop) -> Promise | None:
    match choice:
        case Choice.NONE:
            return Promise(guarantees=(), proved=0)
        case Choice.STAND_ALONE:
            return _stand_alone(problem, workshop)
        case Choice.LEXIMIN:
            return leximin(problem, without, workshop)
        case Choice.NASH:
            return nash(problem, without, workshop)
    assert_never(choice)


def _stand_alone(problem: Problem, workshop: Workshop) -> Promise | None:
    guarantees, proved = [], 0
    for trust in sorted({row.trust for row in problem.cohorts}):
        plan = workshop.plan(alone(problem, trust), f"{trust} alone")
        if plan is None:
            return None
        # Who has no plan alone is promised nothing: it cannot fare worse.
        if plan.has_decisions:
            guarantees.append(_promised(trust, plan))
            proved += _is_best(plan)
    return Promise(guarantees=tuple(guarantees), proved=proved)


def _is_best(plan: Plan) -> bool:
    """Whether no plan is proved to do better by what is promised; where that is priced, at all."""
    counted = {row.level: row.proved for row in plan.levels}
    if Level.OVER_AGE in counted:
        del counted[Level.COST]
    return all(counted.values())


def _promised(trust: TrustCode, plan: Plan) -> Guarantee:
    return Guarantee(
        trust=trust,
        most_shortfall=sum(row.shortfall + row.vacancies for row in plan.fleet_years),
        most_over_age=sum(row.over_age for row in plan.fleet_years),
    )
