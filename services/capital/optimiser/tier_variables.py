"""The decision variables of prices by volume: which tiers are reached, and what pays them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.cancelling import without_cancellable
from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.problem import PriceTier
from services.capital.optimiser.purchase_keys import Buy, Saving, label
from services.capital.optimiser.terms import Fleet, Terms
from services.capital.optimiser.terms.prices import Batch


class TierVariables:
    """Whether each batch reaches each tier, and the vehicles of each purchase that pay its price.

    `fleet_of`: whose each is; those of a batch over several trusts are nobody's.
    """

    def __init__(
        self, terms: Terms, model: mathopt.Model, buy: Mapping[Buy, mathopt.Variable]
    ) -> None:
        self._terms: Final = terms
        self._model: Final = model
        self._buy: Final = buy
        self._capacity: Final = Capacity(without_cancellable(terms))
        self.fleet_of: Final[dict[mathopt.Variable, Fleet]] = {}
        self.reached: Final = self._reached()
        self.saving: Final = {key: self._saved(key) for key in self._savings()}

    def _reached(self) -> dict[tuple[Batch, PriceTier], mathopt.Variable]:
        """Whether a batch is large enough for each of its tiers, where it could be."""
        most: Counter[Batch] = Counter()
        for key, bought in self._buy.items():
            most[self._batch(key)] += round(bought.upper_bound)
        return {
            (batch, tier): self._at_tier(batch, tier)
            for batch in most
            for tier in self._terms.options[batch.option_id].price_tiers
            if tier.from_vehicles <= most[batch]
        }

    def _at_tier(self, batch: Batch, tier: PriceTier) -> mathopt.Variable:
        name = label("tier", (*batch, tier.from_vehicles))
        reached = self._model.add_binary_variable(name=name)
        if batch.trust is not None:
            option = self._terms.options[batch.option_id]
            self.fleet_of[reached] = Fleet(batch.trust, option.vehicle_type)
        return reached

    def _savings(self) -> Iterator[Saving]:
        for key in self._buy:
            batch = self._batch(key)
            for tier in self._terms.options[key.option_id].price_tiers:
                if (batch, tier) in self.reached:
                    yield Saving(key, batch, tier)

    def _most_at(self, key: Saving) -> int:
        """Return the most that money buys at the tier's price: a dearer one buys fewer."""
        option = self._terms.options[key.buy.option_id]
        envelope = self._terms.envelopes[key.buy.envelope_id]
        price = self._terms.volume_price_pence(option, *key.at)
        affordable = self._capacity.affordable(
            key.buy.trust, option, envelope, key.buy.delivery_year, price
        )
        return min(round(self._buy[key.buy].upper_bound), affordable)

    def _saved(self, key: Saving) -> mathopt.Variable:
        buy = key.buy
        most = self._most_at(key)
        name = label("saving", (*buy, key.tier.from_vehicles))
        saved = self._model.add_integer_variable(lb=0, ub=most, name=name)
        vehicle_type = self._terms.options[buy.option_id].vehicle_type
        self.fleet_of[saved] = Fleet(buy.trust, vehicle_type)
        return saved

    def _batch(self, key: Buy) -> Batch:
        option = self._terms.options[key.option_id]
        return self._terms.batch(key.trust, option, key.delivery_year)
