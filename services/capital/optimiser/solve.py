"""From problem to plan: the one call the service and the command line make."""

from concurrent.futures import Executor
from time import monotonic

from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import SolverFault
from services.capital.optimiser.limits import Clock, Limits, Listener, unheard
from services.capital.optimiser.mathopt_adapter import Stop
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.search import Search
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import check_limits, check_problem


def solve(
    problem: Problem,
    limits: Limits | None = None,
    listener: Listener = unheard,
    clock: Clock = monotonic,
    *,
    executor: Executor | None = None,
    stop: Stop | None = None,
) -> Plan:
    """Return the best plan found within the limits, with what is proved of it.

    Parts of the search go through the executor, where one is handed in; `stop` ends it early, with
    the best plan so far. That there is no plan is an answer, not an error: see the plan's outcome.
    Raises InvalidProblem when the problem or the limits make no sense, SolverFault when the solver
    fails at its work.
    """
    limits = limits or Limits()
    check_limits(limits)
    check_problem(problem)
    plan = Search(Terms(problem), limits, listener, clock, executor=executor, stop=stop).run()
    wrong = violations(problem, plan)
    if wrong:
        raise SolverFault(f"the plan does not stand up: {wrong[:3]}")
    return plan
