"""Rows that bring the linear programme closer: they cut off fractions, and never a plan."""

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.plan.ambcap import ambcap
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import Program, with_own_rows
from services.capital.optimiser.mathopt_adapter import Effort, solve_program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms
from tests.unit.capital.optimiser.build import (
    PRICE,
    a_policy,
    a_problem,
    an_envelope,
    an_option,
    cohorts,
)
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money
from tests.unit.capital.optimiser.random_moves import a_random_problem_with_a_reserve
from tests.unit.capital.optimiser.random_problems import a_random_problem

EFFORT = Effort(seconds=20.0)
SEEDS = range(80)
KINDS = (
    a_random_problem,
    a_random_problem_of_money,
    a_random_problem_with_a_reserve,
    a_random_problem_in_need,
)


def least(program: Program, cost: Floats) -> float | None:
    """Return the least that solutions come to; None where there is none."""
    return solve_program(program.with_cost(cost), EFFORT).value


def solution(program: Program, cost: Floats) -> Floats:
    """Return the solution that comes to least, nothing of anything where there is none."""
    x = solve_program(program.with_cost(cost), EFFORT).x
    return np.zeros(program.columns) if x is None else x


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_asked_for_the_best_plan_keeps_the_closer_rows(
    kind: Callable[[int], Problem],
) -> None:
    rows = 0
    for seed in SEEDS:
        model = RenewalModel(Terms(kind(seed)))
        plain = model.arrays()
        closer = with_own_rows(plain, model.closer_rows())
        cost = np.random.default_rng(seed).integers(-9, 10, plain.columns).astype(float)
        rows += closer.rows - plain.rows

        assert least(closer, cost) == pytest.approx(least(plain, cost)), seed
    assert rows > 10


def test_a_third_of_an_order_replaces_no_more_than_a_third_of_each_cohort() -> None:
    # Two of three are past their age in the second year, and money would buy a hundred.
    problem = a_problem(
        cohorts=cohorts({4: 2, 1: 1}),
        options=(an_option(minimum=2),),
        envelopes=(an_envelope(2026, 100 * PRICE), an_envelope(2027, 100 * PRICE)),
        life_policies=(a_policy(maximum=5),),
    )
    model = RenewalModel(Terms(problem))
    placed = sum(model.variables.place.values())
    model.program.minimize(placed + 1000 * model.expression(Level.SHORTFALL))

    plain = model.arrays()
    closer = with_own_rows(plain, model.closer_rows())

    cost = np.zeros(plain.columns)
    for variable in model.program.objective.linear_terms():
        cost[variable.variable.id] = variable.coefficient
    assert least(closer, cost) == pytest.approx(1.0)
    assert (least(plain.relaxed(), cost) or 0.0) < 0.9
    assert least(closer.relaxed(), cost) == pytest.approx(1.0)


def test_of_many_closer_rows_those_broken_say_as_much_as_all() -> None:
    model = RenewalModel(Terms(ambcap(5, lumpy=True)))
    plain, rows = model.arrays().relaxed(), model.closer_rows()
    cost = model.cost(Level.COST)[0] + 1e6 * model.cost(Level.SHORTFALL)[0]
    program, everything = plain, with_own_rows(plain, rows)

    while len((broken := rows.broken_by(solution(program, cost), 1e-6)).lower):
        program = with_own_rows(program, broken)

    assert least(program, cost) == pytest.approx(least(everything, cost))
    assert plain.rows < program.rows < everything.rows
