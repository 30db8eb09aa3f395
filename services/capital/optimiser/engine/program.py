"""A mixed-integer programme as arrays, with the block that each column and each row belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints

# The block of a column that belongs to several blocks, and of a row that ties several together.
NO_BLOCK: Final = -1
# Solvers keep rows and integers within this much.
TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """Minimise cost·x + offset with x within its box, whole where `integer`, and rows in range.

    Entry i says that row `entry_row[i]` has `entry_value[i]` of column `entry_column[i]`; entries
    come in order of their rows. Arrays are never changed in place: every change is a new Program.
    """

    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    integer: Bools
    block: Ints
    row_lower: Floats
    row_upper: Floats
    row_block: Ints
    entry_row: Ints
    entry_column: Ints
    entry_value: Floats

    @property
    def columns(self) -> int:
        return len(self.cost)

    @property
    def rows(self) -> int:
        return len(self.row_lower)

    @property
    def blocks(self) -> int:
        """How many blocks there are: they are numbered from 0."""
        return int(self.block.max(initial=NO_BLOCK)) + 1

    def value(self, x: Floats) -> float:
        return product(self.cost, x) + self.offset

    def whole(self, x: Floats) -> Floats:
        """Return x with what must be whole rounded to whole."""
        return np.where(self.integer, np.round(x), x)

    def activity(self, x: Floats) -> Floats:
        """Return what each row comes to."""
        terms = self.entry_value * x[self.entry_column]
        return sums(self.entry_row, terms, self.rows)

    def priced(self, prices: Floats) -> Floats:
        """Return what the rows' prices charge each column: the sum of price x entry."""
        terms = self.entry_value * prices[self.entry_row]
        return sums(self.entry_column, terms, self.columns)

    def is_met_by(self, x: Floats, tolerance: float = TOLERANCE) -> bool:
        """Whether x keeps every box, row and whole number, within the tolerance."""
        boxed = np.all(x >= self.lower - tolerance) and np.all(x <= self.upper + tolerance)
        whole = np.all(np.abs(x - np.round(x))[self.integer] <= tolerance)
        activity = self.activity(x)
        slack = tolerance * np.maximum(1.0, np.abs(activity))
        above = np.all(activity >= self.row_lower - slack)
        return bool(boxed and whole and above and np.all(activity <= self.row_upper + slack))

    def with_cost(self, cost: Floats, offset: float = 0.0) -> "Program":
        return replace(self, cost=cost, offset=offset)

    def with_box(self, lower: Floats, upper: Floats) -> "Program":
        return replace(self, lower=lower, upper=upper)

    def boxed(self, columns: Ints, lower: Floats, upper: Floats) -> "Program":
        """Return the programme with these columns within these bounds too."""
        all_lower, all_upper = self.lower.copy(), self.upper.copy()
        all_lower[columns] = np.maximum(all_lower[columns], lower)
        all_upper[columns] = np.minimum(all_upper[columns], upper)
        return self.with_box(all_lower, all_upper)

    def fixed(self, columns: Ints, values: Floats) -> "Program":
        """Return the programme with these columns at these values."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[columns] = upper[columns] = values
        return self.with_box(lower, upper)

    def relaxed(self) -> "Program":
        """Return the linear programme: no column need be whole."""
        return replace(self, integer=np.zeros(self.columns, dtype=bool))

    def with_row(self, columns: Ints, values: Floats, lower: float, upper: float) -> "Program":
        """Return the programme with one more row, its last: a coupling one, whatever it couples."""
        row = Rows(
            lower=np.array([lower]),
            upper=np.array([upper]),
            entry_row=np.zeros(len(columns), dtype=np.int64),
            entry_column=columns,
            entry_value=values,
        )
        return self.with_rows(row)

    def with_rows(self, rows: "Rows") -> "Program":
        """Return the programme with more rows, its last: coupling ones, whatever they couple."""
        return replace(
            self,
            row_lower=np.append(self.row_lower, rows.lower),
            row_upper=np.append(self.row_upper, rows.upper),
            row_block=np.append(self.row_block, np.full(len(rows.lower), NO_BLOCK)),
            entry_row=np.append(self.entry_row, self.rows + rows.entry_row),
            entry_column=np.append(self.entry_column, rows.entry_column),
            entry_value=np.append(self.entry_value, rows.entry_value),
        )

    def with_most(self, cost: Floats, most: float) -> "Program":
        """Return the programme whose solutions have cost·x at most `most`."""
        columns = np.flatnonzero(cost)
        return self.with_row(columns, cost[columns], -np.inf, most)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Rows to add to a programme: entries are those of a Program, its rows numbered from 0."""

    lower: Floats
    upper: Floats
    entry_row: Ints
    entry_column: Ints
    entry_value: Floats

    def broken_by(self, x: Floats, by: float) -> "Rows":
        """Return the rows that a solution breaks by more than this."""
        sums = np.bincount(self.entry_row, self.entry_value * x[self.entry_column], len(self.lower))
        broken = (sums > self.upper + by) | (sums < self.lower - by)
        entries = broken[self.entry_row]
        return Rows(
            lower=self.lower[broken],
            upper=self.upper[broken],
            entry_row=(np.cumsum(broken) - 1)[self.entry_row[entries]],
            entry_column=self.entry_column[entries],
            entry_value=self.entry_value[entries],
        )


