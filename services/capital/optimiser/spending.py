"""What decisions score against each envelope and ceiling, and what is carried forward."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.flows import Flows
from services.capital.optimiser.plan import CeilingUse, EnvelopeUse, Purchase
from services.capital.optimiser.problem import Envelope, EnvelopeId


class Spending:
    """Money by envelope, exactly, whether or not it keeps within limits."""

    def __init__(self, flows: Flows) -> None:
        self._terms: Final = flows.terms
        self._capacity: Final = Capacity(flows.terms)
        self._spent: Final[Counter[EnvelopeId]] = Counter()
        self._vehicles: Final[Counter[EnvelopeId]] = Counter()
        for row in flows.decisions.purchases:
            for payer, pence in self._payments(flows, row):
                self._spent[payer] += row.vehicles * pence
            self._vehicles[row.envelope_id] += row.vehicles

        for bought in flows.decisions.chargers:
            site = self._terms.site_by_id[bought.site_id]
            price = self._terms.charger_price_pence(site, bought.financial_year)
            self._spent[bought.envelope_id] += bought.chargers * price
        for moved in flows.remounts():
            price = self._terms.remount_price_pence(moved.source, moved.financial_year)
            self._spent[moved.envelope_id] += moved.vehicles * price
        self._proceeds: Final = self._received(flows)

    def envelope_uses(self) -> Iterator[EnvelopeUse]:
        return map(self._envelope_use, self._terms.envelopes.values())

    def ceiling_uses(self) -> Iterator[CeilingUse]:
        for ceiling in self._terms.money.ceilings.values():
            committed = ceiling.limit_pence - self._capacity.ceiling_left(ceiling)
            spent = sum(self._spent[name] for name in ceiling.envelope_ids)
            yield CeilingUse(
                ceiling_id=ceiling.ceiling_id,
                limit_pence=ceiling.limit_pence,
                committed_pence=committed,
                spent_pence=spent,
                headroom_pence=ceiling.limit_pence - committed - spent,
            )

    def _envelope_use(self, envelope: Envelope) -> EnvelopeUse:
        return EnvelopeUse(
            envelope_id=envelope.envelope_id,
            financial_year=envelope.financial_year,
            allocation_pence=envelope.allocation_pence,
            committed_pence=self._capacity.committed_pence(envelope),
            spent_pence=self._spent[envelope.envelope_id],
            headroom_pence=self._headroom(envelope),
            vehicles=self._vehicles[envelope.envelope_id],
            indicative=envelope.indicative,
            usable_pence=envelope.usable_pence,
            carried_in_pence=self._carried_in(envelope),
            carried_out_pence=self._carried_out(envelope),
            proceeds_pence=self._proceeds.get(envelope.envelope_id, 0),
        )

    def _payments(self, flows: Flows, row: Purchase) -> Iterator[tuple[EnvelopeId, int]]:
        option = self._terms.options[row.option_id]
        price = flows.price_pence(row)
        envelope = self._terms.envelopes[row.envelope_id]
        year = row.delivery_year
        for payer, pence in self._terms.money.payments(envelope, row.trust, option, year, price):
            yield payer.envelope_id, pence

    def _received(self, flows: Flows) -> dict[EnvelopeId, int]:
        return {
            envelope.envelope_id: sum(
                vehicles * self._terms.proceeds_pence(envelope, vintage, year)
                for (vintage, year), vehicles in flows.disposed.items()
            )
            for envelope in self._terms.envelopes.values()
            if envelope.proceeds_permille
        }

    def _headroom(self, envelope: Envelope) -> int:
        own = self._capacity.money_left(envelope) - self._spent[envelope.envelope_id]
        proceeds = self._proceeds.get(envelope.envelope_id, 0)
        return own + self._carried_in(envelope) + proceeds

    def _carried_in(self, envelope: Envelope) -> int:
        return sum(map(self._carried_out, self._terms.money.carrying_to(envelope)))

    def _carried_out(self, envelope: Envelope) -> int:
        # More carried is never worse: what is not wanted stays unspent.
        if not self._terms.money.carries(envelope):
            return 0
        return max(0, min(envelope.carry_forward_pence, self._headroom(envelope)))
