"""What variables about purchases are by, and the names of variables and rows."""

from collections.abc import Iterable
from typing import NamedTuple

from services.capital.optimiser.problem import EnvelopeId, OptionId, PriceTier, TrustCode
from services.capital.optimiser.terms.prices import Batch


class Buy(NamedTuple):
    """Vehicles of one option delivered to one trust in one year and paid from one envelope."""

    trust: TrustCode
    option_id: OptionId
    delivery_year: int
    envelope_id: EnvelopeId

    @property
    def order(self) -> "Order":
        return Order(self.trust, self.option_id, self.delivery_year)


class Saving(NamedTuple):
    """A purchase at the price from so many vehicles on; of all that are bought together."""

    buy: Buy
    batch: Batch
    tier: PriceTier

    @property
    def at(self) -> tuple[int, int]:
        """The year of delivery, and from how many vehicles on the price holds."""
        return self.buy.delivery_year, self.tier.from_vehicles


class Order(NamedTuple):
    """What one trust orders of one option for delivery in one year, from whichever envelopes."""

    trust: TrustCode
    option_id: OptionId
    delivery_year: int


def label(name: str, key: Iterable[object]) -> str:
    """Return the name of a variable or row, for the solver's own files and messages."""
    return f"{name}[{','.join(map(str, key))}]"
