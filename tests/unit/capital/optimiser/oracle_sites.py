"""Whether chargers and technologies can do what decisions ask, worked out row by row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.problem import ChargingSite, EnvelopeId, Problem
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.oracle_hubs import fit
from tests.unit.capital.optimiser.oracle_motion import Kind, Place
from tests.unit.capital.optimiser.oracle_tables import Tables, money_of


class Sites:
    """What a problem says of places, and of what a technology is fit for."""

    def __init__(self, problem: Problem, chargers: Sequence[ChargersBought]) -> None:
        self.problem: Final = problem
        self.chargers: Final = chargers
        self.first: Final = problem.first_financial_year

    def chargers_pence(self) -> Counter[EnvelopeId]:
        spent: Counter[EnvelopeId] = Counter()
        for row in self.chargers:
            spent[row.envelope_id] += row.chargers * self._price(row)
        return spent

    def chargers_weight(self) -> int:
        """Return what chargers cost, in 10^-12 pence."""
        tables = Tables(self.problem)
        paid = (
            row.chargers * self._price(row) * tables.discount(row.financial_year)
            for row in self.chargers
        )
        return sum(paid) * 10**6

    def buying(self) -> Iterator[Rule]:
        sites = {row.site_id: row for row in self.problem.charging_sites}
        envelopes = {row.envelope_id: row for row in self.problem.envelopes}
        for row in self.chargers:
            site, envelope = sites[row.site_id], envelopes[row.envelope_id]
            narrow = envelope.vehicle_types or envelope.technologies
            elsewhere = envelope.trusts and site.trust not in envelope.trusts
            if narrow or elsewhere or envelope.financial_year != money_of(row.financial_year):
                yield Rule.ENVELOPE_ELIGIBILITY
            if not self._price(row):
                yield Rule.GRID_CAPACITY

    def in_year(self, year: int, now: Mapping[Kind, int]) -> Iterator[Rule]:
        """Yield what is broken by the vehicles that serve in the year."""
        if any(self._unplugged(trust, year, now) for trust in self.problem.trusts):
            yield Rule.CHARGER_CAPACITY
        for site in self.problem.charging_sites:
            there = site.chargers[year - self.first]
            carried = max(there, site.maximum[year - self.first] if site.maximum else there)
            of_hub = (site.trust, site.hub_id) in self._connected() and not site.maximum
            if self._there(site, year) > carried and not of_hub:
                yield Rule.GRID_CAPACITY
        if any(self._overloaded(trust, hub, year) for trust, hub in self._connected()):
            yield Rule.GRID_CAPACITY
        if self._unfit(year, now):
            yield Rule.DUTY_FIT

    def _price(self, row: ChargersBought) -> int:
        (site,) = (site for site in self.problem.charging_sites if site.site_id == row.site_id)
        return site.price_pence[row.financial_year - self.first] if site.price_pence else 0

    def _there(self, site: ChargingSite, year: int) -> int:
        bought = (
            row.chargers
            for row in self.chargers
            if row.site_id == site.site_id and row.financial_year <= year
        )
        return site.chargers[year - self.first] + sum(bought)

    def _connected(self) -> set[tuple[str, str | None]]:
        return {(row.trust, row.hub_id) for row in self.problem.grid_connections}

    def _overloaded(self, trust: str, hub: str | None, year: int) -> bool:
        place = year - self.first
        (most,) = (
            row.kilowatts[place]
            for row in self.problem.grid_connections
            if (row.trust, row.hub_id) == (trust, hub)
        )
        taken = before = 0
        for site in self.problem.charging_sites:
            if (site.trust, site.hub_id) == (trust, hub):
                taken += site.kilowatts * self._there(site, year)
                before += site.kilowatts * site.chargers[place]
        return taken > before and taken > most

    def _unplugged(self, trust: str, year: int, now: Mapping[Kind, int]) -> bool:
        """Whether no way to put each vehicle at one hub, or at the sites of none, is found."""
        clean = {row.code for row in self.problem.technologies if row.zero_emission}
        plugged = [
            kind.vehicle_type
            for kind, n in now.items()
            for _ in range(n)
            if kind.trust == trust and kind.technology in clean
        ]
        rooms: list[tuple[Sequence[str], int]] = []
        shared = 0
        for site in self.problem.charging_sites:
            permille = self._there(site, year) * site.vehicles_per_charger_permille
            if site.trust == trust and site.hub_id:
                rooms.append((site.vehicle_types, permille // 1000))
            elif site.trust == trust:
                shared += permille
        limited = any(site.trust == trust for site in self.problem.charging_sites)
        return limited and not fit(plugged, [*rooms, ((), shared // 1000)])

    def _unfit(self, year: int, now: Mapping[Kind, int]) -> bool:
        front = {kind: vehicles for kind, vehicles in now.items() if not kind.held}
        for kind in front:
            fleet = [n for other, n in front.items() if other.place == kind.place]
            alike = [
                n
                for other, n in front.items()
                if (other.place, other.technology) == (kind.place, kind.technology)
            ]
            if 1000 * sum(alike) > self._share(kind.place, kind.technology, year) * sum(fleet):
                return True
        return False

    def _share(self, place: Place, technology: str, year: int) -> int:
        trust, vehicle_type = place
        rows = [
            (row.trust is not None, row.from_financial_year, row.share_permille)
            for row in self.problem.duty_fits
            if (row.vehicle_type, row.technology) == (vehicle_type, technology)
            and row.trust in {trust, None}
            and row.from_financial_year <= year
        ]
        return max(rows, default=(False, 0, 1000))[2]
