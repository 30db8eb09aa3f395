"""Programmes put together from others: side by side, with columns of no row, with rows added."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.program import NO_BLOCK, Program, Rows

NOWHERE: Final = np.zeros(0, dtype=np.int64)


class Row(NamedTuple):
    """One row to add: entries, and from and to what they may add up."""

    columns: Ints
    values: Floats
    lower: float
    upper: float


def columns_alone(cost: Floats, lower: Floats, upper: Floats, integer: Bools) -> Program:
    """Return columns without a row."""
    nothing = np.zeros(0)
    return Program(
        cost=cost,
        offset=0.0,
        lower=lower,
        upper=upper,
        integer=integer,
        block=np.full(len(cost), NO_BLOCK, dtype=np.int64),
        row_lower=nothing,
        row_upper=nothing,
        row_block=NOWHERE,
        entry_row=NOWHERE,
        entry_column=NOWHERE,
        entry_value=nothing,
    )


def side_by_side(programs: Sequence[Program]) -> Program:
    """Return the programmes as one: each one's columns and rows after those before it."""
    columns = starts([program.columns for program in programs])
    rows = starts([program.rows for program in programs])
    return Program(
        cost=np.concatenate([program.cost for program in programs]),
        offset=sum(program.offset for program in programs),
        lower=np.concatenate([program.lower for program in programs]),
        upper=np.concatenate([program.upper for program in programs]),
        integer=np.concatenate([program.integer for program in programs]),
        block=np.full(sum(program.columns for program in programs), NO_BLOCK, dtype=np.int64),
        row_lower=np.concatenate([program.row_lower for program in programs]),
        row_upper=np.concatenate([program.row_upper for program in programs]),
        row_block=np.full(sum(program.rows for program in programs), NO_BLOCK, dtype=np.int64),
        entry_row=_shifted([program.entry_row for program in programs], rows),
        entry_column=_shifted([program.entry_column for program in programs], columns),
        entry_value=np.concatenate([program.entry_value for program in programs]),
    )


def starts(sizes: Sequence[int]) -> list[int]:
    """Return where each begins, one after the other."""
    return [sum(sizes[:place]) for place in range(len(sizes))]


def with_rows(program: Program, rows: Sequence[Row]) -> Program:
    # All at once: one by one, a hundred scenarios would be copied thousands of times.
    sizes = np.array([len(row.columns) for row in rows], dtype=np.int64)
    return program.with_rows(
        Rows(
            lower=np.array([row.lower for row in rows]),
            upper=np.array([row.upper for row in rows]),
            entry_row=np.repeat(np.arange(len(rows)), sizes),
            entry_column=np.concatenate([NOWHERE, *(row.columns for row in rows)]),
            entry_value=np.concatenate([np.zeros(0), *(row.values for row in rows)]),
        )
    )


def _shifted(indices: Sequence[Ints], by: Sequence[int]) -> Ints:
    return np.concatenate([one + start for one, start in zip(indices, by, strict=True)])
