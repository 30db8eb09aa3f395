"""What a plan says is proved of it: does it hold together?"""

from collections.abc import Iterator

from services.capital.optimiser.levels import standing
from services.capital.optimiser.plan import LevelResult, Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.proof import is_proved, outcome_of, stated_gap_ppm
from services.capital.optimiser.rules import Rule, Violation


def proof_violations(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Yield each claim that its own figures contradict."""
    if not plan.has_decisions:
        yield from _nothing_is_claimed(plan)
        return
    if tuple(row.level for row in plan.levels) != standing(problem):
        yield _unproved("levels", "are not those the problem has, in order")
        return
    for row in plan.levels:
        yield from _level_holds_together(row)
    if plan.outcome is not outcome_of(plan.levels):
        yield _unproved(
            "outcome", f"is {plan.outcome}, where levels prove {outcome_of(plan.levels)}"
        )
    gap = stated_gap_ppm(plan)
    if plan.cost_gap_ppm != gap:
        yield _unproved("cost_gap_ppm", f"is not the {gap} of its bound")


def _nothing_is_claimed(plan: Plan) -> Iterator[Violation]:
    if plan.outcome in {Outcome.OPTIMAL, Outcome.FEASIBLE}:
        yield _unproved("outcome", f"is {plan.outcome} without a plan")
    if any(
        (
            plan.levels,
            plan.purchases,
            plan.disposals,
            plan.hires,
            plan.moves,
            plan.chargers,
            plan.stationed,
            plan.stock,
            plan.cost_gap_ppm,
        )
    ):
        yield _unproved("outcome", f"is {plan.outcome} with a plan")


def _level_holds_together(row: LevelResult) -> Iterator[Violation]:
    if row.bound > row.value:
        yield _unproved(row.level, f"is {row.value}, below its bound {row.bound}")
    if row.proved != is_proved(row.level, row.value, row.bound):
        yield _unproved(row.level, f"is proved: {row.proved}, with {row.value} over {row.bound}")


def _unproved(subject: str, detail: str) -> Violation:
    return Violation(rule=Rule.HONEST_PROOF, subject=subject, detail=detail)
