"""The whole without what its linear programme leaves at nothing: small enough for HiGHS."""

from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import TOLERANCE, Program, without_fixed
from services.capital.optimiser.mathopt_adapter import Effort, Solution, Stop, solve_program

# What costs less than this to use is as good as used.
FREE: Final = 1e-7


def solved_without_unused(
    program: Program, linear: Solution, effort: Effort, stop: Stop | None = None
) -> Floats | None:
    """Return a whole solution of what the linear programme uses; None: none found in the time."""
    if linear.x is None or linear.reduced_costs is None:
        return None
    unused = program.integer & (program.lower == 0.0) & (linear.x < TOLERANCE)
    unused &= np.abs(linear.reduced_costs[: program.columns]) > FREE
    left_out = np.flatnonzero(unused)
    inside = without_fixed(program.fixed(left_out, np.zeros(len(left_out))))
    found = solve_program(inside.program, effort, stop=stop)
    if found.x is None:
        return None
    x = program.lower.copy()
    x[left_out], x[inside.columns] = 0.0, found.x
    return program.whole(x)
