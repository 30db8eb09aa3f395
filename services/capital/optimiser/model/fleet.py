"""Rules of the fleet: vehicles are conserved, and serve neither too long nor too briefly."""

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Vintage


class FleetRules(Rows):
    """Which vintages serve each year."""

    def _vehicles_are_conserved(self) -> None:
        """Kept + disposed + moved = kept the year before (opening) + bought + committed + come."""
        keep, dispose = self.variables.keep, self.variables.dispose
        for vintage, year in keep:
            before = keep.get((vintage, year - 1), self.terms.opening.get(vintage, 0))
            arriving = self._arriving(vintage) if year == vintage.entry_year else 0
            moved = mathopt.fast_sum(self.variables.moves_out[vintage, year])
            come = mathopt.fast_sum(self.variables.moves_in[vintage, year])
            self._require(
                keep[vintage, year] + dispose[vintage, year] + moved == before + arriving + come,
                Rule.VEHICLES_CONSERVED,
                *vintage,
                year,
            )

    def _arriving(self, vintage: Vintage) -> mathopt.LinearTypes:
        bought = mathopt.fast_sum(self.variables.arrivals.get(vintage, []))
        cancelled = mathopt.fast_sum(
            part
            for row, part in self._cancelled()
            if vintage == Vintage(row.trust, row.vehicle_type, row.technology, row.financial_year)
        )
        return bought + self.terms.committed.get(vintage, 0) - cancelled

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
