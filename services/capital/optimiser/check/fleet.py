"""What a plan does with vehicles, against the rules of the fleet and its size."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.check.offers import reserve_of
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, Vintage


class FleetCheck(Statement):
    """Vehicles in, out and serving."""

    def _vehicles_are_conserved(self) -> Iterator[Violation]:
        gone = {(row.vintage, row.financial_year): row.vehicles for row in self.plan.disposals}
        stated = {vintage for vintage, _ in (*self.stock, *gone, *self.moved)}
        for vintage in sorted({*self.terms.opening, *self.delivered, *stated}):
            before = self.terms.opening.get(vintage, 0)
            for year in self.terms.horizon:
                arriving = self.delivered[vintage] if year == vintage.entry_year else 0
                serving = self.stock.get((vintage, year), 0)
                expected = before + arriving - gone.get((vintage, year), 0)
                expected += self.moved[vintage, year]
                if serving != expected or serving < 0:
                    detail = f"{serving} serve in {year}, where {expected} are there"
                    yield broken(Rule.VEHICLES_CONSERVED, vintage, detail)
                # From what is stated, so that one wrong row is one finding and not one a year.
                before = serving

    def _new_vehicles_serve_their_first_year(self) -> Iterator[Violation]:
        for vintage, year in self._leaving():
            if year <= vintage.entry_year:
                detail = f"some go in {year}, the year they enter service"
                yield broken(Rule.NEW_VEHICLES_SERVE, vintage, detail)
        for (vintage, year), vehicles in self.received.items():
            if self.stock.get((vintage, year), 0) < vehicles:
                detail = f"not all of the {vehicles} that come in {year} serve it"
                yield broken(Rule.NEW_VEHICLES_SERVE, vintage, detail)

    def _leaving(self) -> Iterator[tuple[Vintage, int]]:
        for gone in self.plan.disposals:
            yield gone.vintage, gone.financial_year
        for moved in self.plan.moves:
            yield moved.source, moved.financial_year

    def _no_vehicle_serves_past_its_maximum_age(self) -> Iterator[Violation]:
        for (vintage, year), vehicles in self.stock.items():
            maximum = self._maximum_age(vintage, year)
            if 0 < maximum <= vintage.age_in(year):
                detail = f"{vehicles} serve in {year} at age {vintage.age_in(year)}"
                yield broken(Rule.MAXIMUM_AGE, vintage, detail)

    def _maximum_age(self, vintage: Vintage, year: int) -> int:
        if vintage.in_reserve:
            reserve = reserve_of(self.terms, vintage.fleet)
            return reserve.maximum_age_years if reserve else 0
        return self.terms.policy(vintage.fleet, year).maximum_age_years

    def _no_leased_vehicle_serves_past_its_term(self) -> Iterator[Violation]:
        terms = {
            (row.vehicle_type, row.technology): row.lease.term_years
            for row in self.terms.problem.options
            if row.lease is not None
        }
        for (vintage, year), vehicles in self.stock.items():
            term = terms.get((vintage.vehicle_type, vintage.technology))
            if term is not None and vintage.age_in(year) >= term:
                detail = f"{vehicles} serve in {year}, past their term of {term} years"
                yield broken(Rule.LEASE_TERM, vintage, detail)

    def _no_vehicle_goes_in_a_freeze(self) -> Iterator[Violation]:
        for row in self.plan.disposals:
            if self.terms.is_frozen(row.vintage.fleet, row.financial_year):
                detail = f"{row.vehicles} go in {row.financial_year}"
                yield broken(Rule.DISPOSAL_FREEZE, row.vintage, detail)

    def _no_fleet_exceeds_its_establishment(self) -> Iterator[Violation]:
        sizes: Counter[tuple[Fleet, int]] = Counter()
        for (vintage, year), vehicles in self.stock.items():
            sizes[vintage.fleet, year] += 0 if vintage.in_reserve else vehicles
        for (fleet, year), vehicles in sizes.items():
            maximum = self.terms.establishment(fleet, year).maximum
            if vehicles > maximum:
                detail = f"{vehicles} of {maximum} in {year}"
                yield broken(Rule.ESTABLISHMENT_MAXIMUM, fleet, detail)
