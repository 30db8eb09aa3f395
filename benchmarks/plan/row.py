"""One run: a method on an instance, what it came to, and what it took."""

from dataclasses import dataclass
from typing import Final

from benchmarks.plan.trace import Moment, Trace
from services.capital.optimiser.check import violations
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.plan import Level, LevelResult, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.proof import PPM
from services.capital.optimiser.size import most_pence
from services.capital.optimiser.terms import Terms

PENCE_PER_POUND: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was asked for: `seconds` is the limit given."""

    instance: str
    method: str
    limit_seconds: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Run):
    """`objective` and `bound` are whole-life cost in pounds; `gap` is their share of the first.

    Shortfall and over-age are in vehicle-years; their bounds are None where they are priced, and so
    part of cost. The cost's bound holds for plans as good at the earlier levels as this one. None:
    no plan that passes the checker, or nothing proved. `trace` is in each method's own units.
    """

    problem_hash: str
    outcome: str
    seconds: float
    first_plan_seconds: float | None
    objective: float | None
    bound: float | None
    gap: float | None
    shortfall: int | None
    shortfall_bound: int | None
    over_age: int | None
    over_age_bound: int | None
    memory_mb: int
    note: str = ""
    trace: tuple[Moment, ...] = ()


def row_of(run: Run, problem: Problem, plan: Plan, trace: Trace, memory_mb: int) -> Row:
    """Return the row of a run that has just ended; a plan that breaks a rule is no plan."""
    seconds = trace.seconds
    wrong = violations(problem, plan)
    levels = {} if wrong else {row.level: row for row in plan.levels}
    cost = levels.get(Level.COST)
    # From the plan's rows, since a problem may price a level instead of setting it first.
    counted = () if wrong else plan.fleet_years
    is_bounded = cost is not None and cost.bound > -most_pence(Terms(problem))
    return Row(
        instance=run.instance,
        method=run.method,
        limit_seconds=run.limit_seconds,
        seed=run.seed,
        problem_hash=problem_hash(problem),
        outcome=plan.outcome,
        seconds=round(seconds, 2),
        first_plan_seconds=_rounded(trace.first_plan_seconds),
        objective=cost.value / PENCE_PER_POUND if cost else None,
        bound=cost.bound / PENCE_PER_POUND if cost and is_bounded else None,
        gap=plan.cost_gap_ppm / PPM if is_bounded else None,
        shortfall=sum(row.shortfall + row.vacancies for row in counted) if counted else None,
        shortfall_bound=_bound(levels.get(Level.SHORTFALL)),
        over_age=sum(row.over_age for row in counted) if counted else None,
        over_age_bound=_bound(levels.get(Level.OVER_AGE)),
        memory_mb=memory_mb,
        note=f"fails the check: {wrong[0]}" if wrong else "",
        trace=tuple(trace.moments),
    )


def nothing(run: Run, seconds: float, memory_mb: int, note: str) -> Row:
    """Return the row of a run that did not come back with an answer."""
    return Row(
        instance=run.instance,
        method=run.method,
        limit_seconds=run.limit_seconds,
        seed=run.seed,
        problem_hash="",
        outcome="failed",
        seconds=round(seconds, 2),
        first_plan_seconds=None,
        objective=None,
        bound=None,
        gap=None,
        shortfall=None,
        shortfall_bound=None,
        over_age=None,
        over_age_bound=None,
        memory_mb=memory_mb,
        note=note,
    )


def _bound(level: LevelResult | None) -> int | None:
    return None if level is None else level.bound


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
