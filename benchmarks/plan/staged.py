"""Two stages: first orders that must do over many scenarios, each of which is a problem."""

from dataclasses import replace
from typing import Final

from benchmarks.plan.row import PENCE_PER_POUND, Row, Run, nothing
from benchmarks.plan.trace import Trace
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.two_stage import TwoStage, sampled, two_stage
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import Problem

SCENARIOS: Final = 50
SAMPLE_SEED: Final = 1


def staged(run: Run, problem: Problem, trace: Trace) -> Row:
    """Return the row of the first orders: half their mean cost, half that of the worst fifth.

    All levels are priced, and later years' vehicles divisible, in the value as in the bound.
    """
    effort = Effort(
        seconds=run.limit_seconds, each=Limits(seconds=run.limit_seconds, seed=run.seed)
    )
    samples = list(sampled(problem, SCENARIOS, SAMPLE_SEED))
    found = two_stage(samples, Workshop("scenarios", effort))
    return _row(run, problem, found, trace)


def _row(run: Run, problem: Problem, found: TwoStage, trace: Trace) -> Row:
    bare = nothing(run, trace.seconds, memory_mb=0, note="")
    known = replace(bare, problem_hash=problem_hash(problem), outcome=found.outcome)
    if found.outcome is not Outcome.FEASIBLE:
        return known
    trace.found()
    gap = (found.value_pence - found.bound_pence) / max(1, abs(found.value_pence))
    return replace(
        known,
        first_plan_seconds=round(trace.seconds, 2),
        objective=found.value_pence / PENCE_PER_POUND,
        bound=found.bound_pence / PENCE_PER_POUND,
        gap=round(gap, 9),
    )
