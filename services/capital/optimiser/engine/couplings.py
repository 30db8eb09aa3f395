"""The rows that tie blocks together, and what a programme costs once they are priced instead."""

from dataclasses import replace
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import NO_BLOCK, Part, Program, part, product, sums

# Solvers call a reduced cost no less than zero when it is above -1e-7.
REDUCED_COST_TOLERANCE: Final = 1e-7
# Sums of doubles are exact to far better than this share of what was summed.
ROUNDING: Final = 1e-12

# What a coupling row's limit may be worth, as a share of the whole, where nothing is known of it.
WORTH_SHARE: Final = 0.01
# Of what its columns could move at most, what a row without a limit of its own is taken to move.
REACHED_SHARE: Final = 0.1


class Couplings:
    """A programme's coupling rows: priced, they fall away and leave a block beside each block."""

    def __init__(self, program: Program) -> None:
        self.rows: Final = np.flatnonzero(program.row_block == NO_BLOCK)
        self.free: Final = np.flatnonzero(program.block == NO_BLOCK)
        self.lower: Final = program.row_lower[self.rows]
        self.upper: Final = program.row_upper[self.rows]
        self._program: Final = program

    def limit(self, place: int, upper: float) -> None:
        """Move the upper limit of the coupling row at this place."""
        self.upper[place] = upper

    def clipped(self, prices: Floats) -> Floats:
        """Return the prices nearest to these that a bound may use: none for a limit not there."""
        floor = np.where(np.isfinite(self.upper), -np.inf, 0.0)
        ceiling = np.where(np.isfinite(self.lower), np.inf, 0.0)
        return np.clip(prices, floor, ceiling)

    def charged(self, prices: Floats) -> Floats:
        """Return each column's cost less what the coupling rows' prices pay for it."""
        everywhere = np.zeros(self._program.rows)
        everywhere[self.rows] = prices
        return self._program.cost - self._program.priced(everywhere)

    def apart_from_blocks(self, prices: Floats, charged: Floats) -> float:
        """Return the least that limits and columns of no block come to at these prices."""
        limits = np.where(prices > 0, self.lower, self.upper)
        # A price of nothing on a limit that is not there is nothing.
        paid = np.where(prices == 0, 0.0, prices * np.where(prices == 0, 0.0, limits))
        cost = charged[self.free]
        box = np.where(cost > 0, self._program.lower[self.free], self._program.upper[self.free])
        box = np.where(cost == 0, 0.0, box)
        return self._program.offset + float(np.sum(paid)) + float(np.sum(cost * box))

    def price_scale(self, value: float) -> Floats:
        """Return a price for each coupling row at which its whole limit is worth something."""
        program = self._program
        reach = np.maximum(np.abs(program.lower), np.abs(program.upper))[program.entry_column]
        moved = sums(program.entry_row, np.abs(program.entry_value) * reach, program.rows)
        limit = np.where(np.isfinite(self.upper), np.abs(self.upper), 0.0)
        limit = np.where(np.isfinite(self.lower), np.maximum(limit, np.abs(self.lower)), limit)
        weight = np.maximum(np.maximum(limit, REACHED_SHARE * moved[self.rows]), 1.0)
        return WORTH_SHARE * max(1.0, abs(value)) / weight

    def usage_parts(self, parts: list[Part]) -> list[Program]:
        """Return, for each block, its columns in the coupling rows."""
        return [part(self._program, inside.columns, self.rows).program for inside in parts]


def proved_by(program: Program, prices: Floats) -> float:
    """Return what prices of every row prove of the linear programme, however they were found."""
    apart = replace(
        program,
        block=np.full(program.columns, NO_BLOCK),
        row_block=np.full(program.rows, NO_BLOCK),
    )
    ties = Couplings(apart)
    prices = ties.clipped(prices)
    size = np.maximum(np.abs(program.lower), np.abs(program.upper))
    terms = program.entry_value * prices[program.entry_row] * size[program.entry_column]
    summed = product(np.abs(program.cost), size) + abs(program.offset) + 2.0 * np.abs(terms).sum()
    return ties.apart_from_blocks(prices, ties.charged(prices)) - ROUNDING * float(summed)


def safety(program: Program) -> float:
    """Return by how much a solver's bound may be too high.

    A column whose reduced cost is below zero by the tolerance could still move across its box.
    """
    widths = float(np.sum(program.upper - program.lower))
    size = np.maximum(np.abs(program.lower), np.abs(program.upper))
    summed = product(np.abs(program.cost), size) + abs(program.offset)
    return REDUCED_COST_TOLERANCE * widths + ROUNDING * summed
