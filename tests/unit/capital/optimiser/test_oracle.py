"""The optimiser against an oracle that tries every plan: same values, same verdicts.

MAKEREADY_PROOFS=1 tries more.
"""

from collections import Counter
from dataclasses import replace

import pytest

from services.capital.optimiser.problem import Problem
from services.capital.optimiser.validate import check_problem
from tests.conftest import Say
from tests.unit.capital.optimiser.bindings import LEFT_OUT, binding
from tests.unit.capital.optimiser.exactness import assert_is_the_best, solved
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.oracle_tables import is_quarter
from tests.unit.capital.optimiser.random_kinds import KINDS, THOROUGH, TIMES
from tests.unit.capital.optimiser.random_money import a_random_problem_of_old_vehicles

# Of problems without each rule, as many are tried as show that it decides; or all.
ENOUGH = 10**6 if THOROUGH else 3


@pytest.mark.parametrize(
    ("kind", "seed"),
    [(kind, seed) for kind, row in KINDS.items() for seed in range(TIMES * row.problems)],
)
def test_no_plan_tried_is_better_than_the_one_returned(kind: str, seed: int) -> None:
    problem = KINDS[kind].make(seed)
    check_problem(problem)

    plan = solved(problem)

    assert_is_the_best(problem, plan)


@pytest.mark.timeout(1200)
def test_every_rule_decides_what_is_best_somewhere(say: Say) -> None:
    problems = [row.make(seed) for row in KINDS.values() for seed in range(row.problems)]
    decisive: Counter[str] = Counter()

    for problem in problems:
        decisive.update(binding(problem, [rule for rule in LEFT_OUT if decisive[rule] < ENOUGH]))

    least = "" if THOROUGH else f", counted to {ENOUGH}"
    counts = [f"{count:6} {rule}" for rule, count in decisive.most_common()]
    in_quarters = sum(is_quarter(problem.first_financial_year) for problem in problems)
    title = f"of {len(problems)} problems, {in_quarters} in quarters, without it another is best"
    say(f"{title}{least}:", *counts)
    assert set(LEFT_OUT) - set(decisive) == set()
    assert in_quarters > len(problems) // 50


def test_the_random_problems_are_of_every_kind() -> None:
    for row in KINDS.values():
        verdicts = [best(row.make(seed)) for seed in range(row.problems)]

        infeasible = sum(verdict is None for verdict in verdicts)
        short = sum(verdict is not None and verdict[0] > 0 for verdict in verdicts)
        over_age = sum(verdict is not None and verdict[1] > 0 for verdict in verdicts)
        assert min(infeasible, short, over_age) > row.problems // 20


def test_the_rules_of_money_change_what_is_best() -> None:
    of_money = KINDS["of money"]
    seeds = range(of_money.problems)

    changed = sum(
        best(a_random_problem_of_old_vehicles(seed)) != best(of_money.make(seed)) for seed in seeds
    )

    assert changed > of_money.problems // 5


def test_what_receiving_vehicles_costs_in_revenue_changes_what_is_best() -> None:
    of_mixed = KINDS["mixed"]
    problems = [of_mixed.make(seed) for seed in range(of_mixed.problems)]
    tied = [row for row in problems if row.transfer_routes and row.revenue_budgets]

    # Cost comes last: that it is less changes nothing before it, but for a budget.
    changed = sum(_before_cost(row) != _before_cost(_given_for_nothing(row)) for row in tied)

    assert changed > 1


def _before_cost(problem: Problem) -> tuple[int, ...] | None:
    standing = best(problem)
    return None if standing is None else standing[:2]


def _given_for_nothing(problem: Problem) -> Problem:
    routes = (replace(row, cost_pence=0) for row in problem.transfer_routes)
    return replace(problem, transfer_routes=tuple(routes))
