"""Kinds of neighbourhoods, from two blocks to a year of many; each proposes its next one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats, Ints
from services.capital.optimiser.engine.primal.guide import Guide
from services.capital.optimiser.engine.primal.neighbourhood import (
    Blocks,
    Neighbourhood,
    between,
    in_rows,
    over_used_cells,
    whole_blocks,
    with_switches,
    within,
)
from services.capital.optimiser.engine.primal.structure import CLOSE, CLOSE_BLOCKS, Structure
from services.capital.optimiser.engine.program import Program, sums

# Two blocks with only everybody's rows in common gain less often.
FAR_WEIGHT: Final = 0.25
TRIES: Final = 8
LEAST_REGRET: Final = 1e-9
SPREAD_REGRET: Final = 0.1
GROWTH: Final = 0.5
GROWTH_SHARE: Final = 0.25
RADII: Final = (1, 2, 3)


@dataclass(slots=True)
class Standing:
    """The best plan, how often each block's surroundings changed, and what is being looked at."""

    structure: Structure
    guide: Guide
    random: np.random.Generator
    x: Floats
    changes: Ints
    busy: Bools
    # A fractional solution with the plan's yes and no: what whole numbers come to beside it.
    follower: Floats = field(default_factory=lambda: np.zeros(0))
    regrets: Floats = field(default_factory=lambda: np.zeros(0))
    left_over: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        self.follower = self.guide.x
        self.look()

    @property
    def program(self) -> Program:
        return self.structure.program

    def look(self) -> None:
        """Work out afresh which blocks seem worth changing."""
        # Every block has some chance: a guide's prices are not the last word.
        dearer = self.guide.regrets(self.program, self.x)
        around, blocks = self.structure.surroundings
        regrets = np.maximum(0.0, sums(blocks, dearer[around], self.program.blocks))
        self.regrets = regrets + max(LEAST_REGRET, SPREAD_REGRET * float(regrets.mean()))
        left_over = self.guide.left_over(self.program, self.x) + self._of_no_block(dearer)
        self.left_over = left_over[self.structure.tying_rows]

    def _of_no_block(self, dearer: Floats) -> Floats:
        """Return how much dearer each row's columns of no block are, such as its overruns."""
        rows, columns = self.structure.loose_entries
        return sums(rows, np.maximum(0.0, dearer[columns]), self.program.rows)

    def moved(self, x: Floats, blocks: Blocks) -> None:
        """Take the better plan, and note which blocks' surroundings it changes."""
        self.x = x
        near = np.asarray((self.structure.affinity[list(blocks)] >= CLOSE).any(axis=0))
        near[list(blocks)] = True
        self.changes[near] += 1
        self.look()

    def stamp(self, blocks: Blocks) -> int:
        """Return what changes whenever these blocks' surroundings do."""
        return int(self.changes[list(blocks)].sum())


class Pairs:
    """Every two blocks that share a row, those that promise most first; again as things change."""

    name: Final = "pairs"

    def __init__(self, standing: Standing) -> None:
        affinity = standing.structure.affinity
        first, second = np.nonzero(np.triu(affinity > 0, k=1))
        self._first, self._second = first, second
        self._weight: Final = np.where(affinity[first, second] >= CLOSE, 1.0, FAR_WEIGHT)
        self._looked: Final = np.full(len(first), -1)

    def propose(self, standing: Standing) -> Neighbourhood | None:
        first, second = self._first, self._second
        stamps = standing.changes[first] + standing.changes[second]
        open_pairs = (stamps != self._looked) & ~standing.busy[first] & ~standing.busy[second]
        if not open_pairs.any():
            return None
        promise = (standing.regrets[first] + standing.regrets[second]) * self._weight
        promise *= standing.random.uniform(0.5, 1.0, len(first))
        chosen = int(np.argmax(np.where(open_pairs, promise, -1.0)))
        self._looked[chosen] = stamps[chosen]
        pair = (int(first[chosen]), int(second[chosen]))
        return whole_blocks(standing.structure, self.name, pair)

    def learn(self, *, proved: bool) -> None:
        """Pairs are as they are."""


class Groups:
    """Some blocks that share rows: more of them as long as they can be solved to the end."""

    def __init__(
        self,
        name: str,
        size: float,
        draw: Callable[[Standing, int], Neighbourhood | None],
    ) -> None:
        self.name: Final = name
        self._size = size
        self._least: Final = size
        self._draw: Final = draw
        self._looked: Final[dict[tuple[Blocks, bytes], int]] = {}

    def propose(self, standing: Standing) -> Neighbourhood | None:
        while self._size < standing.program.blocks + 1:
            found = self._unlooked(standing)
            if found is not None or standing.busy.any():
                return found
            self._size += 1.0
        return None

    def _unlooked(self, standing: Standing) -> Neighbourhood | None:
        """Draw until there is one that was not looked at as things are, if not for ever."""
        for _ in range(TRIES):
            found = self._draw(standing, int(self._size))
            if found is not None and self._is_new(standing, found):
                return found
        return None

    def _is_new(self, standing: Standing, found: Neighbourhood) -> bool:
        key = (found.blocks, found.columns.tobytes() + found.lower.tobytes())
        stamp = standing.stamp(found.blocks)
        is_new, self._looked[key] = self._looked.get(key) != stamp, stamp
        return is_new

    def learn(self, *, proved: bool) -> None:
        change = GROWTH * max(1.0, GROWTH_SHARE * self._size)
        self._size = max(self._least, self._size + (change if proved else -change))


