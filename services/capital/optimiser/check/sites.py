"""What a plan asks of hubs, chargers and technologies, against what they can do."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from services.capital.optimiser.check.placing import most_placed
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.problem import ChargingSite, DutyFit, TrustCode, TypeCode
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

    def _zero_emission_vehicles_have_chargers(self) -> Iterator[Violation]:
        for trust, year in product(self.terms.problem.trusts, self.terms.horizon):
            sites = [row for row in self.terms.problem.charging_sites if row.trust == trust]
            room_permille = sum(
                row.vehicles_per_charger_permille * self._chargers(row, year) for row in sites
            )
            clean = self._clean(trust, year)
            if sites and clean * 1000 > room_permille:
                detail = f"{clean} where {room_permille / 1000:g} can charge in {year}"
                yield broken(Rule.CHARGER_CAPACITY, trust, detail)

    def _sites_hold_no_more_chargers_than_their_grid_carries(self) -> Iterator[Violation]:
        first = self.terms.problem.first_financial_year
        for row in self.terms.problem.charging_sites:
            for year in self.terms.horizon:
                there = self._chargers(row, year)
                most = max((row.maximum or row.chargers)[year - first], row.chargers[year - first])
                if there > most:
                    detail = f"{there} of {most} in {year}"
                    yield broken(Rule.GRID_CAPACITY, row.site_id, detail)

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

    def _chargers(self, site: ChargingSite, year: int) -> int:
        bought = sum(
            row.chargers
            for row in self.plan.chargers
            if row.site_id == site.site_id and row.financial_year <= year
        )
        return bought + site.chargers[year - self.terms.problem.first_financial_year]

    def _clean(self, trust: TrustCode, year: int) -> int:
        return sum(
            row.vehicles
            for row in self.plan.stock
            if (row.trust, row.financial_year) == (trust, year)
            and self.terms.technologies[row.technology].zero_emission
        )
