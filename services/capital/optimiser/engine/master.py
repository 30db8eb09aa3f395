"""The master of column generation: the best mixture of the columns known, and its prices."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.pricing import Column, Pricing
from services.capital.optimiser.engine.program import NO_BLOCK, Program, part, product
from services.capital.optimiser.mathopt_adapter import Effort, solve_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What the master came to: a value no prices in the box can raise the bound above.

    `prices` are the coupling rows', `weights` the columns' and `free` the values of the columns of
    no block. `outside`: how much more prices outside the box would pay; 0: none are better.
    """

    value: float
    prices: Floats
    weights: Floats
    free: Floats
    outside: float


class Master:
    """Mixes the columns known of each block so that the coupling rows are kept at least cost.

    Its prices stay in a box: without one they leap from round to round, and few are of use. In
    the primal a box is leave to break a row, at the dearest price below and the cheapest above.
    """

    def __init__(self, program: Program, pricing: Pricing) -> None:
        self.columns: Final[list[Column]] = []
        self._known: Final[set[tuple[int, bytes]]] = set()
        self._costs: Final[list[float]] = []
        self._program: Final = program
        self._pricing: Final = pricing
        self._couplings: Final = pricing.couplings
        self._free: Final = part(program, self._couplings.free, self._couplings.rows).program

    def add(self, columns: tuple[Column, ...]) -> int:
        """Take in those columns that are new; return how many were."""
        before = len(self.columns)
        for column in columns:
            key = (column.block, column.x.tobytes())
            if key not in self._known:
                self._known.add(key)
                self.columns.append(column)
                self._costs.append(self._pricing.cost(self._program.cost, column))
        return len(self.columns) - before

    def mix(self, lowest: Floats, highest: Floats, effort: Effort) -> Mixture | None:
        """Return the best mixture for prices in the box; None when stopped before there was one."""
        known, rows = len(self.columns), len(self._couplings.rows)
        start = known + self._free.columns
        breaking = np.concatenate([highest, -lowest])
        found = solve_program(self._mixing(breaking), effort)
        if found.x is None or found.row_prices is None or found.value is None:
            return None
        return Mixture(
            value=found.value,
            prices=np.clip(found.row_prices[:rows], lowest, highest),
            weights=found.x[:known],
            free=found.x[known:start],
            outside=product(np.abs(breaking), found.x[start:]),
        )

    def _mixing(self, breaking: Floats) -> Program:
        """Weights of columns, columns of no block, and what each coupling row is over or under."""
        rows, known, free = len(self._couplings.rows), len(self.columns), self._free
        each = np.arange(rows)
        entries = [
            self._usage(),
            (rows + self._blocks(), np.arange(known), np.ones(known)),
            (free.entry_row, known + free.entry_column, free.entry_value),
            (each, known + free.columns + each, np.ones(rows)),
            (each, known + free.columns + rows + each, -np.ones(rows)),
        ]
        columns = known + free.columns + 2 * rows
        one = np.ones(self._pricing.blocks)
        return Program(
            cost=np.concatenate([np.array(self._costs), free.cost, breaking]),
            offset=self._program.offset,
            lower=np.concatenate([np.zeros(known), free.lower, np.zeros(2 * rows)]),
            upper=np.concatenate([np.ones(known), free.upper, np.full(2 * rows, np.inf)]),
            integer=np.zeros(columns, dtype=bool),
            block=np.full(columns, NO_BLOCK),
            row_lower=np.concatenate([self._couplings.lower, one]),
            row_upper=np.concatenate([self._couplings.upper, one]),
            row_block=np.full(rows + self._pricing.blocks, NO_BLOCK),
            entry_row=np.concatenate([row for row, _, _ in entries]),
            entry_column=np.concatenate([column for _, column, _ in entries]),
            entry_value=np.concatenate([value for _, _, value in entries]),
        )

    def _blocks(self) -> Ints:
        return np.array([column.block for column in self.columns], dtype=np.int64)

    def _usage(self) -> tuple[Ints, Ints, Floats]:
        empty = np.zeros((0, len(self._couplings.rows)))
        usage = np.stack([column.usage for column in self.columns]) if self.columns else empty
        column, row = np.nonzero(usage)
        return row, column, usage[column, row]
