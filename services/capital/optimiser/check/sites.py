"""What a plan asks of hubs and technologies, and who buys chargers, against what may be."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from services.capital.optimiser.check.placing import most_placed
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.problem import DutyFit, TrustCode, TypeCode
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet


class SiteCheck(Statement):
    """Limits of places, and of what a technology is fit for."""

    def _each_hub_commissions_no_more_than_it_can(self) -> Iterator[Violation]:
        problem = self.terms.problem
        trusts = {row.trust for row in problem.commissioning if row.hub_id is not None}
        for trust, place in product(sorted(trusts), range(problem.years)):
            year = problem.first_financial_year + place
            coming: Counter[TypeCode] = Counter()
            for vintage, vehicles in self.delivered.items():
                if (vintage.trust, vintage.entry_year) == (trust, year):
                    coming[vintage.vehicle_type] += vehicles
            hubs = [
                (row.vehicle_types, row.vehicles[place])
                for row in problem.commissioning
                if row.trust == trust and row.hub_id is not None
            ]
            placed = most_placed(coming, hubs)
            if placed < coming.total():
                detail = f"{placed} of {coming.total()} find a hub in {year}"
                yield broken(Rule.HUB_COMMISSIONING, trust, detail)

    def _chargers_are_bought_by_who_may(self) -> Iterator[Violation]:
        sites = {row.site_id: row for row in self.terms.problem.charging_sites}
        for row in self.plan.chargers:
            site, envelope = sites[row.site_id], self.terms.envelopes[row.envelope_id]
            here = not envelope.trusts or site.trust in envelope.trusts
            whole = not envelope.vehicle_types and not envelope.technologies
            if not (here and whole and envelope.financial_year == money_year(row.financial_year)):
                detail = f"pays for chargers at {site.site_id} in {row.financial_year}"
                yield broken(Rule.ENVELOPE_ELIGIBILITY, row.envelope_id, detail)
            place = row.financial_year - self.terms.problem.first_financial_year
            if not (site.price_pence and site.price_pence[place]):
                detail = f"sells no charger in {row.financial_year}"
                yield broken(Rule.GRID_CAPACITY, site.site_id, detail)

    def _technologies_do_no_more_duties_than_they_fit(self) -> Iterator[Violation]:
        serving: Counter[tuple[Fleet, int, str]] = Counter()
        every: Counter[tuple[Fleet, int]] = Counter()
        for row in self.plan.stock:
            if not row.in_reserve:
                fleet = row.vintage.fleet
                serving[fleet, row.financial_year, row.technology] += row.vehicles
                every[fleet, row.financial_year] += row.vehicles
        for (fleet, year, technology), vehicles in serving.items():
            share = self._duty_share(fleet, technology, year)
            if vehicles * 1000 > share * every[fleet, year]:
                detail = f"{vehicles} of {every[fleet, year]} are {technology} in {year}"
                yield broken(Rule.DUTY_FIT, fleet, detail)

    def _duty_share(self, fleet: Fleet, technology: str, year: int) -> int:
        def rows(trust: TrustCode | None) -> list[DutyFit]:
            return [
                row
                for row in self.terms.problem.duty_fits
                if (row.trust, row.vehicle_type, row.technology)
                == (trust, fleet.vehicle_type, technology)
                and row.from_financial_year <= year
            ]

        begun = rows(fleet.trust) or rows(None)
        begun.sort(key=lambda row: row.from_financial_year)
        return begun[-1].share_permille if begun else 1000
