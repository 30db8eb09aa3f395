"""Levels minimised in order: a bound of each, for solutions as good at the levels before it."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.bound import Bounding
from services.capital.optimiser.engine.couplings import safety
from services.capital.optimiser.engine.pricing import SecondsLeft, endless
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks
from services.capital.optimiser.mathopt_adapter import Effort, solve_program

# Of the seconds left when it begins, what a round may use.
ROUND_SHARE: Final = 0.3
EARLY_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One level: what it charges columns, and what one unit is worth beside the other levels.

    Its values are whole steps of `step` apart; 0: they can be anything.
    """

    cost: Floats
    offset: float
    weight: float
    step: float = 0.0

    def value(self, x: Floats) -> float:
        return float(self.cost @ x) + self.offset


def weighed(program: Program, objectives: Sequence[Objective]) -> Program:
    """Return the programme with all levels in one objective, each at its weight."""
    cost = sum((level.weight * level.cost for level in objectives), np.zeros(program.columns))
    return program.with_cost(cost, sum(level.weight * level.offset for level in objectives))


def at_level(
    program: Program, objectives: Sequence[Objective], level: int, held: Sequence[float]
) -> Program:
    """Return the programme of one level, a last row for what is held of each level before it."""
    asked = objectives[level]
    program = program.with_cost(asked.cost, asked.offset)
    for earlier, most in zip(objectives[:level], held, strict=True):
        program = program.with_most(earlier.cost, most - earlier.offset)
    return program


def prices_at_level(prices: Floats, objectives: Sequence[Objective], level: int) -> Floats:
    """Return rows' prices for `at_level`, from those of the programme of all levels `weighed`."""
    weight = objectives[level].weight
    held = [-earlier.weight / weight for earlier in objectives[:level]]
    return np.append(prices / weight, held)


class LevelBounds:
    """A rising bound for each level, begun from the prices of all levels weighed together.

    Blocks alone are priced soonest, groups of blocks most closely: rows within a group stay rows.
    Rounds alternate between the two, and the better of both bounds counts.
    """

    def __init__(
        self,
        program: Program,
        groups: Ints,
        objectives: Sequence[Objective],
        prices: Floats,
        x: Floats,
        executor: Executor | None = None,
        seconds_left: SecondsLeft = endless,
    ) -> None:
        self._grains: Final = _grains(program, groups)
        self._objectives: Final = objectives
        self._prices: Final = prices
        self._x: Final = x
        self._executor: Final = executor
        self._seconds_left: Final = seconds_left
        self._seconds_at_first: Final = seconds_left()
        self._begun: Final[dict[int, list[Bounding]]] = {}
        self._learnt: Final[dict[int, int]] = {}
        self._priced_at: Final[dict[int, tuple[float, ...]]] = {}
        self.solutions: Final[list[Floats]] = []
        self.rounds: Final = [0] * len(objectives)

    def bound(self, level: int, held: Sequence[float]) -> float:
        """Return what is known of the level, given what is held."""
        self._restate(level, held)
        return max((grain.bound for grain in self._begun.get(level, [])), default=-inf)

    def rise(self, level: int, held: Sequence[float], effort: Effort) -> float:
        """Raise the level's bound by one round, given what is held; return it."""
        self.rounds[level] += 1
        if level not in self._begun:
            self._begun[level] = [self._bounding(grain, level, held) for grain in self._grains]
            self._learnt[level] = 0
        self._restate(level, held)
        # The less is held, the less it is worth: prices of another day would waste the round.
        if self._priced_at.get(level) != tuple(held):
            self._price_anew(level, held, effort)
        grains = self._begun[level]
        waiting = [grain for grain in grains if not grain.converged]
        if len(waiting) > 1 and self._is_late(level):
            waiting = waiting[1:]
        if waiting:
            grain = waiting[self.rounds[level] % len(waiting)]
            for x in self.solutions[self._learnt[level] :]:
                grain.learn(x)
            grain.rise(self._within(grain, effort))
        return self.bound(level, held)

    def has_converged(self, level: int) -> bool:
        """Whether no round can raise the level's bound."""
        return level in self._begun and all(grain.converged for grain in self._begun[level])

    def infeasible(self) -> bool:
        """Whether some block alone was found to have no solution."""
        return any(grain.infeasible for grains in self._begun.values() for grain in grains)

    def _is_late(self, level: int) -> bool:
        """Whether to stay with groups: blocks alone are begun only while most time is left."""
        begun = self.rounds[level] > len(self._grains)
        return not begun and self._seconds_left() < EARLY_SHARE * self._seconds_at_first

    def _price_anew(self, level: int, held: Sequence[float], effort: Effort) -> None:
        """Go on from the prices of the level's own linear programme, whose value is a bound."""
        last = level == len(self._objectives) - 1
        if last and np.allclose([row.value(self._x) for row in self._objectives[:-1]], held):
            # It is the programme of all levels weighed together that was solved to begin with.
            self._priced_at[level] = tuple(held)
            return
        program = at_level(self._grains[0], self._objectives, level, held)
        linear = solve_program(program.relaxed(), effort)
        if linear.row_prices is None or linear.bound is None:
            return
        self._priced_at[level] = tuple(held)
        for grain in self._begun[level]:
            grain.go_on_from(linear.row_prices[grain.pricing.rows], linear.bound - safety(program))

    def _bounding(self, grain: Program, level: int, held: Sequence[float]) -> Bounding:
        program = at_level(grain, self._objectives, level, held)
        prices = prices_at_level(self._prices, self._objectives, level)
        return Bounding(
            program,
            prices[program.row_block == NO_BLOCK],
            scale=program.value(self._x),
            step=self._objectives[level].step,
            executor=self._executor,
            seconds_left=self._seconds_left,
        )

    def _restate(self, level: int, held: Sequence[float]) -> None:
        for grain in self._begun.get(level, []):
            first = len(grain.prices) - len(held)
            for place, most in enumerate(held):
                grain.limit(first + place, most - self._objectives[place].offset)

    def _within(self, grain: Bounding, effort: Effort) -> Effort:
        """Return what each block may take, so that all of them take a share of what is left."""
        if effort.nodes is not None:
            return effort
        blocks = max(1, grain.pricing.blocks)
        return replace(effort, seconds=ROUND_SHARE * self._seconds_left() / blocks)


def _grains(program: Program, groups: Ints) -> list[Program]:
    """Return the programme in its blocks and in groups of them, where these differ."""
    number = int(groups.max(initial=NO_BLOCK)) + 1
    grouped = with_blocks(program, np.append(groups, NO_BLOCK)[program.block])
    if number == program.blocks:
        return [program]
    # One group is the whole programme: its own rows say more than prices of them.
    return [grouped] if number == 1 else [program, grouped]
