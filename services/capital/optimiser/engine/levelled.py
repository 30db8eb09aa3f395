"""Levels minimised in order: a bound of each, for solutions as good at the levels before it."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.bound import Bounding
from services.capital.optimiser.engine.couplings import safety
from services.capital.optimiser.engine.grains import Grains, grained
from services.capital.optimiser.engine.pricing import SecondsLeft, endless
from services.capital.optimiser.engine.program import NO_BLOCK, Program, product
from services.capital.optimiser.mathopt_adapter import Effort, solve_program

# Of the seconds left when it begins, what a round may use.
ROUND_SHARE: Final = 0.3
EARLY_SHARE: Final = 0.6
LEAST_SECONDS: Final = 0.01


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
        return product(self.cost, x) + self.offset


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

    `prices` and `x` are of that linear programme, and `proved` bounds its value. Blocks alone are
    priced soonest, groups of blocks most closely: rows within a group stay rows.
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
        proved: float = -inf,
    ) -> None:
        self._proved: Final = proved
        self._grains: Final = grained(program, groups)
        self._objectives: Final = objectives
        self._prices: Final = prices
        self._x: Final = x
        self._executor: Final = executor
        self._seconds_left: Final = seconds_left
        self._seconds_at_first: Final = seconds_left()
        self._begun: Final[dict[int, Grains]] = {}
        self._priced_at: Final[dict[int, tuple[float, ...]]] = {}
        self.solutions: Final[list[Floats]] = []
        self.rounds: Final = [0] * len(objectives)

    def bound(self, level: int, held: Sequence[float]) -> float:
        """Return what is known of the level, given what is held."""
        self._restate(level, held)
        known = self._known(level, held)
        return max(known, self._begun[level].bound) if level in self._begun else known

    def rise(
        self, level: int, held: Sequence[float], effort: Effort, *, may_fall: bool = False
    ) -> float:
        """Raise the level's bound by one round, given what is held; return it.

        Where what is held may yet fall, prices are sought for what the linear programme came to:
        solutions often come to that, and what is proved of it says less, but not nothing, of more.
        """
        self.rounds[level] += 1
        if level not in self._begun:
            each = [self._bounding(grain, level, held) for grain in self._grains]
            self._begun[level] = Grains(each)
        self._restate(level, held)
        own = tuple(row.value(self._x) for row in self._objectives[:level])
        at = own if may_fall or np.allclose(own, held) else tuple(held)
        # The less is held, the less it is worth: prices of another day would waste the round.
        if self._priced_at.get(level) != at:
            self._priced_at[level] = at
            found = self._linear(level, at, effort, is_own=at == own)
            if found is not None:
                self._go_on_from(level, held, at, found)
        place = self._next(level, effort)
        if place is not None:
            self._price(self._begun[level], place, effort)
        return self.bound(level, held)

    def _next(self, level: int, effort: Effort) -> int | None:
        """Return which grain to price; where most time is gone already, the closest."""
        grains = self._begun[level]
        if effort.nodes is not None:
            return grains.next_in_turn(self.rounds[level])
        late = self._seconds_left() < EARLY_SHARE * self._seconds_at_first
        return len(self._grains) - 1 if late and not grains.begun else grains.next()

    def _price(self, grains: Grains, place: int, effort: Effort) -> None:
        grain, before, left = grains.bounds[place], grains.bound, self._seconds_left()
        grains.bring(place)
        for x in self.solutions:
            grain.learn(x)
        grain.rise(self._within(grain, effort))
        if effort.nodes is None:
            taken = max(LEAST_SECONDS, left - self._seconds_left())
            grains.learn(place, grains.bound - before if isfinite(before) else 0.0, taken)

    def has_converged(self, level: int) -> bool:
        """Whether no round can raise the level's bound."""
        return level in self._begun and self._begun[level].converged

    def rate(self, level: int) -> float:
        """Return what the next round is taken to raise in a second; infinite: none was made."""
        return self._begun[level].rate if level in self._begun else inf

    def hope(self, level: int) -> float:
        """Return by how much the level's bound might rise in the time left; infinite: unknown."""
        return self._begun[level].hope(self._seconds_left()) if level in self._begun else inf

    def infeasible(self) -> bool:
        """Whether some block alone was found to have no solution."""
        return any(one.infeasible for grains in self._begun.values() for one in grains.bounds)

    def _linear(
        self, level: int, held: tuple[float, ...], effort: Effort, *, is_own: bool
    ) -> tuple[Floats, float] | None:
        """Return the prices of the level's linear programme and what they prove of it, so held."""
        if is_own and level == len(self._objectives) - 1:
            # It is the programme of all levels weighed together that was solved to begin with.
            prices = prices_at_level(self._prices, self._objectives, level)
            return prices, self._known(level, held)
        program = at_level(self._grains[0], self._objectives, level, held)
        linear = solve_program(program.relaxed(), effort)
        if linear.row_prices is None or linear.bound is None:
            return None
        return linear.row_prices, linear.bound - safety(program)

    def _go_on_from(
        self, level: int, held: Sequence[float], at: tuple[float, ...], found: tuple[Floats, float]
    ) -> None:
        """Go on from prices that prove a bound where so much is held; less where more is."""
        prices, bound = found
        worth = np.minimum(0.0, prices[len(prices) - len(at) :])
        stated = bound + float(worth @ (np.array(held) - np.array(at)))
        for grain in self._begun[level].bounds:
            grain.go_on_from(prices[grain.pricing.rows], stated)

    def _bounding(self, grain: Program, level: int, held: Sequence[float]) -> Bounding:
        program = at_level(grain, self._objectives, level, held)
        prices = prices_at_level(self._prices, self._objectives, level)
        return Bounding(
            program,
            prices[program.row_block == NO_BLOCK],
            scale=program.value(self._x),
            step=self._objectives[level].step,
            known=self._known(level, held),
            executor=self._executor,
            seconds_left=self._seconds_left,
        )

    def _known(self, level: int, held: Sequence[float]) -> float:
        """Return what the linear programme of all levels proves of the last; of others, nothing."""
        *before, last = self._objectives
        if level < len(before):
            return -inf
        paid = sum(row.weight * most for row, most in zip(before, held, strict=True))
        return (self._proved - paid) / last.weight

    def _restate(self, level: int, held: Sequence[float]) -> None:
        grains = self._begun.get(level)
        for grain in grains.bounds if grains else ():
            first = len(grain.prices) - len(held)
            for place, most in enumerate(held):
                grain.limit(first + place, most - self._objectives[place].offset)

    def _within(self, grain: Bounding, effort: Effort) -> Effort:
        """Return what each block may take, so that all of them take a share of what is left."""
        if effort.nodes is not None:
            return effort
        blocks = max(1, grain.pricing.blocks)
        return replace(effort, seconds=ROUND_SHARE * self._seconds_left() / blocks)
