"""Chargers that can be bought, and those a plan buys."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from services.capital.optimiser.cancelling import without_cancellable
from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.problem import ChargingSite, EnvelopeId, SiteId
from services.capital.optimiser.terms import PAR_PERMILLE, Terms


class Charge(NamedTuple):
    """Chargers bought for one site in one year from one envelope."""

    site_id: SiteId
    financial_year: int
    envelope_id: EnvelopeId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ChargersBought:
    site_id: SiteId
    financial_year: int
    envelope_id: EnvelopeId
    chargers: int

    @property
    def key(self) -> Charge:
        return Charge(self.site_id, self.financial_year, self.envelope_id)


def charger_purchases(terms: Terms) -> Iterator[tuple[Charge, int]]:
    """Yield every purchase of chargers that may be made, with the most it can be of."""
    capacity = Capacity(without_cancellable(terms))
    places = (
        (site, year) for rows in terms.sites.values() for site in rows for year in terms.horizon
    )
    for (site, year), envelope in product(places, terms.envelopes.values()):
        price_pence = terms.charger_price_pence(site, year)
        if price_pence and terms.pays_for_chargers(envelope, site.trust, year):
            affordable = capacity.most_spent(envelope) // price_pence
            most = min(affordable, _room(terms, site, year))
            if most > 0:
                yield Charge(site.site_id, year, envelope.envelope_id), most


def _room(terms: Terms, site: ChargingSite, year: int) -> int:
    """Return how many more chargers the site's grid carries, from the year on."""
    later = range(year, terms.horizon.stop)
    return min(terms.most_chargers(site, when) - terms.chargers(site, when) for when in later)


def odd_rooms(terms: Terms, charges: Iterable[Charge]) -> Iterator[tuple[ChargingSite, int, int]]:
    """Yield each site at a hub, year and most vehicles, where what is bought may serve half ones.

    A site at a hub charges whole vehicles: what its chargers serve, rounded down.
    """
    since = {site_id: min(group) for site_id, group in _years_by_site(charges).items()}
    for site_id, first in since.items():
        site = terms.site_by_id[site_id]
        if site.hub_id is not None and site.vehicles_per_charger_permille % PAR_PERMILLE:
            for year in range(first, terms.horizon.stop):
                most = max(terms.chargers(site, year), terms.most_chargers(site, year))
                yield site, year, site.vehicles_per_charger_permille * most // PAR_PERMILLE


def _years_by_site(charges: Iterable[Charge]) -> dict[SiteId, set[int]]:
    years: defaultdict[SiteId, set[int]] = defaultdict(set)
    for charge in charges:
        years[charge.site_id].add(charge.financial_year)
    return years
