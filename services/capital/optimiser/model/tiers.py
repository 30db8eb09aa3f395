"""Rules of prices by volume: what must be bought together for a price."""

from collections import defaultdict
from math import inf

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms.prices import Batch


class TierRules(Rows):
    """Who buys enough, alone or together, for a lower price."""

    def _vehicles_cost_less_where_enough_are_bought(self) -> None:
        """Tier x reached <= bought at its price, of all together; and each no more than bought."""
        self._each_purchase_has_one_price()
        self._lower_prices_are_of_large_batches()
        self._a_batch_has_one_price()

    def _each_purchase_has_one_price(self) -> None:
        """Bought at lower prices <= bought; and none at a price that is not reached."""
        at_lower: defaultdict[object, list[mathopt.Variable]] = defaultdict(list)
        for key, saved in self.variables.saving.items():
            at_lower[key.buy].append(saved)
            reached = self.variables.reached[key.batch, key.tier]
            name = (*key.buy, key.tier.from_vehicles)
            parts = [(1, saved), (-saved.upper_bound, reached)]
            self._row(parts, -inf, 0, Rule.PRICE_TIER, *name, "only")
        for buy, bought in self.variables.buy.items():
            if at_lower[buy]:
                lower = [(1.0, saved) for saved in at_lower[buy]]
                self._row([*lower, (-1.0, bought)], -inf, 0, Rule.PRICE_TIER, *buy)

    def _lower_prices_are_of_large_batches(self) -> None:
        """Bought at the tier's price, by all of the batch >= its vehicles x reached."""
        together: defaultdict[object, list[mathopt.Variable]] = defaultdict(list)
        for key, saved in self.variables.saving.items():
            together[key.batch, key.tier].append(saved)
        for (batch, tier), reached in self.variables.reached.items():
            parts = mathopt.fast_sum(together[batch, tier])
            least = tier.from_vehicles * reached
            self._require(parts >= least, Rule.PRICE_TIER, *batch, tier.from_vehicles, "from")

    def _a_batch_has_one_price(self) -> None:
        """Reached <= 1, over a batch's tiers: all of it is at one price."""
        tiers: defaultdict[Batch, list[mathopt.Variable]] = defaultdict(list)
        for (batch, _), reached in self.variables.reached.items():
            tiers[batch].append(reached)
        for batch, all_of_them in tiers.items():
            self._limit(all_of_them, 1, Rule.PRICE_TIER, *batch, "one")
