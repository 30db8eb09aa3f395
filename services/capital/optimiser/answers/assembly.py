"""Programmes put together from others: side by side, with columns of no row, with rows added."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.program import NO_BLOCK, Program


class Row(NamedTuple):
    """One row to add: entries, and from and to what they may add up."""

    columns: Ints
    values: Floats
    lower: float
    upper: float


def columns_alone(cost: Floats, lower: Floats, upper: Floats, integer: Bools) -> Program:
    """Return columns without a row."""
    nothing, nowhere = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Program(
        cost=cost,
        offset=0.0,
        lower=lower,
        upper=upper,
        integer=integer,
        block=np.full(len(cost), NO_BLOCK, dtype=np.int64),
        row_lower=nothing,
        row_upper=nothing,
        row_block=nowhere,
        entry_row=nowhere,
        entry_column=nowhere,
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
    entry_row = np.repeat(np.arange(len(rows)), [len(row.columns) for row in rows])
    none = np.full(len(rows), NO_BLOCK, dtype=np.int64)
    return replace(
        program,
        row_lower=np.append(program.row_lower, [row.lower for row in rows]),
        row_upper=np.append(program.row_upper, [row.upper for row in rows]),
        row_block=np.append(program.row_block, none),
        entry_row=np.append(program.entry_row, entry_row + program.rows),
        entry_column=np.concatenate([program.entry_column, *(row.columns for row in rows)]),
        entry_value=np.concatenate([program.entry_value, *(row.values for row in rows)]),
    )


def _shifted(indices: Sequence[Ints], by: Sequence[int]) -> Ints:
    return np.concatenate([one + start for one, start in zip(indices, by, strict=True)])
