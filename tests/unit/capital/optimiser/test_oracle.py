"""The optimiser against an oracle that tries every plan: same values, same verdicts."""

import pytest

from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Outcome
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.random_problems import a_random_problem

PROBLEMS = 120


@pytest.mark.parametrize("seed", range(PROBLEMS))
def test_no_plan_tried_is_better_than_the_one_returned(seed: int) -> None:
    problem = a_random_problem(seed)

    plan = solve(problem, Limits(seconds=20, gap_ppm=0))

    expected = best(problem)
    if expected is None:
        assert plan.outcome is Outcome.INFEASIBLE
    else:
        assert plan.outcome is Outcome.OPTIMAL
        standing = {row.level: row.value for row in plan.levels}
        assert tuple(standing.get(level, 0) for level in Level) == expected


def test_the_random_problems_are_of_every_kind() -> None:
    verdicts = [best(a_random_problem(seed)) for seed in range(PROBLEMS)]

    infeasible = sum(verdict is None for verdict in verdicts)
    short = sum(verdict is not None and verdict[0] > 0 for verdict in verdicts)
    over_age = sum(verdict is not None and verdict[1] > 0 for verdict in verdicts)
    assert min(infeasible, short, over_age) > PROBLEMS // 20
