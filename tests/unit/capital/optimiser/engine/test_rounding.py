"""Which switches are on, given how much a fractional solution has of what they switch."""

import numpy as np
import pytest

from services.capital.optimiser.engine.primal.rounding import switched
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks


@pytest.mark.parametrize(
    ("bought", "reached"),
    [(24.0, [0.0, 0.0]), (64.0, [1.0, 0.0]), (99.0, [1.0, 0.0]), (130.0, [0.0, 1.0])],
)
def test_of_a_choice_the_largest_lot_is_on_of_which_half_is_bought(
    bought: float, reached: list[float]
) -> None:
    program = two_prices()
    x = np.array([0.0, bought, 0.0, bought / 500])

    columns, on = switched(Structure(program), x, 0.05)

    assert columns.tolist() == [2, 3]
    assert on.tolist() == reached


def test_a_choice_that_is_made_is_not_made_again() -> None:
    program = two_prices()

    columns, on = switched(Structure(program), np.array([130.0, 0.0, 1.0, 0.0]), 0.5)

    assert columns.tolist() == [2, 3]
    assert on.tolist() == [1.0, 0.0]


def two_prices() -> Program:
    """Return vehicles at two prices, one for lots of 100 and one for lots of 200, never both."""
    entries = [
        (0, 0, 1.0),
        (0, 2, -100.0),
        (1, 0, 1.0),
        (1, 2, -500.0),
        (2, 1, 1.0),
        (2, 3, -200.0),
        (3, 1, 1.0),
        (3, 3, -500.0),
        (4, 2, 1.0),
        (4, 3, 1.0),
    ]
    program = Program(
        cost=np.array([-3.0, -5.0, 0.0, 0.0]),
        offset=0.0,
        lower=np.zeros(4),
        upper=np.array([500.0, 500.0, 1.0, 1.0]),
        integer=np.ones(4, dtype=bool),
        block=np.zeros(4, dtype=np.int64),
        row_lower=np.array([0.0, -np.inf, 0.0, -np.inf, -np.inf]),
        row_upper=np.array([np.inf, 0.0, np.inf, 0.0, 1.0]),
        row_block=np.full(5, NO_BLOCK),
        entry_row=np.array([row for row, _, _ in entries]),
        entry_column=np.array([column for _, column, _ in entries]),
        entry_value=np.array([value for _, _, value in entries]),
    )
    return with_blocks(program, program.block)
