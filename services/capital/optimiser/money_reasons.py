"""Why money does not pay for one more vehicle: an envelope, a ceiling, or the size of an order."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Envelope, Option, OptionId, TrustCode
from services.capital.optimiser.problem.periods import label
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Terms

PENCE_PER_POUND: Final = 100


class MoneyLeft:
    """What a plan leaves of envelopes and ceilings, and what stands in the way of spending it."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._envelopes: Final = {row.envelope_id: row.headroom_pence for row in plan.envelope_uses}
        self._ceilings: Final = {row.ceiling_id: row.headroom_pence for row in plan.ceiling_uses}
        self._bought: Final[Counter[tuple[TrustCode, OptionId, int]]] = Counter()
        for row in plan.purchases:
            self._bought[row.trust, row.option_id, row.delivery_year] += row.vehicles

    def hindrances(self, trust: TrustCode, option: Option, year: int) -> Iterator[tuple[Rule, str]]:
        """Yield the rule that is in the way of one more of the option, and what it says."""
        envelopes = list(self._terms.envelopes_for(trust, option, year))
        named = f"{option.option_id} at £{self._price(option, year) // PENCE_PER_POUND:,}"
        able = [row for row in envelopes if self._pays(row, trust, option, year)]
        if not able:
            sentence = f"no envelope of {label(year)} has room for one more {named}"
            yield Rule.ENVELOPE_ALLOCATION, sentence
        elif blocking := self._ceilings_over(able, trust, option, year):
            sentence = f"{blocking} leaves no room for one more {named} in {label(year)}"
            yield Rule.SPENDING_CEILING, sentence
        elif self._is_too_lumpy(able, trust, option, year):
            sentence = f"{label(year)} has no room for {option.minimum_order} {named}"
            yield Rule.MINIMUM_ORDER, sentence

    def _price(self, option: Option, year: int) -> int:
        return self._terms.price_pence(option, year)

    def _pays(self, envelope: Envelope, trust: TrustCode, option: Option, year: int) -> bool:
        """Whether every part of one vehicle's price has room where it scores."""
        paid = self._terms.money.payments(envelope, trust, option, self._price(option, year))
        return bool(paid) and all(
            self._envelopes[payer.envelope_id] >= pence for payer, pence in paid
        )

    def _ceilings_over(
        self, able: list[Envelope], trust: TrustCode, option: Option, year: int
    ) -> str:
        """Return the ceilings that are in the way of every envelope; none where one is free."""
        price = self._price(option, year)
        full = {
            envelope.envelope_id: [
                ceiling.ceiling_id
                for payer, pence in self._terms.money.payments(envelope, trust, option, price)
                for ceiling in self._terms.money.ceilings_over(payer)
                if self._ceilings[ceiling.ceiling_id] < pence
            ]
            for envelope in able
        }
        named = sorted({name for names in full.values() for name in names})
        return " and ".join(named) if all(full.values()) else ""

    def _is_too_lumpy(
        self, able: list[Envelope], trust: TrustCode, option: Option, year: int
    ) -> bool:
        price = self._price(option, year)
        affordable = sum(self._envelopes[row.envelope_id] // price for row in able)
        is_ordered = self._bought[trust, option.option_id, year] > 0
        return not is_ordered and affordable < option.minimum_order
