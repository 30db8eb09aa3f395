"""Rules of sites and duties: what hubs commission, where vehicles charge, what they can do."""

from collections.abc import Iterator
from itertools import product

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.problem import ChargingSite, Commissioning, TrustCode
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import PAR_PERMILLE
from services.capital.optimiser.terms.sites import Confined


class SiteRules(Rows):
    """Limits of places, and of what a technology is fit for."""

    def _each_hub_commissions_no_more_than_it_can(self) -> None:
        """Bought of what only some hubs take <= what those hubs take - committed."""
        for trust in sorted(self.terms.hubs):
            for confined, year in product(self.terms.confined(trust), self.terms.horizon):
                names = sorted(hub.hub_id or "" for hub in confined.hubs)
                self._limit(
                    self._bought_of(trust, confined, year),
                    self._capacity.hubs_left(trust, confined, year),
                    Rule.HUB_COMMISSIONING,
                    trust,
                    "+".join(names),
                    year,
                )

    def _bought_of(
        self, trust: TrustCode, confined: Confined[Commissioning], year: int
    ) -> Iterator[mathopt.LinearTypes]:
        for key, bought in self.variables.bought_in[year]:
            option = self.terms.options[key.option_id]
            if key.trust == trust and option.vehicle_type in confined.vehicle_types:
                yield bought
        for row, cancelled in self._cancelled():
            is_theirs = (row.trust, row.financial_year) == (trust, year)
            if is_theirs and row.vehicle_type in confined.vehicle_types:
                yield -cancelled

    def _zero_emission_vehicles_have_chargers(self) -> None:
        """Zero emission kept of what only some sites take <= what charges at those sites."""
        for trust in sorted(self.terms.sites):
            for confined, year in product(
                self.terms.confined_to_chargers(trust), self.terms.horizon
            ):
                names = ["+".join(site.site_id for site in confined.hubs)]
                places = [-1 * self._charged_permille(site, year) for site in confined.hubs]
                kept = (PAR_PERMILLE * part for part in self._clean(trust, confined, year))
                named = names if self.terms.stations(trust) else []
                self._limit([*kept, *places], 0, Rule.CHARGER_CAPACITY, trust, *named, year)

    def _sites_at_hubs_charge_whole_vehicles(self) -> None:
        """Charged <= vehicles per charger x (chargers + bought so far)."""
        for (site_id, year), charged in self.variables.charged.items():
            site = self.terms.site_by_id[site_id]
            served = site.vehicles_per_charger_permille * self._chargers(site, year)
            parts = PAR_PERMILLE * charged, -1 * served
            self._limit(parts, 0, Rule.CHARGER_CAPACITY, site_id, year)

    def _charged_permille(self, site: ChargingSite, year: int) -> mathopt.LinearTypes:
        """Return how many vehicles can charge at the site, in thousandths: at a hub, whole ones."""
        charged = self.variables.charged.get((site.site_id, year))
        if charged is not None:
            return PAR_PERMILLE * charged
        if site.hub_id is None or not site.vehicles_per_charger_permille % PAR_PERMILLE:
            return site.vehicles_per_charger_permille * self._chargers(site, year)
        served = site.vehicles_per_charger_permille * self.terms.chargers(site, year)
        return served - served % PAR_PERMILLE

    def _sites_hold_no_more_chargers_than_their_grid_carries(self) -> None:
        """Chargers + bought so far <= most."""
        for sites in self.terms.sites.values():
            for site, year in product(sites, self.terms.horizon):
                most = self.terms.most_chargers(site, year)
                bought = self._chargers_bought(site, year)
                left = max(0, most - self.terms.chargers(site, year))
                self._limit(bought, left, Rule.GRID_CAPACITY, site.site_id, year)

    def _hubs_take_no_more_power_than_their_grid_carries(self) -> None:
        """Kilowatts of chargers bought so far <= what is left of the connection, at each hub."""
        for (trust, hub_id), grid in self.terms.grids.items():
            sites = [site for site in self.terms.sites[trust] if site.hub_id == hub_id]
            for year in self.terms.horizon:
                bought = [
                    site.kilowatts * charge
                    for site in sites
                    for charge in self._chargers_bought(site, year)
                ]
                taken = sum(site.kilowatts * self.terms.chargers(site, year) for site in sites)
                left = max(0, self.terms.grid_kilowatts(grid, year) - taken)
                self._limit(bought, left, Rule.GRID_CAPACITY, trust, hub_id, year)

    def _technologies_do_no_more_duties_than_they_fit(self) -> None:
        """Kept of the technology <= share x kept."""
        for fleet, year in product(self.terms.fleets, self.terms.horizon):
            for technology in sorted(self.terms.technologies):
                share = self.terms.duty_share_permille(fleet, technology, year)
                if share is None:
                    continue
                parts = [
                    (PAR_PERMILLE * (vintage.technology == technology) - share)
                    * self.variables.keep[vintage, year]
                    for vintage in self._vintages_serving(fleet, year)
                    if not vintage.in_reserve
                ]
                self._limit(parts, 0, Rule.DUTY_FIT, *fleet, technology, year)

    def _chargers(self, site: ChargingSite, year: int) -> mathopt.LinearTypes:
        bought = mathopt.fast_sum(self._chargers_bought(site, year))
        return bought + self.terms.chargers(site, year)

    def _chargers_bought(self, site: ChargingSite, year: int) -> Iterator[mathopt.Variable]:
        for key, bought in self.variables.charge.items():
            if key.site_id == site.site_id and key.financial_year <= year:
                yield bought

    def _clean(
        self, trust: TrustCode, confined: Confined[ChargingSite], year: int
    ) -> Iterator[mathopt.Variable]:
        for vintage in self.variables.vintages:
            there = vintage.trust == trust and vintage.vehicle_type in confined.vehicle_types
            serves = there and vintage.entry_year <= year
            if serves and self.terms.is_zero_emission(vintage.technology):
                yield self.variables.keep[vintage, year]
