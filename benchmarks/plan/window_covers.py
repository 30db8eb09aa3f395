"""Window covers, a known family of rows, to be measured beside those that the optimiser adds.

Of what a fleet must have in a year, what entered before a window and is not over age by then can be
so much at most; the rest entered within the window, is over age, or is missing. Of an order no more
counts than is to be covered, and of what covers it, an order placed is enough.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np

from services.capital.optimiser.engine.program import Rows
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.terms import Fleet
from services.capital.optimiser.variables import Buy

# A column with its value.
Entry: TypeAlias = tuple[int, float]


class WindowCovers:
    """For each fleet and year a row for each first year of a window that ends with it."""

    def __init__(self, model: RenewalModel) -> None:
        self._terms: Final = model.terms
        self._variables: Final = model.variables
        self._bought: Final = defaultdict[tuple[Fleet, int], list[Buy]](list)
        for key in self._variables.buy:
            kind = self._terms.options[key.option_id].vehicle_type
            self._bought[Fleet(key.trust, kind), key.delivery_year].append(key)

    def rows(self) -> Rows:
        """Return the rows, over the model's columns."""
        found = [
            row
            for fleet in self._terms.fleets
            for year in self._terms.horizon
            for first in range(self._terms.horizon[0], year + 1)
            if (row := self._row(fleet, first, year))
        ]
        entries = [entry for row, _ in found for entry in row]
        return Rows(
            lower=np.array([least for _, least in found]),
            upper=np.full(len(found), np.inf),
            entry_row=np.repeat(np.arange(len(found)), [len(row) for row, _ in found]),
            entry_column=np.array([column for column, _ in entries], dtype=np.int64),
            entry_value=np.array([value for _, value in entries]),
        )

    def _row(self, fleet: Fleet, first: int, year: int) -> tuple[list[Entry], float] | None:
        over_age, young = self._before(fleet, first, year)
        least = self._terms.establishment(fleet, year).minimum - young
        if least <= 0:
            return None
        missing = self._variables.vacant.get((fleet, year))
        loose = [] if missing is None else [(missing.id, 1.0)]
        return [*over_age, *loose, *self._covering(fleet, range(first, year + 1), least)], least

    def _before(self, fleet: Fleet, first: int, year: int) -> tuple[list[Entry], float]:
        """Return who is over age of those before the window, and how many may not be."""
        over_age: list[Entry] = []
        young = 0.0
        for vintage in self._variables.vintages_of[fleet]:
            kept = self._variables.keep.get((vintage, year))
            if kept is None or vintage.entry_year > year:
                continue
            if vintage.entry_year >= first:
                young += self._terms.committed.get(vintage, 0)
            elif self._terms.policy_of(vintage, year).is_over_age(vintage.age_in(year)):
                over_age.append((kept.id, 1.0))
            else:
                young += kept.upper_bound
        return over_age, young

    def _covering(self, fleet: Fleet, window: range, least: float) -> Iterator[Entry]:
        variables = self._variables
        most = defaultdict[int, float](float)
        for key in (key for year in window for key in self._bought[fleet, year]):
            if key.order in variables.place:
                most[variables.place[key.order].id] += variables.buy[key].upper_bound
            else:
                yield variables.buy[key].id, 1.0
        yield from ((placed, min(size, least)) for placed, size in most.items())
