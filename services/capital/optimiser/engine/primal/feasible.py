"""Whether values solve a programme: exactly where its numbers are whole, or whole in hundredths."""

from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.program import TOLERANCE, Program

# Money rows are in pounds whose hundredths are whole.
SCALES: Final = (1.0, 100.0)
# Products and sums of whole numbers below this are exact in 64-bit floats.
EXACT: Final = 2.0**53


def whole(program: Program, x: Floats) -> Floats:
    """Return the values with those that must be whole rounded to whole."""
    return np.where(program.integer, np.round(x), x)


def feasible(program: Program, x: Floats) -> bool:
    """Whether x keeps every box and whole number exactly, and every row as exactly as it can."""
    if not np.array_equal(x, whole(program, x)):
        return False
    if np.any(x < program.lower - TOLERANCE) or np.any(x > program.upper + TOLERANCE):
        return False
    return not np.any(_broken(program, x))


def _broken(program: Program, x: Floats) -> Bools:
    least, most = program.row_lower, program.row_upper
    activity, scale = program.activity(x), _scale(program, x)
    exact = (scale > 0) & _sums_exactly(program, x, scale)
    slack = np.where(exact, 0.0, TOLERANCE * np.maximum(1.0, np.abs(activity)))
    scaled = np.where(exact, _scaled(program, x, scale), activity)
    unit = np.where(exact, scale, 1.0)
    below = scaled < _times(least, unit, exact) - slack
    return np.asarray(below | (scaled > _times(most, unit, exact) + slack))


def _scaled(program: Program, x: Floats, scale: Floats) -> Floats:
    """Return each row's activity in its own unit, of whole numbers where it has one."""
    unit = scale[program.entry_row]
    terms = np.where(unit > 0, np.round(program.entry_value * unit), 0.0)
    terms = terms * x[program.entry_column]
    return np.bincount(program.entry_row, terms, program.rows).astype(np.float64, copy=False)


def _times(limit: Floats, unit: Floats, exact: Bools) -> Floats:
    scaled = limit * unit
    return np.where(exact & np.isfinite(limit), np.round(scaled), scaled)


def _scale(program: Program, x: Floats) -> Floats:
    """Return what makes a row's numbers whole; 0 where nothing tried does, or a value is not.

    What is not there is whole, whether it need be or not: a row that is not overrun is exact.
    """
    scale = np.zeros(program.rows)
    in_parts = ~program.integer & (x != 0)
    broken = _any_entry(program, in_parts[program.entry_column])
    for unit in SCALES:
        odd = _any_entry(program, ~_is_whole(program.entry_value * unit))
        odd |= ~_is_whole(program.row_lower * unit) | ~_is_whole(program.row_upper * unit)
        scale[(scale == 0) & ~odd & ~broken] = unit
    return scale


def _is_whole(values: Floats) -> Bools:
    finite = np.where(np.isfinite(values), values, 0.0)
    return np.asarray(np.abs(finite - np.round(finite)) <= 1e-12 * np.maximum(1.0, np.abs(finite)))


def _any_entry(program: Program, entries: Bools) -> Bools:
    found = np.zeros(program.rows, dtype=bool)
    rows: Ints = program.entry_row[entries]
    found[rows] = True
    return found


def _sums_exactly(program: Program, x: Floats, scale: Floats) -> Bools:
    size = np.abs(program.entry_value * x[program.entry_column]) * scale[program.entry_row]
    return np.asarray(np.bincount(program.entry_row, size, program.rows) < EXACT)
