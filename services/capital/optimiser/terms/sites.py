"""What hubs can commission, sites can charge and technologies can do."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Generic, NamedTuple, TypeVar

from services.capital.optimiser.problem import (
    ChargingSite,
    Commissioning,
    DutyFit,
    Envelope,
    GridConnection,
    HubId,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.terms.keys import Fleet, OfProblem

Hub = TypeVar("Hub", Commissioning, ChargingSite)


class Confined(NamedTuple, Generic[Hub]):
    """Types that only some hubs or sites of a trust take, and those."""

    vehicle_types: frozenset[TypeCode]
    hubs: tuple[Hub, ...]


class SiteTerms(OfProblem):
    """The look-ups of sites and duties."""

    @cached_property
    def hubs(self) -> Mapping[TrustCode, list[Commissioning]]:
        """Every hub that has a row of its own, by trust."""
        hubs: defaultdict[TrustCode, list[Commissioning]] = defaultdict(list)
        for row in self.problem.commissioning:
            if row.hub_id is not None:
                hubs[row.trust].append(row)
        return hubs

    def confined(self, trust: TrustCode) -> Iterator[Confined[Commissioning]]:
        """Yield the types that some hubs alone bring into service, for every choice of hubs."""
        return self._confined_to(self.hubs.get(trust, ()))

    def confined_to_chargers(self, trust: TrustCode) -> Iterator[Confined[ChargingSite]]:
        """Yield the types that charge at some sites alone, for every choice of sites."""
        return self._confined_to(self.sites.get(trust, ()))

    def _confined_to(self, hubs: Iterable[Hub]) -> Iterator[Confined[Hub]]:
        """Yield the types that only some hubs take, for every choice of hubs.

        Vehicles find their hubs exactly when, for each choice, those that only it can take
        are no more than it takes: Hall's theorem, with hubs that take the same types as one.
        """
        alike: defaultdict[frozenset[TypeCode], list[Hub]] = defaultdict(list)
        every = frozenset(row.code for row in self.problem.vehicle_types)
        for hub in hubs:
            alike[frozenset(hub.vehicle_types) or every].append(hub)
        for chosen in _choices(sorted(alike, key=sorted)):
            elsewhere = frozenset().union(*(types for types in alike if types not in chosen))
            alone = every - elsewhere
            if alone:
                yield Confined(alone, tuple(hub for types in chosen for hub in alike[types]))

    @cached_property
    def site_by_id(self) -> Mapping[SiteId, ChargingSite]:
        return {row.site_id: row for row in self.problem.charging_sites}

    @cached_property
    def sites(self) -> Mapping[TrustCode, list[ChargingSite]]:
        sites: defaultdict[TrustCode, list[ChargingSite]] = defaultdict(list)
        for row in sorted(self.problem.charging_sites, key=lambda row: row.site_id):
            sites[row.trust].append(row)
        return sites

    def stations(self, trust: TrustCode) -> bool:
        """Whether each zero-emission vehicle of the trust charges at one site: some are at hubs."""
        return any(site.hub_id for site in self.sites.get(trust, ()))

    @cached_property
    def grids(self) -> Mapping[tuple[TrustCode, HubId | None], GridConnection]:
        """The grid connection of each hub that has one, by trust and hub."""
        return {(row.trust, row.hub_id): row for row in self.problem.grid_connections}

    def grid_kilowatts(self, grid: GridConnection, year: int) -> int:
        return grid.kilowatts[year - self.problem.first_financial_year]

    def chargers(self, site: ChargingSite, year: int) -> int:
        return site.chargers[year - self.problem.first_financial_year]

    def most_chargers(self, site: ChargingSite, year: int) -> int:
        """Return the most chargers the site's grid carries in the year, bought ones included."""
        grid = self.grids.get((site.trust, site.hub_id))
        if grid and not site.maximum:
            return self.grid_kilowatts(grid, year) // site.kilowatts
        table = site.maximum or site.chargers
        return table[year - self.problem.first_financial_year]

    def charger_price_pence(self, site: ChargingSite, year: int) -> int:
        """Return the price of one more charger; 0: none is for sale."""
        if not site.price_pence:
            return 0
        return site.price_pence[year - self.problem.first_financial_year]

    def pays_for_chargers(self, envelope: Envelope, trust: TrustCode, year: int) -> bool:
        """Whether the envelope may buy chargers: not one that is for some vehicles only."""
        narrowed = envelope.vehicle_types or envelope.technologies
        here = trust in (envelope.trusts or (trust,))
        return here and not narrowed and envelope.financial_year == money_year(year)

    def duty_share_permille(
        self, fleet: Fleet, technology: TechnologyCode, year: int
    ) -> int | None:
        """Return the share of the fleet's duties the technology can do; None: all of them."""
        rows = [
            row
            for row in self.problem.duty_fits
            if (row.vehicle_type, row.technology) == (fleet.vehicle_type, technology)
            and row.from_financial_year <= year
        ]
        in_force = _latest([row for row in rows if row.trust == fleet.trust])
        in_force = in_force or _latest([row for row in rows if row.trust is None])
        return in_force.share_permille if in_force else None


def _choices(
    groups: Sequence[frozenset[TypeCode]],
) -> Iterator[tuple[frozenset[TypeCode], ...]]:
    for size in range(len(groups) + 1):
        yield from combinations(groups, size)


def _latest(rows: Sequence[DutyFit]) -> DutyFit | None:
    return max(rows, key=lambda row: row.from_financial_year, default=None)
