"""Who plans: ours, a spreadsheet, and the whole model given to each solver in two ways."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from ortools.math_opt.python import mathopt

from benchmarks.plan.trace import Trace
from benchmarks.plan.whole import Rival
from services.capital.executor import executor
from services.capital.optimiser.greedy import greedy_plan
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.limits import Limits, Progress
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms

# The problem, seconds, the seed, and where to note how it goes.
Method: TypeAlias = Callable[[Problem, int, int, Trace], Plan]
PENCE_PER_POUND: Final = 100


def ours(problem: Problem, seconds: int, seed: int, trace: Trace) -> Plan:
    def listen(progress: Progress) -> None:
        if progress.incumbent is not None:
            trace.found()
        if progress.level is Level.COST:
            trace.note(_pounds(progress.incumbent), _pounds(progress.bound))

    with executor() as cores:
        return solve(problem, Limits(seconds=seconds, gap_ppm=0, seed=seed), listen, executor=cores)


def greedy(problem: Problem, seconds: int, seed: int, trace: Trace) -> Plan:
    del seconds, seed
    plan = greedy_plan(Terms(problem))
    if plan is None or plan.cost is None:
        return Plan(problem_hash=problem_hash(problem), outcome=Outcome.UNKNOWN)
    trace.note(plan.cost.total_pence / PENCE_PER_POUND, None)
    return plan


def priced(
    solver: mathopt.SolverType, problem: Problem, seconds: int, seed: int, trace: Trace
) -> Plan:
    return Rival(Terms(problem), solver, seconds, seed, trace).priced()


def in_order(
    solver: mathopt.SolverType, problem: Problem, seconds: int, seed: int, trace: Trace
) -> Plan:
    return Rival(Terms(problem), solver, seconds, seed, trace).in_order()


METHODS: Final[Mapping[str, Method]] = {
    "makeready": ours,
    "greedy": greedy,
    "highs-priced": partial(priced, mathopt.SolverType.HIGHS),
    "highs-in-order": partial(in_order, mathopt.SolverType.HIGHS),
    "scip-priced": partial(priced, mathopt.SolverType.GSCIP),
    "scip-in-order": partial(in_order, mathopt.SolverType.GSCIP),
    "cp-sat-priced": partial(priced, mathopt.SolverType.CP_SAT),
    "cp-sat-in-order": partial(in_order, mathopt.SolverType.CP_SAT),
}


def _pounds(pence: int | None) -> float | None:
    return None if pence is None else pence / PENCE_PER_POUND
