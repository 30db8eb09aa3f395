"""Where a plan's vehicles charge, against chargers and the power that grids carry."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.plan import Stationed
from services.capital.optimiser.problem import ChargingSite, TrustCode, TypeCode
from services.capital.optimiser.rules import Rule, Violation


class ChargingCheck(Statement):
    """Every vehicle has a charger where it says, and no hub more than its grid carries."""

    def _zero_emission_vehicles_have_chargers(self) -> Iterator[Violation]:
        for trust, year in product(self.terms.problem.trusts, self.terms.horizon):
            sites = [row for row in self.terms.problem.charging_sites if row.trust == trust]
            at_hubs = [row for row in sites if row.hub_id is not None]
            others = [row for row in sites if row.hub_id is None]
            placed = self._placed(trust, year)
            if at_hubs:
                yield from self._all_are_stationed(trust, year, placed)
                yield from self._hubs_charge_what_is_there(at_hubs, year, placed)
                elsewhere = sum(row.vehicles for row in placed if not row.site_id)
                yield from self._others_charge_it(trust, others, year, elsewhere)
            elif placed:
                yield broken(Rule.CHARGER_CAPACITY, trust, f"stations vehicles at no hub in {year}")
            elif others:
                serving = self._clean(trust, year).total()
                yield from self._others_charge_it(trust, others, year, serving)

    def _all_are_stationed(
        self, trust: TrustCode, year: int, placed: Sequence[Stationed]
    ) -> Iterator[Violation]:
        serving, stated = self._clean(trust, year), Counter[TypeCode]()
        for row in placed:
            stated[row.vehicle_type] += row.vehicles
        for kind in sorted({*serving, *stated}):
            if serving[kind] != stated[kind]:
                detail = f"{stated[kind]} of {serving[kind]} {kind} have a charger in {year}"
                yield broken(Rule.CHARGER_CAPACITY, trust, detail)

    def _hubs_charge_what_is_there(
        self, sites: Sequence[ChargingSite], year: int, placed: Sequence[Stationed]
    ) -> Iterator[Violation]:
        known = {site.site_id for site in sites}
        for row in placed:
            if row.site_id and row.site_id not in known:
                yield broken(Rule.CHARGER_CAPACITY, row.site_id, f"is no hub's of {row.trust}")
        for site in sites:
            here = [row for row in placed if row.site_id == site.site_id]
            vehicles = sum(row.vehicles for row in here)
            room_permille = site.vehicles_per_charger_permille * self._there(site, year)
            if vehicles * 1000 > room_permille:
                detail = f"{vehicles} of {room_permille // 1000} charge at {site.hub_id} in {year}"
                yield broken(Rule.CHARGER_CAPACITY, site.site_id, detail)
            for row in here:
                if site.vehicle_types and row.vehicle_type not in site.vehicle_types:
                    detail = f"takes no {row.vehicle_type} at {site.hub_id}"
                    yield broken(Rule.CHARGER_CAPACITY, site.site_id, detail)

    def _others_charge_it(
        self, trust: TrustCode, sites: Sequence[ChargingSite], year: int, vehicles: int
    ) -> Iterator[Violation]:
        room_permille = sum(
            row.vehicles_per_charger_permille * self._there(row, year) for row in sites
        )
        if vehicles * 1000 > room_permille:
            detail = f"{vehicles} where {room_permille / 1000:g} can charge in {year}"
            yield broken(Rule.CHARGER_CAPACITY, trust, detail)

    def _sites_hold_no_more_chargers_than_their_grid_carries(self) -> Iterator[Violation]:
        first = self.terms.problem.first_financial_year
        connected = {(row.trust, row.hub_id) for row in self.terms.problem.grid_connections}
        for row in self.terms.problem.charging_sites:
            if not row.maximum and (row.trust, row.hub_id) in connected:
                continue
            for year in self.terms.horizon:
                there = self._there(row, year)
                most = max((row.maximum or row.chargers)[year - first], row.chargers[year - first])
                if there > most:
                    detail = f"{there} of {most} in {year}"
                    yield broken(Rule.GRID_CAPACITY, row.site_id, detail)

    def _hubs_take_no_more_power_than_their_grid_carries(self) -> Iterator[Violation]:
        first = self.terms.problem.first_financial_year
        for grid in self.terms.problem.grid_connections:
            hub = grid.trust, grid.hub_id
            sites = [
                row for row in self.terms.problem.charging_sites if (row.trust, row.hub_id) == hub
            ]
            for year in self.terms.horizon:
                taken = sum(row.kilowatts * self._there(row, year) for row in sites)
                anyway = sum(row.kilowatts * row.chargers[year - first] for row in sites)
                if taken > max(anyway, grid.kilowatts[year - first]):
                    detail = f"takes {taken} kW of {grid.kilowatts[year - first]} in {year}"
                    yield broken(Rule.GRID_CAPACITY, " ".join(hub), detail)

    def _there(self, site: ChargingSite, year: int) -> int:
        """How many chargers the site has in the year, bought ones included."""
        bought = sum(
            row.chargers
            for row in self.plan.chargers
            if row.site_id == site.site_id and row.financial_year <= year
        )
        return bought + site.chargers[year - self.terms.problem.first_financial_year]

    def _placed(self, trust: TrustCode, year: int) -> list[Stationed]:
        return [
            row for row in self.plan.stationed if (row.trust, row.financial_year) == (trust, year)
        ]

    def _clean(self, trust: TrustCode, year: int) -> Counter[TypeCode]:
        """How many zero-emission vehicles serve, by type."""
        serving: Counter[TypeCode] = Counter()
        for row in self.plan.stock:
            theirs = (row.trust, row.financial_year) == (trust, year)
            if theirs and self.terms.technologies[row.technology].zero_emission:
                serving[row.vehicle_type] += row.vehicles
        return serving
