"""Rules of money: what may be spent, by whom and when."""

from collections import defaultdict
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.rules import Rule

# Conditioning: money rows are in pounds, so that their numbers stay near those of vehicles.
PENCE_PER_POUND: Final = 100


class MoneyRules(Rows):
    """What envelopes pay for."""

    def _spending_stays_within_each_envelope(self) -> None:
        """Sum of price x bought <= allocation - committed."""
        spending: defaultdict[str, list[mathopt.LinearTypes]] = defaultdict(list)
        for key, bought in self.variables.buy.items():
            price = self.terms.price_pence(self.terms.options[key.option_id], key.delivery_year)
            spending[key.envelope_id].append(price / PENCE_PER_POUND * bought)
        for envelope in self.terms.envelopes.values():
            # Also where nothing can be bought: commitments alone may exceed an envelope.
            self._limit(
                spending[envelope.envelope_id],
                self._capacity.money_left(envelope) / PENCE_PER_POUND,
                Rule.ENVELOPE_ALLOCATION,
                envelope.envelope_id,
            )
