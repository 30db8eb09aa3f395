"""Linear programmes that follow one another, and what their prices prove."""

import numpy as np
import pytest

from services.capital.optimiser.closing_in import closed_in
from services.capital.optimiser.engine.couplings import proved_by
from services.capital.optimiser.engine.program import Program, Rows, with_own_rows
from services.capital.optimiser.mathopt_adapter import (
    Effort,
    Solution,
    Status,
    solve_from,
    solve_program,
)
from services.capital.optimiser.mathopt_program import Basis
from tests.unit.capital.optimiser.engine.programs import lots

EFFORT = Effort(seconds=60.0)


def at_most_what_is_placed(program: Program, sizes: tuple[float, ...]) -> Rows:
    """Return rows that no more is ordered than so many times what is placed, for each block."""
    pairs = [(block, size) for block in range(program.blocks) for size in sizes]
    each = np.arange(len(pairs))
    return Rows(
        lower=np.full(len(pairs), -np.inf),
        upper=np.zeros(len(pairs)),
        entry_row=np.repeat(each, 2),
        entry_column=np.array([3 * block + place for block, _ in pairs for place in (0, 1)]),
        entry_value=np.array([value for _, size in pairs for value in (-size, 1.0)]),
    )


def relaxed(program: Program, basis: Basis | None) -> Solution:
    return solve_from(program.relaxed(), basis, EFFORT)


@pytest.mark.parametrize("seed", range(10))
def test_with_the_rows_that_it_breaks_a_linear_programme_comes_to_what_it_does_with_all(
    seed: int,
) -> None:
    program = lots(blocks=6, seed=seed)
    rows = at_most_what_is_placed(program, (6.0, 4.5, 4.0, 3.0, 2.5))

    closed = closed_in(program, rows, relaxed(program, None), relaxed)

    every = solve_program(with_own_rows(program, rows).relaxed(), EFFORT)
    assert closed is not None
    assert not len(rows.broken_by(closed.x, 1e-4).lower)
    assert closed.program.rows < program.rows + len(rows.lower)
    assert closed.program.value(closed.x) == pytest.approx(every.value)


def test_a_linear_programme_that_breaks_no_row_stays_as_it_is() -> None:
    program = lots(blocks=6, seed=1)

    closed = closed_in(
        program, at_most_what_is_placed(program, (9.0,)), relaxed(program, None), relaxed
    )

    assert closed is None


@pytest.mark.parametrize("seed", range(10))
def test_prices_of_every_row_prove_no_more_than_the_linear_programme_and_its_own_all_of_it(
    seed: int,
) -> None:
    program = lots(blocks=6, seed=seed)
    linear = solve_program(program.relaxed(), EFFORT)
    others = np.random.default_rng(seed).uniform(-3, 3, (20, program.rows))

    assert linear.status is Status.PROVED
    assert linear.value is not None
    assert linear.row_prices is not None
    assert proved_by(program, linear.row_prices) == pytest.approx(linear.value)
    for prices in (linear.row_prices, *others):
        assert proved_by(program, prices) <= linear.value
