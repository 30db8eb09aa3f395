"""A bound that keeps rising: column generation over blocks from the linear programme's prices.

Whatever the prices, the blocks' least values at them bound every solution from below (Lagrange);
the master only proposes prices, so nothing that it gets wrong can make a bound too high.
"""

from concurrent.futures import Executor
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.master import Master, Mixture
from services.capital.optimiser.engine.pricing import Column, Pricing, SecondsLeft, endless
from services.capital.optimiser.engine.program import Program
from services.capital.optimiser.mathopt_adapter import Effort

# How far prices may go from the best so far, in multiples of themselves and of their scale.
FIRST_RADIUS: Final = 0.002
LEAST_RADIUS: Final = 1e-5
MOST_RADIUS: Final = 8.0
# A rise by this share of what the master promised means that it may be trusted further.
TRUSTED: Final = 0.5
# Blocks together are priced to within this share of what the master promises.
PRICING_SHARE: Final = 0.2
FIRST_GAP: Final = 1e-4
LEAST_GAP: Final = 2e-6
STEP_SHARE: Final = 0.25


class Bounding:
    """One bound on one programme. `prices` are those of the best bound, by coupling row.

    `scale` is about what the programme comes to; its values are whole steps of `step` apart.
    """

    def __init__(
        self,
        program: Program,
        prices: Floats,
        *,
        scale: float,
        step: float = 0.0,
        known: float = float("-inf"),
        executor: Executor | None = None,
        seconds_left: SecondsLeft = endless,
    ) -> None:
        self.pricing: Final = Pricing(program, executor, seconds_left)
        couplings = self.pricing.couplings
        self.prices = couplings.clipped(prices)
        self.bound = known
        self.infeasible = False
        self.mixture: Mixture | None = None
        self._reach: Final = couplings.price_scale(scale)
        self._next = self.prices
        self._radius = FIRST_RADIUS
        # Of values a whole step apart, a bound need only be closer than a step.
        self._least: Final = max(LEAST_GAP * max(1.0, abs(scale)), STEP_SHARE * step)
        self._most: Final = max(FIRST_GAP * max(1.0, abs(scale)), self._least)
        self._master: Final = Master(program, self.pricing)

    @property
    def columns(self) -> list[Column]:
        """Every way to run a block that is known."""
        return self._master.columns

    @property
    def promise(self) -> float:
        """Return by how much prices near the best might still raise the bound."""
        return float("inf") if self.mixture is None else self.mixture.value - self.bound

    @property
    def converged(self) -> bool:
        """Whether no prices can raise the bound by more than is worth having."""
        mixture = self.mixture
        return mixture is not None and mixture.outside == 0 and self.promise <= self._least

    def limit(self, place: int, upper: float) -> None:
        """Move a coupling row's upper limit; the bound moves by what the prices pay for it."""
        couplings = self.pricing.couplings
        moved = upper - couplings.upper[place]
        if moved:
            self.bound += float(np.minimum(self.prices[place], 0.0) * moved)
            couplings.limit(place, upper)

    def go_on_from(self, prices: Floats, bound: float) -> None:
        """Try these prices next; with prices of rows within blocks they prove the bound."""
        self._next = self.pricing.couplings.clipped(prices)
        self.mixture = None
        self._radius = FIRST_RADIUS
        if bound > self.bound:
            self.bound, self.prices = bound, self._next

    def learn(self, x: Floats) -> None:
        """Take in a solution of the whole programme: a column for each block."""
        self._master.add(self.pricing.split(x))

    def rise(self, effort: Effort) -> bool:
        """Price every block once more; return whether the bound rose."""
        priced = self.pricing.price(self._next, self._within(effort))
        self.infeasible = self.infeasible or not priced.feasible
        promised, before = self.promise, self.bound
        rose = priced.bound is not None and priced.bound > before
        if rose and priced.bound is not None:
            self.bound, self.prices = priced.bound, self._next
        self._trust(self.bound - before, promised)
        self._master.add(priced.columns)
        if self.pricing.has_time:
            self._propose(effort)
        return rose

    def _trust(self, risen: float, promised: float) -> None:
        if promised == float("inf"):
            return
        if risen >= TRUSTED * promised:
            self._radius = min(MOST_RADIUS, 2.0 * self._radius)
        elif risen <= 0:
            self._radius = max(LEAST_RADIUS, 0.5 * self._radius)

    def _propose(self, effort: Effort) -> None:
        away = self._radius * np.maximum(np.abs(self.prices), self._reach)
        couplings = self.pricing.couplings
        lowest = couplings.clipped(self.prices - away)
        highest = couplings.clipped(self.prices + away)
        self.mixture = self._master.mix(lowest, highest, effort) or self.mixture
        if self.mixture is not None:
            self._next = self.mixture.prices
            if self.promise <= self._least:
                self._radius = min(MOST_RADIUS, 4.0 * self._radius)

    def _within(self, effort: Effort) -> Effort:
        whole = max(0.5 * self._least, min(self._most, PRICING_SHARE * self.promise))
        return Effort(
            seconds=effort.seconds,
            absolute_gap=whole / max(1, self.pricing.blocks),
            seed=effort.seed,
            nodes=effort.nodes,
        )