def _tied_blocks(standing: Standing, size: int, begun: Blocks = ()) -> Blocks:
    """Draw a block by its regret, and others by theirs and by how closely they are tied to it.

    Those that it is begun with are taken first.
    """
    free = (~standing.busy).astype(float)
    chosen = list(begun[:size])
    while len(chosen) < size:
        free[chosen] = 0.0
        tied = standing.structure.affinity[chosen].sum(axis=0) if chosen else 1.0
        weights = standing.regrets * free * tied
        if not weights.sum() > 0:
            break
        chosen.append(int(standing.random.choice(len(weights), p=weights / weights.sum())))
    return tuple(sorted(chosen))


def _near(standing: Standing, size: int) -> Neighbourhood | None:
    blocks = _tied_blocks(standing, size)
    radius = int(standing.random.choice(RADII))
    return within(standing.structure, standing.x, blocks, radius) if blocks else None


def _rows(standing: Standing, size: int) -> Neighbourhood | None:
    """Two rows that follow each other and tie many, as those of two years do."""
    blocks = _tied_blocks(standing, size)
    tying = standing.structure.blocks_of_row
    wide = [row for row, tied in tying.items() if len(tied) > len(blocks) // 2] or list(tying)
    first = int(standing.random.integers(len(wide)))
    rows = np.array(wide[first : first + 2])
    return in_rows(standing.structure, blocks, rows) if blocks else None


def _left_over(standing: Standing, size: int) -> Neighbourhood | None:
    """Rows that follow each other, of one of which a plan leaves what others would pay for."""
    rows, left = standing.structure.tying_rows, standing.left_over
    if not left.sum() > 0:
        return None
    first = int(standing.random.choice(len(rows), p=left / left.sum()))
    blocks = _some_of(standing, standing.structure.blocks_of_row[int(rows[first])])
    chosen = rows[first : first + size]
    return in_rows(standing.structure, blocks, chosen, wholly=True) if blocks else None


def _some_of(standing: Standing, tied: Ints) -> Blocks:
    """Draw as many of the blocks as one row ties closely, those of most regret most often."""
    free = tied[~standing.busy[tied]]
    if len(free) > CLOSE_BLOCKS:
        weights = standing.regrets[free]
        chance = weights / weights.sum()
        free = standing.random.choice(free, CLOSE_BLOCKS, replace=False, p=chance)
    return tuple(sorted(free.tolist()))


def _whole(standing: Standing, size: int) -> Neighbourhood | None:
    blocks = _tied_blocks(standing, size)
    return whole_blocks(standing.structure, "groups", blocks) if blocks else None


def _cells(standing: Standing, size: int) -> Neighbourhood | None:
    blocks = _tied_blocks(standing, size)
    other = standing.guide.x
    return over_used_cells(standing.structure, standing.x, other, blocks) if blocks else None


def _between(standing: Standing, size: int) -> Neighbourhood | None:
    blocks = _tied_blocks(standing, size)
    other = standing.guide.x
    return between(standing.structure, standing.x, other, blocks) if blocks else None


def _following(standing: Standing, size: int) -> Neighbourhood | None:
    """What one row ties of which the plan leaves much, between the plan and what follows it."""
    rows, left = standing.structure.tying_rows, standing.left_over
    tied: Blocks = ()
    if left.sum() > 0:
        row = int(rows[standing.random.choice(len(rows), p=left / left.sum())])
        tied = _some_of(standing, standing.structure.blocks_of_row[row])
    blocks = _tied_blocks(standing, size, tied)
    if not blocks:
        return None
    return between(standing.structure, standing.x, standing.follower, blocks, "following")


def _switching(standing: Standing, size: int) -> Neighbourhood | None:
    blocks = _tied_blocks(standing, size)
    if not blocks:
        return None
    found = between(standing.structure, standing.x, standing.follower, blocks, "switching")
    return with_switches(standing.structure, found)


def groups() -> list[Groups]:
    """Return the kinds that are drawn at random."""
    return [
        Groups("rows", 6.0, _rows),
        Groups("left over", 1.0, _left_over),
        Groups("groups", 1.0, _whole),
        Groups("near", 4.0, _near),
        Groups("cells", 2.0, _cells),
        Groups("between", 12.0, _between),
        Groups("following", 12.0, _following),
        Groups("switching", 6.0, _switching),
    ]
