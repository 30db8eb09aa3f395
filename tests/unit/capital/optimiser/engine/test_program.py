"""Programmes as arrays mean the same before and after every step between them and the solvers."""

import numpy as np
import pytest

from services.capital.optimiser.engine.program import NO_BLOCK, block_parts, without_fixed
from services.capital.optimiser.mathopt_adapter import Effort, Solver, Status, solve_program
from tests.unit.capital.optimiser.engine.programs import (
    least_value,
    random_program,
    solutions,
    values,
)

SEEDS = range(60)
EFFORT = Effort(seconds=10.0)


@pytest.mark.parametrize("solver", [Solver.HIGHS, Solver.SCIP, Solver.CP_SAT])
def test_each_solver_finds_the_value_that_trying_every_solution_finds(solver: Solver) -> None:
    for seed in SEEDS:
        program = random_program(seed)

        found = solve_program(program, EFFORT, solver=solver)

        best = least_value(program)
        assert (found.status is Status.INFEASIBLE) == (best is None), seed
        assert found.value == (None if best is None else pytest.approx(best)), seed
        assert found.x is None or program.is_met_by(found.x), seed


def test_the_prices_of_a_linear_programme_explain_its_reduced_costs() -> None:
    for seed in SEEDS:
        program = random_program(seed).relaxed()

        found = solve_program(program, EFFORT, solver=Solver.GLOP)

        if found.row_prices is not None and found.reduced_costs is not None:
            left = program.cost - program.priced(found.row_prices)
            assert np.allclose(left, found.reduced_costs), seed


def test_a_block_has_its_own_columns_and_rows_and_no_others() -> None:
    for seed in SEEDS:
        program = random_program(seed)

        parts = block_parts(program)

        assert len(parts) == program.blocks
        for block, inside in enumerate(parts):
            assert np.all(program.block[inside.columns] == block)
            assert np.all(program.row_block[inside.rows] == block)
        told = sum(len(inside.columns) for inside in parts) + np.sum(program.block == NO_BLOCK)
        assert told == program.columns


def test_leaving_out_fixed_columns_changes_no_value() -> None:
    for seed in SEEDS:
        program = random_program(seed)
        fixed = program.fixed(np.array([0, 2]), np.array([1.0, 0.0]))

        smaller = without_fixed(fixed)

        # Rows left out have no free column: none of them is judged again.
        assert set(values(fixed)) <= set(values(smaller.program)), seed
        assert smaller.program.columns == program.columns - 2


def test_a_row_more_leaves_only_what_meets_it() -> None:
    for seed in SEEDS:
        program = random_program(seed)
        costs = [value - program.offset for value in values(program)]

        closer = program.with_most(program.cost, -3.0)

        assert len(solutions(closer)) == sum(cost <= -3.0 for cost in costs), seed
