"""What a plan leaves in each envelope, and which would be overspent if more were spent."""

from collections.abc import Iterator, Mapping
from typing import Final

from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Envelope, EnvelopeId
from services.capital.optimiser.terms import Terms


class Purses:
    """The money of a plan in pence, with what each year carries into the next."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._left: Final = {row.envelope_id: row.headroom_pence for row in plan.envelope_uses}
        self._own: Final = {
            row.envelope_id: row.headroom_pence - row.carried_in_pence for row in plan.envelope_uses
        }

    def overspent(self, spent: Mapping[EnvelopeId, int]) -> Iterator[EnvelopeId]:
        """Yield the envelopes that so much more spending overspends: less is carried forward."""
        lines = {
            (envelope.holder, envelope.fund): envelope
            for envelope in (self._terms.envelopes[name] for name in spent)
        }
        for one in lines.values():
            for envelope in self._line(one):
                left = self._headroom(envelope, spent)
                if left < 0 and left < self._left[envelope.envelope_id]:
                    yield envelope.envelope_id

    def _line(self, one: Envelope) -> Iterator[Envelope]:
        """Yield every envelope of the same holder and fund."""
        for envelope in self._terms.envelopes.values():
            if (envelope.holder, envelope.fund) == (one.holder, one.fund):
                yield envelope

    def _headroom(self, envelope: Envelope, spent: Mapping[EnvelopeId, int]) -> int:
        own = self._own[envelope.envelope_id] - spent.get(envelope.envelope_id, 0)
        before = self._terms.money.carrying_to(envelope)
        return own + sum(self._carried(row, spent) for row in before)

    def _carried(self, envelope: Envelope, spent: Mapping[EnvelopeId, int]) -> int:
        if not self._terms.money.carries(envelope):
            return 0
        return max(0, min(envelope.carry_forward_pence, self._headroom(envelope, spent)))
