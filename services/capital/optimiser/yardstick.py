"""Between a level's whole units and the solver's numbers, on the safe side of its tolerances."""

from math import ceil, floor
from typing import Final

from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Level
from services.capital.optimiser.proof import PPM

# HiGHS keeps rows and integers within 1e-6.
WHOLE_TOLERANCE: Final = 1e-6
# A tenth of what counts as proved: larger than its error on any model here, smaller than the claim.
COST_SAFETY_PPM: Final = 0.1


def to_solver(level: Level, value: int) -> float:
    return value / PENCE_PER_COST_UNIT if level is Level.COST else value


def from_solver(level: Level, value: float) -> int:
    return round(value * PENCE_PER_COST_UNIT if level is Level.COST else value)


def bound_from_solver(level: Level, bound: float) -> int:
    """Return the most that a bound of the solver proves."""
    if level is not Level.COST:
        return max(0, ceil(bound - WHOLE_TOLERANCE))
    pence = bound * PENCE_PER_COST_UNIT
    return floor(pence - _safety_pence(pence))


def improvement(level: Level, value: int, gap_ppm: int) -> int:
    """Return what a better plan must stay within for the better to matter: less than `value`.

    One vehicle-year less; or, for cost, less by the gap, so that where none is there the gap is
    proved.
    """
    if level is not Level.COST:
        return value - 1
    return value - max(1, abs(value) * gap_ppm // PPM - ceil(_safety_pence(value)))


def bound_without_improvement(level: Level, value: int, gap_ppm: int) -> int:
    """Return the bound proved when no plan is within `improvement`."""
    if level is not Level.COST:
        return value
    return bound_from_solver(level, to_solver(level, improvement(level, value, gap_ppm)))


def _safety_pence(pence: float) -> float:
    return abs(pence) * COST_SAFETY_PPM / PPM
