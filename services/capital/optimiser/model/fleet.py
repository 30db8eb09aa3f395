"""Rules of the fleet: vehicles are conserved, and serve neither too long nor too briefly."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Part, Rows
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Vintage


class FleetRules(Rows):
    """Which vintages serve each year."""

    def _vehicles_are_conserved(self) -> None:
        """Kept + disposed + moved = kept the year before (opening) + bought + committed + come."""
        keep = self.variables.keep
        for vintage, year in keep:
            there = 0
            if year == self.terms.horizon[0]:
                there += self.terms.opening.get(vintage, 0)
            if year == vintage.entry_year:
                there += self.terms.committed.get(vintage, 0)
            parts = [*self._leaving(vintage, year), *self._coming(vintage, year)]
            self._row(parts, there, there, Rule.VEHICLES_CONSERVED, *vintage, year)

    def _leaving(self, vintage: Vintage, year: int) -> Iterator[Part]:
        """Yield where vehicles go: kept, disposed of, moved, or cancelled before they came."""
        yield 1, self.variables.keep[vintage, year]
        yield 1, self.variables.dispose[vintage, year]
        for moved in self.variables.moves_out.get((vintage, year), ()):
            yield 1, moved
        if year == vintage.entry_year:
            for cancelled in self._not_taken[vintage]:
                yield 1, cancelled

    def _coming(self, vintage: Vintage, year: int) -> Iterator[Part]:
        """Yield, less than nothing, where vehicles come from: the year before, purchases, moves."""
        if (vintage, year - 1) in self.variables.keep:
            yield -1, self.variables.keep[vintage, year - 1]
        for come in self.variables.moves_in.get((vintage, year), ()):
            yield -1, come
        if year == vintage.entry_year:
            for bought in self.variables.arrivals.get(vintage, ()):
                yield -1, bought

    @cached_property
    def _not_taken(self) -> defaultdict[Vintage, list[mathopt.Variable]]:
        not_taken: defaultdict[Vintage, list[mathopt.Variable]] = defaultdict(list)
        for row, cancelled in self._cancelled():
            vintage = self.terms.newcomer(row, row.trust, row.financial_year)
            not_taken[vintage].append(cancelled)
        return not_taken

    def _new_vehicles_serve_their_first_year(self) -> None:
        """Disposed = 0 in the year of entry."""
        for (vintage, year), disposed in self.variables.dispose.items():
            if year == vintage.entry_year:
                disposed.upper_bound = 0

    def _no_vehicle_serves_past_its_maximum_age(self) -> None:
        """Kept = 0 at the maximum age and beyond."""
        for (vintage, year), kept in self.variables.keep.items():
            if self.terms.policy_of(vintage, year).is_past_maximum(vintage.age_in(year)):
                kept.upper_bound = 0

    def _no_leased_vehicle_serves_past_its_term(self) -> None:
        """Kept = 0 once the term is over."""
        for (vintage, year), kept in self.variables.keep.items():
            if self.terms.is_past_lease(vintage, year):
                kept.upper_bound = 0

    def _no_vehicle_goes_in_a_freeze(self) -> None:
        """Disposed = 0 in a frozen year."""
        for (vintage, year), disposed in self.variables.dispose.items():
            if self.terms.is_frozen(vintage.fleet, year):
                disposed.upper_bound = 0
