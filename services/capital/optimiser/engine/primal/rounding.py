"""Yes or no for each switch, from how much of what it switches a fractional solution has."""

from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.program import TOLERANCE, Program

# The largest lot suits of which at least this share is wanted.
CHOICE_SHARE: Final = 0.5


def switched(structure: Structure, x: Floats, least: float) -> tuple[Ints, Floats]:
    """Return the switches that need deciding: on where they switch `least` of their smallest lot.

    A switch's smallest lot is the smallest number it stands with in a row that it switches on. Of
    switches only one of which can be on, that one is which suits what all of them switch.
    """
    program = structure.program
    lot, amount = _lots(structure, x)
    columns = np.flatnonzero(np.isfinite(lot))
    wanted = np.zeros(program.columns, dtype=bool)
    wanted[columns] = amount[columns] >= least * lot[columns]
    choices, suiting = _one_of_each_choice(structure, x, lot, amount)
    wanted[choices] = False
    wanted[suiting] = True
    return columns, _decided(program, columns, wanted[columns])


def _one_of_each_choice(
    structure: Structure, x: Floats, lot: Floats, amount: Floats
) -> tuple[Ints, Ints]:
    """Return switches of which a row lets one be on, and those that suit: what is on stays so."""
    program = structure.program
    alone = np.bincount(program.entry_row[~_is_choice_entry(structure)], minlength=program.rows)
    inside = np.isin(program.entry_row, np.flatnonzero((alone == 0) & (program.row_upper == 1.0)))
    rows, columns = program.entry_row[inside], program.entry_column[inside]
    kept: list[int] = []
    for row in np.unique(rows):
        choice = columns[rows == row]
        is_on = x[choice] > 1.0 - TOLERANCE
        suits = CHOICE_SHARE * lot[choice] <= amount[choice].sum()
        suiting = choice[is_on if is_on.any() else suits]
        kept += suiting[np.argsort(lot[suiting], kind="stable")][-1:].tolist()
    return columns, np.array(kept, dtype=np.int64)


def _is_choice_entry(structure: Structure) -> Bools:
    program = structure.program
    return np.asarray(structure.is_switch[program.entry_column] & (program.entry_value == 1.0))


def _decided(program: Program, columns: Ints, wanted: Bools) -> Floats:
    on = np.where(wanted, 1.0, 0.0)
    return np.clip(on, program.lower[columns], program.upper[columns])


def _lots(structure: Structure, x: Floats) -> tuple[Floats, Floats]:
    """Return each switch's smallest lot, infinite where it has none, and what it switches."""
    program = structure.program
    switching = _is_switching(structure)
    # Rows like "ordered - lot x placed >= 0": all but the switch counts towards the lot.
    rows, columns = program.entry_row[switching], program.entry_column[switching]
    size = -program.entry_value[switching]
    amounts = program.activity(x)[rows] + size * x[columns]
    lot = np.full(program.columns, np.inf)
    np.minimum.at(lot, columns, size)
    amount = np.zeros(program.columns)
    np.maximum.at(amount, columns, amounts)
    return lot, amount


def _is_switching(structure: Structure) -> Bools:
    """Entries of a switch in a row of its own that asks for a lot, where another allows it."""
    program = structure.program
    below = program.entry_value < 0
    alone = np.bincount(program.entry_row[below], minlength=program.rows) == 1
    single = below & structure.is_switch[program.entry_column] & alone[program.entry_row]
    asks = single & (program.row_lower == 0.0)[program.entry_row]
    allows = single & (program.row_upper == 0.0)[program.entry_row]
    both = np.zeros(program.columns, dtype=bool)
    both[program.entry_column[allows & ~asks]] = True
    asked = asks & ~allows
    return np.asarray(asked & both[program.entry_column])
