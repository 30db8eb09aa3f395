"""Two stages: first orders that must do over many scenarios, each of which is a problem."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from benchmarks.plan.row import PENCE_PER_POUND, Row, Run, nothing
from benchmarks.plan.table import OURS
from benchmarks.plan.trace import Trace
from services.capital.executor import executor
from services.capital.optimiser import mathopt_adapter
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.first_stage import Attitude, FirstStage
from services.capital.optimiser.answers.recourse import recourse
from services.capital.optimiser.answers.scenarios import Scenario
from services.capital.optimiser.answers.two_stage import sampled, two_stage
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.mathopt_adapter import Solver, solve_program
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import Problem

SCENARIOS: Final = 50
SAMPLE_SEED: Final = 1
# Rivals are given all scenarios as one programme, to go on to a proof as we do.
SOLVERS: Final[Mapping[str, Solver]] = {
    "highs-priced": Solver.HIGHS,
    "scip-priced": Solver.SCIP,
    "cp-sat-priced": Solver.CP_SAT,
}
STAGED_METHODS: Final = frozenset({OURS, *SOLVERS})
RIVALS_GAP: Final = 1e-6


def staged(run: Run, problem: Problem, trace: Trace) -> Row:
    """Return the row of the first orders: half their mean cost, half that of the worst fifth.

    All levels are priced, and later years' vehicles divisible, in the value as in the bound.
    """
    samples = list(sampled(problem, SCENARIOS, SAMPLE_SEED))
    row = replace(nothing(run, 0, memory_mb=0, note=""), problem_hash=problem_hash(problem))
    if run.method == OURS:
        return _ours(row, samples, trace)
    return _together(row, samples, trace)


def _ours(row: Row, samples: list[Scenario], trace: Trace) -> Row:
    each = Limits(seconds=row.limit_seconds, gap_ppm=0, seed=row.seed)
    workshop = Workshop("scenarios", Effort(seconds=row.limit_seconds, each=each))
    with executor() as cores:
        found = two_stage(samples, workshop, executor=cores)
    if found.outcome is not Outcome.FEASIBLE:
        return replace(row, outcome=found.outcome, seconds=trace.seconds)
    return _stated(row, trace, found.value_pence, found.bound_pence)


def _together(row: Row, samples: list[Scenario], trace: Trace) -> Row:
    """Return the row of a solver that is given every scenario whole."""
    parts = [recourse(one.problem, frozenset(one.problem.horizon[:1])) for one in samples]
    decisions = sorted({decision for part in parts for decision in part.decided})
    stage = FirstStage(parts, decisions, Attitude())
    for scenario in range(len(parts)):
        stage.hold(scenario)
    effort = mathopt_adapter.Effort(
        seconds=row.limit_seconds - trace.seconds, relative_gap=RIVALS_GAP, seed=row.seed
    )
    found = solve_program(stage.program(), effort, solver=SOLVERS[row.method])
    if found.value is None or found.bound is None:
        return replace(row, outcome=Outcome.UNKNOWN, seconds=trace.seconds)
    values = (round(units * PENCE_PER_COST_UNIT) for units in (found.value, found.bound))
    return _stated(row, trace, *values)


def _stated(row: Row, trace: Trace, value_pence: int, bound_pence: int) -> Row:
    trace.found()
    return replace(
        row,
        outcome=Outcome.FEASIBLE,
        seconds=round(trace.seconds, 2),
        first_plan_seconds=round(trace.seconds, 2),
        objective=value_pence / PENCE_PER_POUND,
        bound=bound_pence / PENCE_PER_POUND,
        gap=round((value_pence - bound_pence) / max(1, abs(value_pence)), 9),
    )
