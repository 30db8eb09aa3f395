"""Where good plans lie: a fractional solution with the prices of its rows."""

from dataclasses import dataclass

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.engine.program import NO_BLOCK, Program
from services.capital.optimiser.mathopt_adapter import Status, solve_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The linear programme's solution, or a mix of columns; prices only of rows that tie blocks."""

    x: Floats
    row_prices: Floats

    def reduced_costs(self, program: Program) -> Floats:
        """Return what a unit of each column costs with what it takes of the shared rows."""
        return program.cost - program.priced(self.row_prices)

    def regrets(self, program: Program, x: Floats) -> Floats:
        """Return how much dearer than the guide's each column is, with what it takes priced."""
        return self.reduced_costs(program) * (x - self.x)

    def left_over(self, program: Program, x: Floats) -> Floats:
        """Return what is paid for what x leaves of each row that the guide uses up."""
        limit = np.where(self.row_prices < 0, program.row_upper, program.row_lower)
        is_paid = (self.row_prices != 0) & np.isfinite(limit)
        left = program.activity(x) - np.where(is_paid, limit, 0.0)
        return np.maximum(0.0, np.where(is_paid, self.row_prices * left, 0.0))


def linear_guide(program: Program, budget: Budget) -> Guide | None:
    """Return the linear programme's; None where it has no solution, or not in the time."""
    found = solve_program(program.relaxed(), budget.effort(absolute_gap=0.0, seed=0, share=60.0))
    if found.status is not Status.PROVED or found.x is None:
        return None
    prices = np.zeros(program.rows) if found.row_prices is None else found.row_prices
    return Guide(x=found.x, row_prices=np.where(program.row_block == NO_BLOCK, prices, 0.0))
