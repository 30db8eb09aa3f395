"""How finely a programme is taken apart for its bound, and which way to price next."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Ints
from services.capital.optimiser.engine.bound import Bounding
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks

# Until it is tried, a grain is taken to do as well as this share of the best round.
UNTRIED_SHARE: Final = 0.25
# What the first round raises is what whole numbers cost at the linear programme's prices; those
# that follow have to find better prices, and raise less.
FIRST_SHARE: Final = 0.25
# A round that raises nothing may have found the columns for one that does.
MEMORY: Final = 0.5
# Before so many rounds, or this share of the time, nothing can be said of the next ones.
LEAST_ROUNDS: Final = 6
LEAST_TAKEN: Final = 0.15


def grained(program: Program, groups: Ints) -> list[Program]:
    """Return the programme in its blocks, only their switches whole, and in groups of blocks.

    What more must be whole makes rounds of blocks two or three times as long, and hardly closer;
    groups take longest, and come closest.
    """
    number = int(groups.max(initial=NO_BLOCK)) + 1
    grouped = with_blocks(program, np.append(groups, NO_BLOCK)[program.block])
    # One group is the whole programme: its own rows say more than prices of them.
    if number == 1 < program.blocks:
        return [grouped]
    switches = program.integer & (program.lower >= 0) & (program.upper <= 1)
    if not np.any(switches) or np.array_equal(switches, program.integer):
        return [program] if number == program.blocks else [program, grouped]
    return [replace(program, integer=switches), grouped]


class Grains:
    """One level's bounds, one for each grain; the best of them counts."""

    def __init__(self, bounds: Sequence[Bounding]) -> None:
        self.bounds: Final = bounds
        self._rates: Final[dict[int, float]] = {}
        self._priced: Final[dict[int, int]] = {}
        self._tried: Final[set[int]] = set()
        self._best_rate = 0.0
        self._rounds = 0
        self._taken = 0.0

    @property
    def bound(self) -> float:
        return max(grain.bound for grain in self.bounds)

    @property
    def converged(self) -> bool:
        return all(grain.converged for grain in self.bounds)

    @property
    def begun(self) -> bool:
        return bool(self._rates)

    def next(self) -> int | None:
        """Return the grain that promises most for its time; None where all have converged."""
        waiting = [place for place, grain in enumerate(self.bounds) if not grain.converged]
        return max(waiting, key=lambda place: (self._rate(place), -place), default=None)

    def hope(self, seconds: float) -> float:
        """Return by how much rounds could raise the bound in so many seconds, going by the last.

        Infinite after too few rounds to go by, unless these took much of the time.
        """
        is_early = self._taken < LEAST_TAKEN * (self._taken + seconds)
        if self._rounds < LEAST_ROUNDS and is_early:
            return inf
        place = self.next()
        return 0.0 if place is None else self._rate(place) * seconds

    @property
    def rate(self) -> float:
        """Return what the next round is taken to raise in a second; infinite before the first."""
        place = self.next()
        if place is None:
            return 0.0
        return self._rate(place) * (FIRST_SHARE if self._priced.get(place) == 1 else 1.0)

    def next_in_turn(self, turn: int) -> int | None:
        """Return the next grain where no clock says what each takes."""
        waiting = [place for place, grain in enumerate(self.bounds) if not grain.converged]
        return waiting[turn % len(waiting)] if waiting else None

    def learn(self, place: int, risen: float, seconds: float) -> None:
        """Note by how much a round of the grain raised the best bound, and what it took."""
        self._rounds += 1
        self._taken += seconds
        rate = risen / seconds
        self._best_rate = max(self._best_rate, rate)
        self._priced[place] = self._priced.get(place, 0) + 1
        before = self._rates.get(place, rate)
        self._rates[place] = MEMORY * before + (1.0 - MEMORY) * rate

    def bring(self, place: int) -> None:
        """Let a grain that was never priced begin with the prices that a coarser one came to."""
        coarser = max(self.bounds[:place], key=lambda grain: grain.bound, default=None)
        if coarser is None or place in self._tried:
            return
        self._tried.add(place)
        prices = dict(zip(coarser.pricing.rows.tolist(), coarser.prices.tolist(), strict=True))
        mine = self.bounds[place]
        known = [prices.get(row, 0.0) for row in mine.pricing.rows.tolist()]
        mine.go_on_from(np.array(known), -inf)

    def _rate(self, place: int) -> float:
        untried = UNTRIED_SHARE * self._best_rate if self._rates else inf
        return self._rates.get(place, untried)
