"""A plan against the oracle that tries every plan: the same values, the same verdict."""

from services.capital.optimiser.check import violations
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.oracle_judge import Judge


def solved(problem: Problem) -> Plan:
    return solve(problem, Limits(seconds=20, gap_ppm=0))


def assert_is_the_best(problem: Problem, plan: Plan) -> None:
    """Compare every level's value, or the verdict that there is no plan, with the oracle's.

    What the plan decides is judged twice, by the checker and by the oracle's judge.
    """
    expected = best(problem)
    assert violations(problem, plan) == []
    if expected is None:
        assert plan.outcome is Outcome.INFEASIBLE
    else:
        assert plan.outcome is Outcome.OPTIMAL
        assert Judge(problem).broken(plan.decisions) == set()
        standing = {row.level: row.value for row in plan.levels}
        assert tuple(standing.get(level, 0) for level in Level) == expected
