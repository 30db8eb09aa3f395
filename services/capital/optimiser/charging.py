"""Chargers that can be bought, and those a plan buys."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from services.capital.optimiser.cancelling import without_cancellable
from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.problem import EnvelopeId, SiteId
from services.capital.optimiser.terms import Terms


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
            room = terms.most_chargers(site, terms.horizon[-1]) - terms.chargers(site, year)
            if min(affordable, room) > 0:
                yield Charge(site.site_id, year, envelope.envelope_id), min(affordable, room)
