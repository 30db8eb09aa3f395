"""What a plan does with vehicles, against the rules of the fleet and its size."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet


class FleetCheck(Statement):
    """Vehicles in, out and serving."""

    def _vehicles_are_conserved(self) -> Iterator[Violation]:
        gone = {(row.vintage, row.financial_year): row.vehicles for row in self.plan.disposals}
        stated = {vintage for vintage, _ in (*self.stock, *gone)}
        for vintage in sorted({*self.terms.opening, *self.delivered, *stated}):
            before = self.terms.opening.get(vintage, 0)
            for year in self.terms.horizon:
                arriving = self.delivered[vintage] if year == vintage.entry_year else 0
                serving = self.stock.get((vintage, year), 0)
                expected = before + arriving - gone.get((vintage, year), 0)
                if serving != expected or serving < 0:
                    detail = f"{serving} serve in {year}, where {expected} are there"
                    yield broken(Rule.VEHICLES_CONSERVED, vintage, detail)
                # From what is stated, so that one wrong row is one finding and not one a year.
                before = serving

    def _new_vehicles_serve_their_first_year(self) -> Iterator[Violation]:
        for row in self.plan.disposals:
            if row.financial_year <= row.entry_year:
                detail = f"{row.vehicles} go in {row.financial_year}, the year they enter service"
                yield broken(Rule.NEW_VEHICLES_SERVE, row.vintage, detail)

    def _no_vehicle_serves_past_its_maximum_age(self) -> Iterator[Violation]:
        for (vintage, year), vehicles in self.stock.items():
            policy = self.terms.policy(vintage.fleet, year)
            if policy.is_past_maximum(vintage.age_in(year)):
                detail = f"{vehicles} serve in {year} at age {vintage.age_in(year)}"
                yield broken(Rule.MAXIMUM_AGE, vintage, detail)

    def _no_vehicle_goes_in_a_freeze(self) -> Iterator[Violation]:
        for row in self.plan.disposals:
            if self.terms.is_frozen(row.vintage.fleet, row.financial_year):
                detail = f"{row.vehicles} go in {row.financial_year}"
                yield broken(Rule.DISPOSAL_FREEZE, row.vintage, detail)

    def _no_fleet_exceeds_its_establishment(self) -> Iterator[Violation]:
        sizes: Counter[tuple[Fleet, int]] = Counter()
        for (vintage, year), vehicles in self.stock.items():
            sizes[vintage.fleet, year] += vehicles
        for (fleet, year), vehicles in sizes.items():
            maximum = self.terms.establishment(fleet, year).maximum
            if vehicles > maximum:
                detail = f"{vehicles} of {maximum} in {year}"
                yield broken(Rule.ESTABLISHMENT_MAXIMUM, fleet, detail)
