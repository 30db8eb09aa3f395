"""The optimiser against the oracle where renewal is wanted, and every rule is in the way of some.

MAKEREADY_PROOFS=1 tries more: whether each rule decides what is best somewhere.
"""

import os
from collections import Counter

import pytest

from services.capital.optimiser.validate import check_problem
from tests.conftest import Say
from tests.unit.capital.optimiser.bindings import RELAXED, binding
from tests.unit.capital.optimiser.exactness import assert_is_the_best, solved
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need

# With those of `test_oracle`: five hundred and more.
PROBLEMS = 180
THOROUGH = bool(os.environ.get("MAKEREADY_PROOFS"))
PROBLEMS_WITHOUT = 150 if THOROUGH else 25


@pytest.mark.parametrize("seed", range(PROBLEMS))
def test_no_plan_tried_is_better_where_renewal_is_wanted(seed: int) -> None:
    problem = a_random_problem_in_need(seed)
    check_problem(problem)

    plan = solved(problem)

    assert_is_the_best(problem, plan)


@pytest.mark.timeout(600)
def test_rules_decide_what_is_best(say: Say) -> None:
    problems = [a_random_problem_in_need(seed) for seed in range(PROBLEMS_WITHOUT)]

    decisive = Counter(rule for problem in problems for rule in binding(problem))

    verdicts = Counter("none" if best(problem) is None else "a plan" for problem in problems)
    counts = [f"{count:6} {rule}" for rule, count in decisive.most_common()]
    say(
        f"seeds 0 to {PROBLEMS_WITHOUT - 1}: {dict(verdicts)}; without it another is best:", *counts
    )
    assert len(decisive) > len(RELAXED) // 2
    if THOROUGH:
        assert set(decisive) == set(RELAXED)