class Part(NamedTuple):
    """Some columns and rows of a programme, and where they came from."""

    program: Program
    columns: Ints
    rows: Ints


def with_blocks(program: Program, block: Ints) -> Program:
    """Return the programme with its columns, and so its rows, in these blocks."""
    return replace(program, block=block, row_block=_row_blocks(program, block))


def with_own_rows(program: Program, rows: Rows) -> Program:
    """Return the programme with more rows, each its block's own where it ties no others."""
    return with_blocks(program.with_rows(rows), program.block)


def part(program: Program, columns: Ints, rows: Ints) -> Part:
    """Return these columns and rows alone; entries of other columns are left out of the rows."""
    column_place = _places(columns, program.columns)
    row_place = _places(rows, program.rows)
    kept = (column_place[program.entry_column] >= 0) & (row_place[program.entry_row] >= 0)
    inside = replace(
        program,
        cost=program.cost[columns],
        offset=0.0,
        lower=program.lower[columns],
        upper=program.upper[columns],
        integer=program.integer[columns],
        block=program.block[columns],
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        row_block=program.row_block[rows],
        entry_row=row_place[program.entry_row[kept]],
        entry_column=column_place[program.entry_column[kept]],
        entry_value=program.entry_value[kept],
    )
    return Part(inside, columns, rows)


def block_parts(program: Program) -> list[Part]:
    """Return each block's columns and own rows, block 0 first: what is left without couplings."""
    columns, rows = _grouped(program.block), _grouped(program.row_block)
    none = np.zeros(0, dtype=np.int64)
    return [
        part(program, columns.get(block, none), rows.get(block, none))
        for block in range(program.blocks)
    ]


def without_fixed(program: Program) -> Part:
    """Return the programme of the columns that are not fixed, the fixed ones paid for.

    Rows without a free column are left out: whoever fixed the columns has seen that they hold.
    """
    free = program.lower < program.upper
    held = np.where(free, 0.0, program.lower)
    activity = program.activity(held)
    used = np.zeros(program.rows, dtype=bool)
    used[program.entry_row[free[program.entry_column]]] = True
    shifted = replace(
        program,
        row_lower=program.row_lower - activity,
        row_upper=program.row_upper - activity,
    )
    inside = part(shifted, np.flatnonzero(free), np.flatnonzero(used))
    offset = program.value(held)
    return inside._replace(program=replace(inside.program, offset=offset))


def _row_blocks(program: Program, block: Ints) -> Ints:
    """Return the block of all of a row's columns where they agree, else NO_BLOCK."""
    largest = np.full(program.rows, NO_BLOCK, dtype=np.int64)
    smallest = np.full(program.rows, np.iinfo(np.int64).max, dtype=np.int64)
    of_entry = block[program.entry_column]
    np.maximum.at(largest, program.entry_row, of_entry)
    np.minimum.at(smallest, program.entry_row, of_entry)
    return np.where(largest == smallest, largest, NO_BLOCK)


def product(one: Floats, other: Floats) -> float:
    """Return the inner product, on this thread alone.

    BLAS makes threads of its own for ten thousand numbers, which wait for cores that solvers hold:
    milliseconds instead of microseconds.
    """
    return float(np.sum(one * other))


def sums(places: Ints, terms: Floats, size: int) -> Floats:
    """Return the sum of the terms that belong to each place."""
    return np.bincount(places, weights=terms, minlength=size).astype(np.float64, copy=False)


def _places(chosen: Ints, size: int) -> Ints:
    places = np.full(size, NO_BLOCK, dtype=np.int64)
    places[chosen] = np.arange(len(chosen))
    return places


def _grouped(blocks: Ints) -> dict[int, Ints]:
    order = np.argsort(blocks, kind="stable")
    found, starts = np.unique(blocks[order], return_index=True)
    groups: Iterable[Ints] = np.split(order, starts[1:])
    return dict(zip(found.tolist(), groups, strict=False))


def between_blocks(program: Program, prices: Floats) -> Floats:
    """Return the prices of the rows that tie blocks, and nothing for the others."""
    return np.where(program.row_block == NO_BLOCK, prices, 0.0)
