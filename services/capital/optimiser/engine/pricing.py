"""The cheapest of each block at given prices, each found by a solver of its own."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.couplings import Couplings, safety
from services.capital.optimiser.engine.program import Program, block_parts
from services.capital.optimiser.mathopt_adapter import Effort, Solution, Status, solve_program


class Column(NamedTuple):
    """A way to run one block: its columns' values, and what it takes of each coupling row."""

    block: int
    x: Floats
    usage: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What the blocks come to at some prices. `bound` None: some block was left without one."""

    bound: float | None
    columns: tuple[Column, ...]
    feasible: bool = True


class Pricing:
    """Solves every block at given prices, through the executor where one is handed in."""

    def __init__(self, program: Program, executor: Executor | None = None) -> None:
        self.couplings: Final = Couplings(program)
        self._program: Final = program
        self._executor: Final = executor
        self._parts: Final = block_parts(program)
        self._usage: Final = self.couplings.usage_parts(self._parts)
        self._safety: Final = safety(program)

    @property
    def blocks(self) -> int:
        return len(self._parts)

    def columns_of(self, block: int) -> Ints:
        """Return which columns of the programme the block has."""
        return self._parts[block].columns

    def cost(self, cost: Floats, column: Column) -> float:
        """Return what the column costs, given the cost of each column of the programme."""
        return float(cost[self.columns_of(column.block)] @ column.x)

    def split(self, x: Floats) -> tuple[Column, ...]:
        """Return a solution of the whole programme as a column for each block."""
        return tuple(
            self._column(block, x[inside.columns]) for block, inside in enumerate(self._parts)
        )

    def price(self, prices: Floats, effort: Effort) -> Priced:
        """Return the Lagrangian bound at the prices, and the columns that the blocks prefer."""
        charged = self.couplings.charged(prices)
        solutions = self._solve(charged, effort)
        if any(found.status is Status.INFEASIBLE for found in solutions):
            return Priced(bound=None, columns=(), feasible=False)
        columns = tuple(
            self._column(block, np.round(found.x))
            for block, found in enumerate(solutions)
            if found.x is not None
        )
        return Priced(bound=self._bound(prices, charged, solutions), columns=columns)

    def _solve(self, charged: Floats, effort: Effort) -> Sequence[Solution]:
        priced = [inside.program.with_cost(charged[inside.columns]) for inside in self._parts]
        efforts = [effort] * len(priced)
        if self._executor is None:
            return list(map(solve_program, priced, efforts))
        return list(self._executor.map(solve_program, priced, efforts))

    def _bound(
        self, prices: Floats, charged: Floats, solutions: Sequence[Solution]
    ) -> float | None:
        apart = self.couplings.apart_from_blocks(prices, charged)
        total = apart - self._safety
        for found in solutions:
            # The least value known would be no bound: only what the solver has proved counts.
            if found.bound is None:
                return None
            total += found.bound
        return total

    def _column(self, block: int, x: Floats) -> Column:
        return Column(block, x, self._usage[block].activity(x))
