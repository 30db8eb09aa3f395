"""Whether what a solver says is true, and what it comes to. Pure; heavy for large fleets."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital.domain.named_lines import lines_of
from services.capital.domain.plan import Progress, Solution
from services.capital.domain.summary import capital_by_fleet_year
from services.capital.handlers.solving import Failed, Found, Solve
from services.capital.optimiser.check import violations
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Violation
from services.capital.plan_wire import plan_from_proto
from services.capital.planning.report import COST
from services.capital.problem_wire import problem_from_proto
from services.capital.wire.plans import summary_to_proto


def examined(solve: Solve, solved: RenewalSolve.Solved) -> Found | Failed:
    """Return the plan once it passes every rule without the solver, or what it breaks."""
    problem = problem_from_proto(RenewalProblem.FromString(solve.problem))
    plan = plan_from_proto(solved.plan)
    wrong = violations(problem, plan)
    if wrong:
        return Failed(why=f"the plan found does not stand up: it breaks {_rules(wrong)}")
    took = timedelta(seconds=solved.elapsed_seconds)
    if not plan.has_decisions:
        return Found(solution=_solution(plan, "", took), progress=Progress(elapsed=took))
    content = solved.plan.SerializeToString(deterministic=True)
    return Found(
        solution=_solution(plan, content_hash(solve.scenario.content_hash, content), took),
        progress=_last_progress(plan, took),
        content=content,
        summary=_summary(solve, solved.plan, problem, plan),
        lines=lines_of(problem, plan, solve.vehicles),
    )


def content_hash(scenario_hash: str, content: bytes) -> str:
    """Return what an approval is bound to: SHA-256 of the scenario's hash and the plan's bytes."""
    return sha256(scenario_hash.encode() + content).hexdigest()


def _solution(plan: Plan, hashed: str, took: timedelta) -> Solution:
    return Solution(outcome=plan.outcome, content_hash=hashed, engine=plan.engine, took=took)


def _last_progress(plan: Plan, took: timedelta) -> Progress:
    cost = plan.level(Level.COST)
    return Progress(phase=COST, incumbent_pence=cost.value, bound_pence=cost.bound, elapsed=took)


def _summary(solve: Solve, message: RenewalPlan, problem: Problem, plan: Plan) -> bytes:
    envelopes = {row.id: row for row in solve.envelopes}
    summary = summary_to_proto(message, capital_by_fleet_year(problem, plan), envelopes)
    return summary.SerializeToString()


def _rules(wrong: Iterable[Violation]) -> str:
    """Name the rules broken, each once: "availability, lead time"."""
    return ", ".join(dict.fromkeys(row.rule.replace("_", " ") for row in wrong))
