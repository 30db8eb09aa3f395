"""Random programmes of a few blocks, small enough to try every solution of."""

from dataclasses import replace

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks


def random_program(seed: int) -> Program:
    """Return two or three blocks of two or three whole columns, tied by two rows."""
    random = np.random.default_rng(seed)
    block = np.repeat(np.arange(random.integers(2, 4)), random.integers(2, 4))
    if random.random() < 0.5:
        block = np.append(block, NO_BLOCK)
    columns = len(block)
    own, ties = int(block.max()) + 1, 2
    inside = np.array([[a == b for b in block] for a in range(own)] + ties * [[True] * columns])
    matrix = np.where(inside, random.integers(-3, 6, inside.shape), 0)
    start = random.integers(0, 3, columns)
    row, column = np.nonzero(matrix)
    # Rows that the start meets, mostly: programmes without a solution are a tenth of them.
    limit = matrix @ start + random.integers(0, 3, own + ties) - 9 * (random.random() < 0.1)
    upward = random.random(own + ties) < 0.3
    program = Program(
        cost=random.integers(-9, 10, columns).astype(float),
        offset=float(random.integers(-5, 6)),
        lower=np.zeros(columns),
        upper=random.integers(1, 3, columns).astype(float),
        integer=np.ones(columns, dtype=bool),
        block=block,
        row_lower=np.where(upward, matrix @ np.minimum(start, 1) - 1.0, -np.inf),
        row_upper=np.where(upward, np.inf, limit),
        row_block=np.full(own + ties, NO_BLOCK),
        entry_row=row,
        entry_column=column,
        entry_value=matrix[row, column].astype(float),
    )
    return with_blocks(program, block)


def solutions(program: Program) -> Floats:
    """Return every solution, one a row, by trying them all."""
    values = [
        np.arange(least, most + 1) for least, most in zip(program.lower, program.upper, strict=True)
    ]
    tried = np.stack(np.meshgrid(*values), axis=-1).reshape(-1, program.columns)
    matrix = np.zeros((program.rows, program.columns))
    matrix[program.entry_row, program.entry_column] = program.entry_value
    activity = tried @ matrix.T
    met = (activity >= program.row_lower) & (activity <= program.row_upper)
    return tried[met.all(axis=1)]


def values(program: Program) -> list[float]:
    """Return the value of every solution."""
    return [program.value(x) for x in solutions(program)]


def least_value(program: Program) -> float | None:
    """Return the value of the best solution; None where there is none."""
    return min(values(program), default=None)


def lots(*, blocks: int, seed: int) -> Program:
    """Return blocks that each order nothing or at least two, at a charge, of a shared purse."""
    random = np.random.default_rng(seed)
    rows, columns, values = [], [], []
    for block in range(blocks):
        placed, ordered, missing = 3 * block, 3 * block + 1, 3 * block + 2
        for row, column, value in (
            (3 * block, ordered, 1.0),
            (3 * block, placed, -2.0),
            (3 * block + 1, ordered, 1.0),
            (3 * block + 1, placed, -5.0),
            (3 * block + 2, ordered, 1.0),
            (3 * block + 2, missing, 1.0),
            (3 * blocks, ordered, 10.01 + block),
        ):
            rows.append(row)
            columns.append(column)
            values.append(value)
    order = np.argsort(rows, kind="stable")
    block_of = np.repeat(np.arange(blocks), 3)
    program = Program(
        cost=np.column_stack(
            [np.full(blocks, 7.0), random.uniform(1, 9, blocks), random.uniform(5, 30, blocks)]
        ).ravel(),
        offset=0.0,
        lower=np.zeros(3 * blocks),
        upper=np.tile([1.0, 5.0, 6.0], blocks),
        integer=np.ones(3 * blocks, dtype=bool),
        block=block_of,
        row_lower=np.append(np.tile([0.0, -np.inf, 0.0], blocks), -np.inf),
        row_upper=np.append(np.tile([np.inf, 0.0, np.inf], blocks), 25.0 * blocks),
        row_block=np.full(3 * blocks + 1, NO_BLOCK),
        entry_row=np.array(rows)[order],
        entry_column=np.array(columns)[order],
        entry_value=np.array(values)[order],
    )
    needs = random.integers(2, 6, blocks).astype(float)
    least = program.row_lower.copy()
    least[2 : 3 * blocks : 3] = needs
    return with_blocks(replace(program, row_lower=least), block_of)
