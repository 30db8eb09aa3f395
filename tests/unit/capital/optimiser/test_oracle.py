"""The optimiser against an oracle that tries every plan: same values, same verdicts."""

import pytest

from tests.unit.capital.optimiser.exactness import assert_is_the_best, solved
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.random_money import (
    a_random_problem_of_money,
    a_random_problem_of_old_vehicles,
)
from tests.unit.capital.optimiser.random_moves import a_random_problem_with_a_reserve
from tests.unit.capital.optimiser.random_problems import a_random_problem

PROBLEMS = 120
PROBLEMS_OF_MONEY = 120
PROBLEMS_OF_RESERVE = 80


@pytest.mark.parametrize("seed", range(PROBLEMS))
def test_no_plan_tried_is_better_than_the_one_returned(seed: int) -> None:
    problem = a_random_problem(seed)

    plan = solved(problem)

    assert_is_the_best(problem, plan)


@pytest.mark.parametrize("seed", range(PROBLEMS_OF_MONEY))
def test_no_plan_tried_is_better_where_money_has_rules_of_its_own(seed: int) -> None:
    problem = a_random_problem_of_money(seed)

    plan = solved(problem)

    assert_is_the_best(problem, plan)


@pytest.mark.parametrize("seed", range(PROBLEMS_OF_RESERVE))
def test_no_plan_tried_is_better_where_vehicles_can_be_held_in_reserve(seed: int) -> None:
    problem = a_random_problem_with_a_reserve(seed)

    plan = solved(problem)

    assert_is_the_best(problem, plan)


def test_the_random_problems_are_of_every_kind() -> None:
    verdicts = [best(a_random_problem(seed)) for seed in range(PROBLEMS)]

    infeasible = sum(verdict is None for verdict in verdicts)
    short = sum(verdict is not None and verdict[0] > 0 for verdict in verdicts)
    over_age = sum(verdict is not None and verdict[1] > 0 for verdict in verdicts)
    assert min(infeasible, short, over_age) > PROBLEMS // 20


def test_the_rules_of_money_change_what_is_best() -> None:
    seeds = range(PROBLEMS_OF_MONEY)

    changed = sum(
        best(a_random_problem_of_old_vehicles(seed)) != best(a_random_problem_of_money(seed))
        for seed in seeds
    )

    assert changed > PROBLEMS_OF_MONEY // 5
