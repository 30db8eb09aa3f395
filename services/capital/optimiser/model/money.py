"""Rules of money: what may be spent, by whom and when."""

from collections import defaultdict
from collections.abc import Iterator

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.problem import Envelope, EnvelopeId
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import MoveKind
from services.capital.optimiser.variables import PENCE_PER_POUND, Saving


class MoneyRules(Rows):
    """What envelopes pay for."""

    def _spending_stays_within_each_envelope(self) -> None:
        """Sum of price x bought + carried on <= usable - committed + carried in + proceeds."""
        spending = self._spending()
        for envelope in self.terms.envelopes.values():
            # Also where nothing can be bought: commitments alone may exceed an envelope.
            self._limit(
                [
                    *spending[envelope.envelope_id],
                    *self._carried(envelope),
                    *self._proceeds(envelope),
                ],
                self._capacity.money_left(envelope) / PENCE_PER_POUND,
                Rule.ENVELOPE_ALLOCATION,
                envelope.envelope_id,
            )

    def _spending_stays_under_each_ceiling(self) -> None:
        """Sum of price x bought, over all its envelopes <= limit - committed."""
        spending = self._spending()
        for ceiling in self.terms.money.ceilings.values():
            self._limit(
                [part for name in ceiling.envelope_ids for part in spending[name]],
                self._capacity.ceiling_left(ceiling) / PENCE_PER_POUND,
                Rule.SPENDING_CEILING,
                ceiling.ceiling_id,
            )

    def _spending(self) -> defaultdict[EnvelopeId, list[mathopt.LinearTypes]]:
        spending: defaultdict[EnvelopeId, list[mathopt.LinearTypes]] = defaultdict(list)
        for key, bought in self.variables.buy.items():
            option = self.terms.options[key.option_id]
            price = self.terms.price_pence(option, key.delivery_year)
            envelope = self.terms.envelopes[key.envelope_id]
            payments = self.terms.money.payments(
                envelope, key.trust, option, key.delivery_year, price
            )
            for payer, pence in payments:
                spending[payer.envelope_id].append(pence / PENCE_PER_POUND * bought)
        for charge, chargers in self.variables.charge.items():
            site = self.terms.site_by_id[charge.site_id]
            price = self.terms.charger_price_pence(site, charge.financial_year)
            spending[charge.envelope_id].append(price / PENCE_PER_POUND * chargers)
        for move, moved in self.variables.move.items():
            if move.kind is MoveKind.REMOUNT:
                price = self.terms.remount_price_pence(move.source, move.year)
                spending[move.envelope_id].append(price / PENCE_PER_POUND * moved)
        for row, cancelled in self._cancelled():
            if row.envelope_id is not None:
                spending[row.envelope_id].append(-row.price_pence / PENCE_PER_POUND * cancelled)
        for saving, saved in self.variables.saving.items():
            for payer_id, pence in self._saved_pence(saving):
                spending[payer_id].append(-pence / PENCE_PER_POUND * saved)
        return spending

    def _saved_pence(self, key: Saving) -> Iterator[tuple[EnvelopeId, int]]:
        """Yield what each envelope pays less for one vehicle at the tier's price."""
        option = self.terms.options[key.buy.option_id]
        year = key.buy.delivery_year
        envelope = self.terms.envelopes[key.buy.envelope_id]
        full = self.terms.price_pence(option, year)
        less = self.terms.volume_price_pence(option, year, key.tier.from_vehicles)
        before, after = (
            self.terms.money.payments(envelope, key.buy.trust, option, year, price)
            for price in (full, less)
        )
        for (payer, pence), (_, remaining) in zip(before, after, strict=True):
            yield payer.envelope_id, pence - remaining

    def _proceeds(self, envelope: Envelope) -> Iterator[mathopt.LinearTypes]:
        if not envelope.proceeds_permille:
            return
        for (vintage, year), disposed in self.variables.dispose.items():
            pence = self.terms.proceeds_pence(envelope, vintage, year)
            if pence:
                yield -pence / PENCE_PER_POUND * disposed

    def _carried(self, envelope: Envelope) -> Iterator[mathopt.LinearTypes]:
        """Yield what leaves for the year after, less what came from the year before."""
        carried = self.variables.carried
        if envelope.envelope_id in carried:
            yield carried[envelope.envelope_id]
        for before in self.terms.money.carrying_to(envelope):
            if before.envelope_id in carried:
                yield -carried[before.envelope_id]
