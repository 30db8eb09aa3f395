"""The cheapest of each block at given prices, each found by a solver of its own."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from math import inf
from typing import Final, NamedTuple, TypeAlias

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.couplings import Couplings, safety
from services.capital.optimiser.engine.program import Program, block_parts
from services.capital.optimiser.mathopt_adapter import Effort, Solution, Status, solve_program

SecondsLeft: TypeAlias = Callable[[], float]
# HiGHS heeds nothing but its own limits: no block may keep a search from ending in time.
MOST_SECONDS: Final = 10.0
LEAST_SECONDS: Final = 0.01
WIDTH: Final = 2


def endless() -> float:
    """Tell that any time is left."""
    return inf


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

    def __init__(
        self,
        program: Program,
        executor: Executor | None = None,
        seconds_left: SecondsLeft = endless,
    ) -> None:
        self._seconds_left: Final = seconds_left
        self.couplings: Final = Couplings(program)
        self._program: Final = program
        self._executor: Final = executor
        self._parts: Final = block_parts(program)
        self._usage: Final = self.couplings.usage_parts(self._parts)
        self._safety: Final = safety(program)

    @property
    def blocks(self) -> int:
        return len(self._parts)

    @property
    def rows(self) -> Ints:
        """Return which rows of the programme are priced."""
        return self.couplings.rows

    @property
    def has_time(self) -> bool:
        return self._seconds_left() > 0

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
            self._column(block, self._parts[block].program.whole(found.x))
            for block, found in enumerate(solutions)
            if found.x is not None
        )
        return Priced(bound=self._bound(prices, charged, solutions), columns=columns)

    def _solve(self, charged: Floats, effort: Effort) -> Sequence[Solution]:
        priced = [inside.program.with_cost(charged[inside.columns]) for inside in self._parts]
        if self._executor is None:
            return [self._solved(inside, effort) for inside in priced]
        return self._side_by_side(priced, effort, self._executor)

    def _side_by_side(
        self, priced: Sequence[Program], effort: Effort, executor: Executor
    ) -> list[Solution]:
        """Solve the blocks in order, so many at a time: others use the executor too."""
        solved: list[Solution] = []
        under_way: deque[Future[Solution]] = deque()
        for inside in priced:
            if len(under_way) == WIDTH:
                solved.append(under_way.popleft().result())
            if not self.has_time:
                break
            under_way.append(executor.submit(solve_program, inside, self._limited(effort)))
        solved += [future.result() for future in under_way]
        return solved + [Solution(status=Status.NOTHING)] * (len(priced) - len(solved))

    def _solved(self, priced: Program, effort: Effort) -> Solution:
        if not self.has_time:
            return Solution(status=Status.NOTHING)
        return solve_program(priced, self._limited(effort))

    def _limited(self, effort: Effort) -> Effort:
        seconds = min(effort.seconds, self._seconds_left())
        if effort.nodes is None:
            seconds = min(seconds, MOST_SECONDS)
        return replace(effort, seconds=max(LEAST_SECONDS, seconds))

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
