"""Many scenarios as one linear programme: first orders shared, each later year for itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from services.capital.optimiser.answers.relaxation import prices
from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.program import NO_BLOCK, Program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.variables import Order

# No scenario's cost, in thousands of pounds, is as far from nothing.
FAR: Final = 1e10


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitude:
    """How much the worst counts: of the objective `risk` is the mean of the worst `1 - beta`."""

    risk: float = 0.5
    beta: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Recourse:
    """One scenario's programme, its levels priced, and the columns that add up to each order."""

    program: Program
    orders: Mapping[Order, Ints]


class Row(NamedTuple):
    """One row to add: entries, and from and to what they may add up."""

    columns: Ints
    values: Floats
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The whole: each scenario's columns in turn, then shared orders, the tail's start, its excess.

    `starts` and `first_cell` are places of columns.
    """

    program: Program
    parts: tuple[Recourse, ...]
    starts: tuple[int, ...]
    cells: tuple[Order, ...]
    first_cell: int

    def costs(self, x: Floats) -> list[float]:
        """Return what each scenario costs, in the solver's units."""
        return [
            part.program.value(x[start : start + part.program.columns])
            for part, start in zip(self.parts, self.starts, strict=True)
        ]

    def orders(self, x: Floats) -> Floats:
        """Return how many of each shared order are placed."""
        return x[self.first_cell : self.first_cell + len(self.cells)]

    def with_orders(self, vehicles: Floats) -> Program:
        """Return the programme with the shared orders decided."""
        columns = np.arange(self.first_cell, self.first_cell + len(self.cells))
        return self.program.fixed(columns, vehicles)


def recourse(problem: Problem, first: frozenset[int]) -> Recourse:
    """Return the problem's programme, and its orders placed in the first years."""
    model = RenewalModel(Terms(problem))
    model.minimise_priced(prices(problem))
    leads = {row.option_id: row.lead_time_years for row in problem.options}
    return Recourse(
        program=model.arrays().relaxed(),
        orders={
            order: np.array([variable.id for variable in bought], dtype=np.int64)
            for order, bought in model.variables.orders.items()
            if order.delivery_year - leads[order.option_id] in first
        },
    )


def joined(parts: Sequence[Recourse], attitude: Attitude) -> Joined:
    """Return the scenarios, all as likely, as one programme with their first orders shared."""
    cells = tuple(sorted({order for part in parts for order in part.orders}))
    starts = tuple(_starts([part.program.columns for part in parts]))
    first_cell = sum(part.program.columns for part in parts)
    rows, tail = list[Row](), first_cell + len(cells)
    for place, (part, start) in enumerate(zip(parts, starts, strict=True), start=1):
        rows += [
            *_sharing(part, start, cells, first_cell),
            _beyond(part, start, tail + place, tail),
        ]
    return Joined(
        program=_with_rows(_side_by_side(parts, starts, cells, attitude), rows),
        parts=tuple(parts),
        starts=starts,
        cells=cells,
        first_cell=first_cell,
    )


def _starts(sizes: Sequence[int]) -> list[int]:
    return [sum(sizes[:place]) for place in range(len(sizes))]


def _side_by_side(
    parts: Sequence[Recourse],
    starts: Sequence[int],
    cells: Sequence[Order],
    attitude: Attitude,
) -> Program:
    """(1 - risk) mean cost + risk (start + mean excess / (1 - beta)), excess >= cost - start."""
    programs, count = [part.program for part in parts], len(parts)
    # Shared orders, then where the tail starts, then what each scenario costs beyond it.
    extra = len(cells) + 1 + count
    tail = np.full(count, attitude.risk / ((1 - attitude.beta) * count))
    mean = (1 - attitude.risk) / count
    own = np.concatenate([program.cost for program in programs]) * mean
    rows = _starts([program.rows for program in programs])
    nothing, most = np.zeros(extra), np.full(extra, FAR)
    lower = nothing.copy()
    lower[len(cells)] = -FAR
    return Program(
        cost=np.concatenate([own, np.zeros(len(cells)), [attitude.risk], tail]),
        offset=mean * sum(program.offset for program in programs),
        lower=np.concatenate([*(program.lower for program in programs), lower]),
        upper=np.concatenate([*(program.upper for program in programs), most]),
        integer=np.zeros(len(own) + extra, dtype=bool),
        block=np.full(len(own) + extra, NO_BLOCK, dtype=np.int64),
        row_lower=np.concatenate([program.row_lower for program in programs]),
        row_upper=np.concatenate([program.row_upper for program in programs]),
        row_block=np.full(sum(program.rows for program in programs), NO_BLOCK, dtype=np.int64),
        entry_row=_shifted([program.entry_row for program in programs], rows),
        entry_column=_shifted([program.entry_column for program in programs], starts),
        entry_value=np.concatenate([program.entry_value for program in programs]),
    )


def _shifted(indices: Sequence[Ints], by: Sequence[int]) -> Ints:
    return np.concatenate([one + start for one, start in zip(indices, by, strict=True)])


def _sharing(part: Recourse, start: int, cells: Sequence[Order], first_cell: int) -> Iterator[Row]:
    """Ordered in the scenario = ordered in all."""
    none = np.zeros(0, dtype=np.int64)
    for place, cell in enumerate(cells):
        theirs = part.orders.get(cell, none) + start
        columns = np.append(theirs, first_cell + place)
        yield Row(columns, np.append(np.ones(len(theirs)), -1.0), 0.0, 0.0)


def _beyond(part: Recourse, start: int, excess: int, tail: int) -> Row:
    """Excess + start of the tail - cost >= 0."""
    costly = np.flatnonzero(part.program.cost)
    columns = np.concatenate([costly + start, [excess, tail]])
    values = np.concatenate([-part.program.cost[costly], [1.0, 1.0]])
    return Row(columns, values, part.program.offset, np.inf)


def _with_rows(program: Program, rows: Sequence[Row]) -> Program:
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
