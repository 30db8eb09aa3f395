"""Rows that whole plans keep anyway, and that bring the linear programme closer to them.

A fleet that may not shrink has a newcomer for each vehicle that goes, so that nothing goes in a
year without an order: of a vintage of three, a third goes with a third of an order at most. The
bound of an order, which is of what money buys, lets a third go with a hundredth of one.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from services.capital.optimiser.engine.program import Rows
from services.capital.optimiser.terms import Fleet, Terms
from services.capital.optimiser.variables import Buy, Variables


class Entry(NamedTuple):
    column: int
    value: float


class Closer:
    """Disposed of a vintage <= its size x orders placed + what may go without one."""

    def __init__(self, terms: Terms, variables: Variables) -> None:
        self._terms: Final = terms
        self._variables: Final = variables
        self._bought: Final = self._purchases()
        self._joined: Final = self._moved_to()

    def rows(self) -> Rows:
        """Return the rows, over the model's columns."""
        found = list(self._found())
        entries = [entries for entries, _ in found]
        sizes = [len(row) for row in entries]
        flat = [entry for row in entries for entry in row]
        return Rows(
            lower=np.full(len(found), -np.inf),
            upper=np.array([most for _, most in found]),
            entry_row=np.repeat(np.arange(len(found)), np.array(sizes, dtype=np.int64)),
            entry_column=np.array([entry.column for entry in flat], dtype=np.int64),
            entry_value=np.array([entry.value for entry in flat]),
        )

    def _found(self) -> Iterator[tuple[list[Entry], float]]:
        for fleet in self._terms.fleets:
            for year in self._terms.horizon:
                if (fleet, year) not in self._joined:
                    yield from self._of(fleet, year)

    def _of(self, fleet: Fleet, year: int) -> Iterator[tuple[list[Entry], float]]:
        """Yield a row for each vintage that is smaller than what may be ordered."""
        variables, spare = self._variables, self._spare(fleet, year)
        bought = self._bought[fleet, year]
        ordered = sum(variables.buy[key].upper_bound for key in bought)
        if not any(key.order in variables.place for key in bought):
            return
        for vintage in variables.vintages_of[fleet]:
            disposed = variables.dispose.get((vintage, year))
            if disposed is None or vintage.in_reserve:
                continue
            size = disposed.upper_bound
            if spare < size < ordered:
                coming = self._coming(fleet, year, size)
                yield [Entry(disposed.id, 1.0), *coming], float(spare)

    def _coming(self, fleet: Fleet, year: int, size: float) -> Iterator[Entry]:
        """Yield, less than nothing, what lets a vintage of this size go."""
        variables, placed = self._variables, set()
        for key in self._bought[fleet, year]:
            if key.order in variables.place:
                placed.add(variables.place[key.order].id)
            else:
                yield Entry(variables.buy[key].id, -1.0)
        yield from (Entry(order, -size) for order in sorted(placed))
        if (fleet, year) in variables.vacant:
            yield Entry(variables.vacant[fleet, year].id, -1.0)

    def _spare(self, fleet: Fleet, year: int) -> int:
        """Return how many vehicles may go without an order: committed ones come, and some may."""
        terms = self._terms
        first = year == terms.horizon[0]
        before = self._opening(fleet) if first else terms.establishment(fleet, year - 1).maximum
        coming = sum(
            vehicles
            for vintage, vehicles in terms.committed.items()
            if vintage.fleet == fleet and vintage.entry_year == year
        )
        return max(0, before + coming - terms.establishment(fleet, year).minimum)

    def _opening(self, fleet: Fleet) -> int:
        opening = self._terms.opening.items()
        return sum(n for vintage, n in opening if vintage.fleet == fleet and not vintage.in_reserve)

    def _purchases(self) -> defaultdict[tuple[Fleet, int], list[Buy]]:
        bought: defaultdict[tuple[Fleet, int], list[Buy]] = defaultdict(list)
        for key in self._variables.buy:
            option = self._terms.options[key.option_id]
            bought[Fleet(key.trust, option.vehicle_type), key.delivery_year].append(key)
        return bought

    def _moved_to(self) -> set[tuple[Fleet, int]]:
        """Return whom vehicles may join in which year from elsewhere, or as other vintages."""
        moves = self._variables.move
        return {(move.target.fleet, move.year) for move in moves if not move.target.in_reserve}
