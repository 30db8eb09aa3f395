"""A first plan: switches rounded, then block after block made whole within its share."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats
from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.engine.primal.elastic import Elastic, elastic
from services.capital.optimiser.engine.primal.feasible import feasible, whole
from services.capital.optimiser.engine.primal.guide import Guide, linear_guide
from services.capital.optimiser.engine.primal.improving import improve
from services.capital.optimiser.engine.primal.rounding import switched
from services.capital.optimiser.engine.primal.structure import CLOSE, Structure, in_blocks
from services.capital.optimiser.engine.primal.task import Solved, Task, freed, started
from services.capital.optimiser.engine.program import NO_BLOCK, TOLERANCE, Program

# A switch is on where at least this share of its smallest lot is wanted.
THRESHOLDS: Final = (0.05, 0.2)
# Blocks made whole side by side, each with its part of what the tying rows have left.
WIDTH: Final = 2
# Blocks are soon solved, but for a few: those may take so many times what each has.
PATIENCE: Final = 8.0
MOST_SHARE: Final = 20.0
# With fewer seconds a block, what no fractional solution uses is left out.
LEAN_SECONDS: Final = 0.6
BLOCK_GAP: Final = 5e-5


class Drafting:
    """One draft: a fractional solution that becomes whole block by block."""

    def __init__(
        self,
        program: Program,
        budget: Budget,
        guide: Guide,
        *,
        seed: int,
        executor: Executor | None,
    ) -> None:
        self.elastic: Final[Elastic] = elastic(program)
        self._structure: Final = Structure(self.elastic.program)
        self._budget: Final = budget
        self._seed: Final = seed
        self._executor: Final = executor
        self._guide: Final = guide
        self._cost: Final = _priced_cost(self.elastic, guide)
        self._x = self._rounded()
        self._seconds_a_block: Final = WIDTH * budget.seconds_left / max(1, program.blocks)
        self._is_free: Final = ~self._is_unused()
        self._busy: Final[Bools] = np.zeros(program.blocks, dtype=bool)
        self._waiting: Final = self._order()

    def run(self) -> Floats | None:
        """Return values of the elastic programme, whole where they must be; None: none found."""
        flights: deque[tuple[int, Callable[[], Solved]]] = deque()
        while self._waiting or flights:
            while len(flights) < WIDTH and (block := self._next()) is not None:
                flights.append((block, self._sent(block)))
            block, solved = flights.popleft()
            if not self._taken(block, solved()):
                return None
        plain = self.elastic.plain
        return self.elastic.extended(whole(plain, self.elastic.plainly(self._x)))

    def _rounded(self) -> Floats:
        """Return the best linear solution with the switches rounded, by whichever threshold."""
        program = self.elastic.program
        started_all = [started(task, self._executor) for task in self._roundings()]
        solved_all = [solved() for solved in started_all]
        found = [one.x for one in solved_all if one.proved and one.x is not None]
        return min(found, key=program.value, default=self.elastic.extended(self._guide.x))

    def _roundings(self) -> Iterator[Task]:
        structure, every = Structure(self.elastic.plain), np.arange(self.elastic.program.columns)
        for least in THRESHOLDS:
            columns, on = switched(structure, self._guide.x, least)
            fixed = self.elastic.program.fixed(columns, on)
            effort = self._budget.effort(absolute_gap=0.0, seed=self._seed, share=10.0)
            yield Task(program=fixed.relaxed(), columns=every, effort=effort)

    def _is_unused(self) -> Bools:
        """Whether a column says yes or no, and can stay at no where time is short."""
        if self._seconds_a_block > LEAN_SECONDS:
            return np.zeros(len(self._x), dtype=bool)
        used = self._x > TOLERANCE
        used[: len(self._guide.x)] |= self._guide.x > TOLERANCE
        return self._structure.is_switch & ~used

    def _order(self) -> list[int]:
        """Return the blocks, those that cost and spend most first."""
        program = self.elastic.plain
        spent = np.abs(program.cost) + np.abs(program.priced(self._guide.row_prices))
        owned = program.block != NO_BLOCK
        weight = (spent * np.abs(self._guide.x))[owned]
        total = np.bincount(program.block[owned], weight, program.blocks)
        order: list[int] = np.argsort(-total, kind="stable").tolist()
        return order

    def _next(self) -> int | None:
        """Take the first block that waits and is not closely tied to one being solved."""
        for block in self._waiting:
            if not self._busy[self._structure.affinity[block] >= CLOSE].any():
                self._waiting.remove(block)
                return block
        return None

    def _sent(self, block: int) -> Callable[[], Solved]:
        """Begin to solve the block within what the others leave."""
        self._busy[block] = True
        around = self._structure.around((block,))
        shared = replace(self._shared(), cost=self._cost)
        part, columns = freed(shared, self._x, around[self._is_free[around]])
        gap = BLOCK_GAP * max(1.0, abs(self.elastic.program.value(self._x)))
        share = max(1.0, min(MOST_SHARE, PATIENCE * self._seconds_a_block))
        effort = self._budget.effort(absolute_gap=gap, seed=self._seed, share=share)
        return started(Task(program=part, columns=columns, effort=effort), self._executor)

    def _shared(self) -> Program:
        """Return the programme where rows of many leave one block its part of what is left."""
        program, kept = self.elastic.program, 1.0 - 1.0 / WIDTH
        wide = self._structure.wide_rows
        activity = program.activity(self._x)[wide]
        upper, lower = program.row_upper.copy(), program.row_lower.copy()
        upper[wide] -= _part(kept, upper[wide] - activity)
        lower[wide] += _part(kept, activity - lower[wide])
        return replace(program, row_upper=upper, row_lower=lower)

    def _taken(self, block: int, solved: Solved) -> bool:
        """Take the block's values, if it has any; from now on they stay."""
        self._busy[block] = False
        if solved.x is None:
            return False
        self._x[solved.columns] = solved.x
        around = self._structure.around((block,))
        own = around[around < self.elastic.plain.columns]
        self._x[own] = whole(self.elastic.program, self._x)[own]
        self._is_free[own] = False
        return True


def _priced_cost(soft: Elastic, guide: Guide) -> Floats:
    """Return what columns cost with what they take of tying rows; overruns at their own price."""
    taken = soft.plain.priced(guide.row_prices)
    return soft.program.cost - np.append(taken, np.zeros(soft.program.columns - len(taken)))


def _part(share: float, slack: Floats) -> Floats:
    return share * np.where(np.isfinite(slack), np.maximum(0.0, slack), 0.0)


def draft(
    program: Program,
    budget: Budget,
    *,
    seed: int = 0,
    guide: Guide | None = None,
    executor: Executor | None = None,
) -> Floats | None:
    """Return a solution; None where none was found."""
    program = in_blocks(program)
    guide = guide or linear_guide(program, budget)
    if guide is None:
        return None
    drafting = Drafting(program, budget, guide, seed=seed, executor=executor)
    x = drafting.run()
    if x is None:
        return None
    plan = _repaired(drafting.elastic, x, budget, seed=seed, executor=executor)
    return plan if plan is not None and feasible(program, plan) else None


def _repaired(
    soft: Elastic, x: Floats, budget: Budget, *, seed: int, executor: Executor | None
) -> Floats | None:
    """Return a plan that overruns nothing: the draft, or one that is better by not overrunning."""
    if soft.keeps(x):
        return soft.plainly(x)
    for better in improve(soft.program, x, budget, seed=seed, executor=executor):
        if soft.keeps(better):
            return soft.plainly(better)
    return None
