"""Solutions near one: which columns may move, and how far; the others stay as they are."""

from dataclasses import dataclass, replace

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.program import TOLERANCE

Blocks = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Of some blocks, the columns that are free and their boxes."""

    family: str
    blocks: Blocks
    columns: Ints
    lower: Floats
    upper: Floats


def whole_blocks(structure: Structure, family: str, blocks: Blocks) -> Neighbourhood:
    """Free everything in the blocks."""
    columns, program = structure.around(blocks), structure.program
    return Neighbourhood(
        family=family,
        blocks=blocks,
        columns=columns,
        lower=program.lower[columns],
        upper=program.upper[columns],
    )


def within(structure: Structure, x: Floats, blocks: Blocks, radius: int) -> Neighbourhood:
    """Let what the blocks share with others move by so much at most."""
    free, program = whole_blocks(structure, "near", blocks), structure.program
    shared = (structure.is_linking & program.integer & ~structure.is_switch)[free.columns]
    least = np.where(shared, x[free.columns] - radius, -np.inf)
    most = np.where(shared, x[free.columns] + radius, np.inf)
    return Neighbourhood(
        family="near",
        blocks=blocks,
        columns=free.columns,
        lower=np.maximum(free.lower, least),
        upper=np.minimum(free.upper, most),
    )


def over_used_cells(
    structure: Structure, x: Floats, other: Floats, blocks: Blocks
) -> Neighbourhood:
    """Free all but the switches that both solutions leave off."""
    free = whole_blocks(structure, "cells", blocks)
    used = (x > TOLERANCE) | (other > TOLERANCE) | ~structure.is_switch
    kept = used[free.columns]
    return Neighbourhood(
        family="cells",
        blocks=blocks,
        columns=free.columns[kept],
        lower=free.lower[kept],
        upper=free.upper[kept],
    )


def between(
    structure: Structure, x: Floats, other: Floats, blocks: Blocks, family: str = "between"
) -> Neighbourhood:
    """Let each whole number be what either solution has, or between: the other may have parts."""
    free, program = whole_blocks(structure, family, blocks), structure.program
    columns = free.columns
    least = np.minimum(x[columns], np.floor(other[columns] + TOLERANCE))
    most = np.maximum(x[columns], np.ceil(other[columns] - TOLERANCE))
    whole = program.integer[columns]
    return Neighbourhood(
        family=family,
        blocks=blocks,
        columns=columns,
        lower=np.maximum(free.lower, np.where(whole, least, -np.inf)),
        upper=np.minimum(free.upper, np.where(whole, most, np.inf)),
    )


def with_switches(structure: Structure, near: Neighbourhood) -> Neighbourhood:
    """Return the neighbourhood with its switches free to be on or off."""
    program, columns = structure.program, near.columns
    are_switches = structure.is_switch[columns]
    return replace(
        near,
        lower=np.where(are_switches, program.lower[columns], near.lower),
        upper=np.where(are_switches, program.upper[columns], near.upper),
    )


def in_rows(
    structure: Structure, blocks: Blocks, rows: Ints, *, wholly: bool = False
) -> Neighbourhood:
    """Of what the blocks share with others, free what these rows tie, and what switches it.

    Wholly: and whatever else those switches switch, so that one column can stand in for another.
    """
    program, columns = structure.program, structure.around(blocks)
    tied = np.zeros(program.columns, dtype=bool)
    tied[program.entry_column[np.isin(program.entry_row, rows)]] = True
    tied |= _switches_of(structure, tied)
    held = structure.is_linking | structure.is_switch
    if wholly:
        tied |= _switched_with(structure, tied)
        held = structure.is_linking | _switches_of(structure, structure.is_linking)
    held &= ~tied
    columns = columns[~held[columns]]
    return Neighbourhood(
        family="left over" if wholly else "rows",
        blocks=blocks,
        columns=columns,
        lower=program.lower[columns],
        upper=program.upper[columns],
    )


def _switches_of(structure: Structure, columns: Bools) -> Bools:
    """Return the switches that share a row of a block with the columns."""
    program = structure.program
    touched = np.zeros(program.rows, dtype=bool)
    touched[program.entry_row[columns[program.entry_column]]] = True
    entries = touched[program.entry_row] & structure.is_switch[program.entry_column]
    entries &= (program.row_block >= 0)[program.entry_row]
    found = np.zeros(program.columns, dtype=bool)
    found[program.entry_column[entries]] = True
    return found


def _switched_with(structure: Structure, columns: Bools) -> Bools:
    """Return what shares a row of a block with the switches among the columns."""
    program = structure.program
    touched = np.zeros(program.rows, dtype=bool)
    switches = (columns & structure.is_switch)[program.entry_column]
    touched[program.entry_row[switches]] = True
    touched &= program.row_block >= 0
    found = np.zeros(program.columns, dtype=bool)
    found[program.entry_column[touched[program.entry_row]]] = True
    return found
