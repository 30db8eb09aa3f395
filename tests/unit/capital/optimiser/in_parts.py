"""The search that takes a problem apart, on problems too small to need it, and what it must be."""

from concurrent.futures import Executor
from time import monotonic
from typing import Final

from services.capital.optimiser.check import violations
from services.capital.optimiser.decomposed import DecomposedSearch
from services.capital.optimiser.greedy import greedy_decisions
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import Limits, unheard
from services.capital.optimiser.mathopt_adapter import Status, Stop
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.timing import Timing
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.oracle_judge import Judge

COUNTED: Final = Limits(seconds=600, gap_ppm=0, seed=7, nodes=5)


def taken_apart(problem: Problem, limits: Limits, executor: Executor | None = None) -> Plan:
    """Return the plan of the search by parts, however small the problem is."""
    terms = Terms(problem)
    incumbent = Incumbent(terms, limits.seed)
    incumbent.offer(greedy_decisions(terms))
    timing = Timing(monotonic, limits, Stop())
    search = DecomposedSearch(RenewalModel(terms), incumbent, limits, unheard, timing, executor)
    status = search.run()
    return incumbent.plan() or incumbent.without_decisions(infeasible=status is Status.INFEASIBLE)


def how_it_stands(problem: Problem, plan: Plan) -> str:
    """Say how the plan stands to the best of all plans, having asked that it claims no more.

    It keeps every rule, is nowhere better than the best, and nothing that is proved of it is above
    what the best comes to; that there is no plan is said only where there is none.
    """
    least = best(problem)
    assert violations(problem, plan) == []
    if least is None:
        assert not plan.has_decisions
        return "none, proved" if plan.outcome is Outcome.INFEASIBLE else "none, unproved"
    assert plan.outcome is not Outcome.INFEASIBLE
    if not plan.has_decisions:
        return "not found"
    assert Judge(problem).broken(plan.decisions) == set()
    levels = [row.level for row in plan.levels]
    values, known = [row.value for row in plan.levels], [least[[*Level].index(n)] for n in levels]
    assert values >= known
    for place, row in enumerate(plan.levels):
        # Of a level it is proved what plans come to that are as good at those before it.
        if all(known[before] <= values[before] for before in range(place)):
            assert row.bound <= known[place]
    if values > known:
        assert plan.outcome is not Outcome.OPTIMAL
        return "worse"
    return "equal, proved" if plan.outcome is Outcome.OPTIMAL else "equal"
