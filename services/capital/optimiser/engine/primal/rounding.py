"""Yes or no for each switch, from how much of what it switches a fractional solution has."""

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.program import Program


def switched(structure: Structure, x: Floats, least: float) -> tuple[Ints, Floats]:
    """Return the switches that need deciding: on where they switch `least` of their smallest lot.

    A switch's smallest lot is the smallest number it stands with in a row that it switches on.
    """
    program = structure.program
    lot, amount = _lots(structure, x)
    columns = np.flatnonzero(np.isfinite(lot))
    return columns, _decided(program, columns, amount[columns] >= least * lot[columns])


def _decided(program: Program, columns: Ints, wanted: Bools) -> Floats:
    on = np.where(wanted, 1.0, 0.0)
    return np.clip(on, program.lower[columns], program.upper[columns])


def _lots(structure: Structure, x: Floats) -> tuple[Floats, Floats]:
    """Return each switch's smallest lot, infinite where it has none, and what it switches."""
    program = structure.program
    switching = structure.is_switch[program.entry_column] & (program.entry_value < 0)
    # Rows like "ordered - lot x placed >= 0": all but the switch counts towards the lot.
    rows, columns = program.entry_row[switching], program.entry_column[switching]
    size = -program.entry_value[switching]
    amounts = program.activity(x)[rows] + size * x[columns]
    lot = np.full(program.columns, np.inf)
    np.minimum.at(lot, columns, size)
    amount = np.zeros(program.columns)
    np.maximum.at(amount, columns, amounts)
    return lot, amount
