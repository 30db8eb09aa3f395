"""How a programme hangs together: which blocks share which rows, and which columns tie them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks

# A row of no more blocks than this ties them closely; one of more is everybody's.
CLOSE_BLOCKS: Final = 12
CLOSE: Final = 1.0 / (CLOSE_BLOCKS - 1)


@dataclass(frozen=True)
class Structure:
    """What follows from a programme's arrays alone, each found once, when first asked for."""

    program: Program

    @cached_property
    def members(self) -> list[Ints]:
        """Each block's columns."""
        block = self.program.block
        return [np.flatnonzero(block == one) for one in range(self.program.blocks)]

    @cached_property
    def is_linking(self) -> Bools:
        """Columns with a part in a row that ties blocks."""
        program, found = self.program, np.zeros(self.program.columns, dtype=bool)
        found[program.entry_column[program.row_block[program.entry_row] == NO_BLOCK]] = True
        return found

    @cached_property
    def is_switch(self) -> Bools:
        """Columns that say yes or no."""
        program = self.program
        return np.asarray(program.integer & (program.lower >= 0) & (program.upper <= 1))

    @cached_property
    def blocks_of_row(self) -> dict[int, Ints]:
        """The blocks of each row that ties several."""
        program = self.program
        tying = (program.row_block == NO_BLOCK)[program.entry_row]
        blocks = program.block[program.entry_column]
        pairs = np.unique(
            np.stack([program.entry_row[tying], blocks[tying]])[:, blocks[tying] >= 0], axis=1
        )
        rows, starts = np.unique(pairs[0], return_index=True)
        return dict(zip(rows.tolist(), np.split(pairs[1], starts[1:]), strict=False))

    @cached_property
    def tying_rows(self) -> Ints:
        """The rows that tie several blocks, in order."""
        tied = self.blocks_of_row.items()
        return np.array([row for row, blocks in tied if len(blocks) > 1], dtype=np.int64)

    @cached_property
    def wide_rows(self) -> Ints:
        """The rows that tie many blocks."""
        tied = self.blocks_of_row.items()
        return np.array([row for row, blocks in tied if len(blocks) > CLOSE_BLOCKS], dtype=np.int64)

    @cached_property
    def affinity(self) -> Floats:
        """How closely each two blocks are tied: most by a row of theirs alone."""
        closest = np.zeros((self.program.blocks, self.program.blocks))
        for blocks in self.blocks_of_row.values():
            if len(blocks) > 1:
                square = np.ix_(blocks, blocks)
                closest[square] = np.maximum(closest[square], 1.0 / (len(blocks) - 1))
        np.fill_diagonal(closest, 0.0)
        return closest

    @cached_property
    def loose_of(self) -> list[Ints]:
        """The columns of no block that share a row with each block, or with one that does."""
        near = self._loose_in(self._rows_of_blocks())
        return [np.flatnonzero(row) for row in near | self._loose_in(self._rows_of_loose(near))]

    def around(self, blocks: tuple[int, ...]) -> Ints:
        """Return the blocks' columns, and those of no block that tie them."""
        if len(blocks) == self.program.blocks:
            return np.arange(self.program.columns)
        own = [self.members[block] for block in blocks]
        return np.unique(np.concatenate([*own, *(self.loose_of[block] for block in blocks)]))

    @cached_property
    def surroundings(self) -> tuple[Ints, Ints]:
        """What is around each block alone, one block after the other, and which block that is."""
        blocks = np.arange(self.program.blocks)
        around = [self.around((block,)) for block in blocks.tolist()]
        return np.concatenate(around), np.repeat(blocks, [len(columns) for columns in around])

    @cached_property
    def loose_entries(self) -> tuple[Ints, Ints]:
        """The entries of columns of no block: their rows, and which columns they are of."""
        loose = self.program.block[self.program.entry_column] == NO_BLOCK
        return self.program.entry_row[loose], self.program.entry_column[loose]

    def _rows_of_blocks(self) -> Bools:
        program = self.program
        touched = np.zeros((program.blocks, program.rows), dtype=bool)
        block = program.block[program.entry_column]
        owned = block != NO_BLOCK
        touched[block[owned], program.entry_row[owned]] = True
        return touched

    def _rows_of_loose(self, columns: Bools) -> Bools:
        rows, loose = self.loose_entries
        touched = np.zeros((self.program.blocks, self.program.rows), dtype=bool)
        for block in range(self.program.blocks):
            touched[block, rows[columns[block, loose]]] = True
        return touched

    def _loose_in(self, touched: Bools) -> Bools:
        rows, loose = self.loose_entries
        near = np.zeros((self.program.blocks, self.program.columns), dtype=bool)
        for block in range(self.program.blocks):
            near[block, loose[touched[block, rows]]] = True
        return near


def in_blocks(program: Program) -> Program:
    """Return the programme itself, or as one block where it has none."""
    if program.blocks:
        return program
    return with_blocks(program, np.zeros(program.columns, dtype=np.int64))
