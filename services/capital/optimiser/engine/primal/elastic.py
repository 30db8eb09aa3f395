"""A programme whose tying rows may be overrun at a price: where a first plan is looked for."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.program import NO_BLOCK, Program

# A unit of overrun costs so many times the most that it could be worth to one column.
DEARNESS: Final = 10.0
MOST_NOISE: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Elastic:
    """`program` has the columns of `plain`, and then one for each limit of each tying row."""

    plain: Program
    program: Program

    def keeps(self, x: Floats) -> bool:
        """Whether x overruns no row."""
        return not np.any(x[self.plain.columns :])

    def dearer(self, times: float) -> Program:
        """Return the programme with overruns so many times as dear."""
        cost = self.program.cost.copy()
        cost[self.plain.columns :] *= times
        return self.program.with_cost(cost, self.program.offset)

    def plainly(self, x: Floats) -> Floats:
        """Return x without its overruns."""
        return x[: self.plain.columns]

    def extended(self, x: Floats) -> Floats:
        """Return x of the plain programme with the overruns that it takes."""
        rows, signs = _limits(self.plain)
        activity = self.plain.activity(x)[rows]
        above, below = activity - self.plain.row_upper[rows], self.plain.row_lower[rows] - activity
        over = np.where(signs < 0, above, below)
        # What a solver lets pass is no overrun; a penny is.
        noise = np.minimum(MOST_NOISE, 1e-7 * np.maximum(1.0, np.abs(activity)))
        return np.append(x, np.where(over > noise, over, 0.0))


def elastic(program: Program) -> Elastic:
    rows, signs = _limits(program)
    added, first = len(rows), program.columns
    soft = replace(
        program,
        cost=np.append(program.cost, _dearest(program)[rows]),
        lower=np.append(program.lower, np.zeros(added)),
        upper=np.append(program.upper, _reach(program)[rows]),
        integer=np.append(program.integer, np.zeros(added, dtype=bool)),
        block=np.append(program.block, np.full(added, NO_BLOCK)),
        entry_row=np.append(program.entry_row, rows),
        entry_column=np.append(program.entry_column, np.arange(first, first + added)),
        entry_value=np.append(program.entry_value, signs),
    )
    return Elastic(plain=program, program=soft)


def _limits(program: Program) -> tuple[Ints, Floats]:
    """Return the limits of tying rows: the row of each, and the sign of what eases it."""
    tying = program.row_block == NO_BLOCK
    above = np.flatnonzero(tying & np.isfinite(program.row_upper))
    below = np.flatnonzero(tying & np.isfinite(program.row_lower))
    signs = np.concatenate([np.full(len(above), -1.0), np.full(len(below), 1.0)])
    return np.concatenate([above, below]), signs


def _dearest(program: Program) -> Floats:
    """Return for each row a unit's share of more than what any column is worth."""
    largest = np.zeros(program.rows)
    np.maximum.at(largest, program.entry_row, np.abs(program.entry_value))
    dearest = DEARNESS * max(1.0, np.abs(program.cost).max(initial=0.0))
    return np.asarray(dearest / np.where(largest > 0, largest, 1.0))


def _reach(program: Program) -> Floats:
    """Return how far each row can be from its limits when every column is at its worst."""
    far = np.maximum(np.abs(program.lower), np.abs(program.upper))
    size = np.abs(program.entry_value) * far[program.entry_column]
    limits = np.maximum(_finite(program.row_lower), _finite(program.row_upper))
    return np.asarray(np.bincount(program.entry_row, size, program.rows) + limits)


def _finite(limits: Floats) -> Floats:
    return np.where(np.isfinite(limits), np.abs(limits), 0.0)
