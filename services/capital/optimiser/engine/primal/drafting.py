"""A first plan: switches rounded, then block after block made whole within its share."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from math import inf
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.engine.primal.elastic import Elastic, elastic
from services.capital.optimiser.engine.primal.feasible import feasible, whole
from services.capital.optimiser.engine.primal.guide import Guide, linear_guide
from services.capital.optimiser.engine.primal.mending import mended
from services.capital.optimiser.engine.primal.rounding import switched
from services.capital.optimiser.engine.primal.structure import CLOSE, Structure, in_blocks
from services.capital.optimiser.engine.primal.task import (
    Solved,
    Task,
    UnderWay,
    first_back,
    freed,
    started,
)
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
# Switches that are all but on are decided first, and the others by what those leave of them.
SURE, LIKELY = 0.8, 0.5
# Rounding that leaves more than this share of what a known solution is above the linear programme
# promises nothing better: blocks made whole cost more, not less.
HOPELESS_SHARE: Final = 0.5
# Of the seconds left, what one block may take at most: the last are to be made whole too.
BLOCK_SHARE: Final = 0.15
# A draft that is late may take so much of the time from its deadline to its latest end: half a
# draft is worth nothing. The rest is for mending.
LATE_SHARE: Final = 0.6
# A block for which nothing at all is found is tried so often, each time so many times as long.
TRIES: Final = 3
LONGER: Final = 4
# However long blocks took, what overruns is mended for this share of the time that was given.
MENDING_SHARE: Final = 0.75


class Drafting:
    """One draft: a fractional solution that becomes whole block by block."""

    def __init__(
        self,
        program: Program,
        budget: Budget,
        guide: Guide,
        *,
        latest: float,
        known: Floats | None,
        seed: int,
        executor: Executor | None,
    ) -> None:
        self.elastic: Final[Elastic] = elastic(program)
        self._known: Final = known
        self._structure: Final = Structure(self.elastic.program)
        self._pace: Final = budget
        self._budget: Final = _with_overtime(budget, latest)
        self._seed: Final = seed
        self._executor: Final = executor
        self._guide: Final = guide
        self._cost: Final = _priced_cost(self.elastic, guide)
        self._x = self._rounded()
        if not self.is_promising:
            self._x = self._rounded_in_steps()
        self._seconds_a_block: Final = WIDTH * budget.seconds_left / max(1, program.blocks)
        self._is_free: Final = ~self._is_unused()
        self._busy: Final[Bools] = np.zeros(program.blocks, dtype=bool)
        self._waiting: Final = self._order()
        self._tries: Final[Counter[int]] = Counter()

    def run(self) -> Floats | None:
        """Return values of the elastic programme, whole where they must be; None: none found."""
        in_order = self._budget.nodes is not None
        blocks: list[int] = []
        under_way: list[UnderWay] = []
        while self._waiting or blocks:
            while len(blocks) < WIDTH and (block := self._next()) is not None:
                blocks.append(block)
                under_way.append(self._sent(block))
            place = first_back(under_way, in_order=in_order)
            block, solved = blocks.pop(place), under_way.pop(place).result()
            if not self._taken(block, solved) and (solved.proved or not self._again(block)):
                return None
        plain = self.elastic.plain
        return self.elastic.extended(whole(plain, self.elastic.plainly(self._x)))

    @property
    def is_promising(self) -> bool:
        """Whether the draft may become better than the known solution by enough to be worth it."""
        if self._known is None:
            return True
        plain = self.elastic.plain
        least, most = plain.value(self._guide.x), plain.value(self._known)
        return self.elastic.program.value(self._x) - least <= HOPELESS_SHARE * (most - least)

    def _rounded(self) -> Floats:
        """Return the best linear solution with the switches rounded, by whichever threshold."""
        program = self.elastic.program
        started_all = [started(task, self._executor) for task in self._roundings()]
        solved_all = [one.result() for one in started_all]
        found = [one.x for one in solved_all if one.proved and one.x is not None]
        return min(found, key=program.value, default=self.elastic.extended(self._guide.x))

    def _roundings(self) -> Iterator[Task]:
        structure = Structure(self.elastic.plain)
        for least in THRESHOLDS:
            columns, on = switched(structure, self._guide.x, least)
            yield self._linear(self.elastic.program.fixed(columns, on))

    def _rounded_in_steps(self) -> Floats:
        """Return the best linear solution with the surest switches rounded before the others."""
        structure, program = Structure(self.elastic.plain), self.elastic.program
        columns, on = switched(structure, self._guide.x, SURE)
        sure = program.fixed(columns[on > 0], on[on > 0])
        first = started(self._linear(sure), self._executor).result()
        if first.x is None:
            return self._x
        columns, on = switched(structure, self.elastic.plainly(first.x), LIKELY)
        open_still = sure.lower[columns] < sure.upper[columns]
        every = sure.fixed(columns[open_still], on[open_still])
        second = started(self._linear(every), self._executor).result()
        found = [self._x] if second.x is None else [self._x, second.x]
        return min(found, key=program.value)

    def _linear(self, program: Program) -> Task:
        effort = self._budget.effort(absolute_gap=0.0, seed=self._seed, share=10.0)
        return Task(program=program.relaxed(), columns=np.arange(program.columns), effort=effort)

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

    def _sent(self, block: int) -> UnderWay:
        """Begin to solve the block within what the others leave."""
        self._busy[block] = True
        around = self._structure.around((block,))
        shared = replace(self._shared(), cost=self._cost)
        part, columns = freed(shared, self._x, around[self._is_free[around]])
        gap = BLOCK_GAP * max(1.0, abs(self.elastic.program.value(self._x)))
        share = max(1.0, min(MOST_SHARE, PATIENCE * self._seconds_a_block))
        if self._budget.nodes is None:
            share = min(share, self._most_seconds())
        share *= LONGER ** self._tries[block]
        effort = self._budget.effort(absolute_gap=gap, seed=self._seed, share=share)
        return started(Task(program=part, columns=columns, effort=effort), self._executor)

    def _most_seconds(self) -> float:
        """Return what a block may take: what lets the others be in time; late, its part of it.

        A block that is cut off overruns, or stays as it is known, and spoils the others' work.
        """
        part = WIDTH * self._budget.seconds_left / (1 + len(self._waiting))
        return max(BLOCK_SHARE * self._pace.seconds_left, part)

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
        """Take the block's values, or the known solution's if better; from now on they stay."""
        self._busy[block] = False
        around = self._structure.around((block,))
        own = around[around < self.elastic.plain.columns]
        found = [] if solved.x is None else [self._with(solved.columns, solved.x, own)]
        if not solved.proved and self._known is not None:
            # What ties it to blocks before it is theirs.
            mine = own[self._is_free[own] | (self.elastic.plain.block[own] == block)]
            x = self._with(mine, self._known[mine], own)
            found.append(self.elastic.extended(self.elastic.plainly(x)))
        if not found:
            return False
        self._x = min(found, key=self.elastic.program.value)
        self._is_free[own] = False
        return True

    def _again(self, block: int) -> bool:
        """Have a block of which nothing is known solved for longer: a draft without it is none."""
        self._tries[block] += 1
        if self._tries[block] == TRIES or not self._budget.allows(0):
            return False
        self._waiting.insert(0, block)
        return True

    def _with(self, columns: Ints, values: Floats, own: Ints) -> Floats:
        x = self._x.copy()
        x[columns] = values
        x[own] = whole(self.elastic.program, x)[own]
        return x


def _priced_cost(soft: Elastic, guide: Guide) -> Floats:
    """Return what columns cost with what they take of tying rows; overruns at their own price."""
    taken = soft.plain.priced(guide.row_prices)
    return soft.program.cost - np.append(taken, np.zeros(soft.program.columns - len(taken)))


def _with_overtime(budget: Budget, latest: float) -> Budget:
    if latest <= budget.deadline:
        return budget
    return replace(budget, deadline=budget.deadline + LATE_SHARE * (latest - budget.deadline))


def _part(share: float, slack: Floats) -> Floats:
    return share * np.where(np.isfinite(slack), np.maximum(0.0, slack), 0.0)


def draft(
    program: Program,
    budget: Budget,
    *,
    latest: float = -inf,
    seed: int = 0,
    guide: Guide | None = None,
    known: Floats | None = None,
    executor: Executor | None = None,
) -> Floats | None:
    """Return a solution; None where none was found, or none promised to be better than `known`.

    A block that is not made whole in its time, or badly, stays as it is known. The budget's
    deadline sets the pace; a draft that is late then may go on to `latest`, by the budget's clock.
    """
    program = in_blocks(program)
    guide = guide or linear_guide(program, budget)
    if guide is None:
        return None
    latest = max(latest, budget.deadline)
    drafting = Drafting(
        program, budget, guide, latest=latest, known=known, seed=seed, executor=executor
    )
    began = budget.clock()
    x = drafting.run() if drafting.is_promising else None
    if x is None:
        return None
    longer = max(budget.deadline, budget.clock() + MENDING_SHARE * (budget.deadline - began))
    mending = replace(budget, deadline=min(latest, longer))
    plan = mended(drafting.elastic, x, mending, guide, known=known, seed=seed, executor=executor)
    return plan if plan is not None and feasible(program, plan) else None
