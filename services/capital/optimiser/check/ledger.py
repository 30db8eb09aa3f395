"""A plan's money, added up again: what scores where, and what is carried from year to year."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Ceiling, Envelope, EnvelopeId
from services.capital.optimiser.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One envelope's year, in pence."""

    committed: int
    spent: int
    carried_in: int
    usable: int
    carried_out: int

    @property
    def held(self) -> int:
        return self.usable + self.carried_in

    @property
    def left(self) -> int:
        return self.held - self.committed - self.spent


class Ledger:
    """Every envelope's page, first year first, so that what is carried is known when it comes."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._committed: Final[Counter[EnvelopeId]] = Counter()
        self._spent: Final[Counter[EnvelopeId]] = Counter()
        for ordered in terms.problem.commitments:
            if ordered.envelope_id is not None:
                self._committed[ordered.envelope_id] += ordered.vehicles * ordered.price_pence
        for row in plan.purchases:
            price = terms.price_pence(terms.options[row.option_id], row.delivery_year)
            self._spent[row.envelope_id] += row.vehicles * price
        self._carried_in: Final[Counter[EnvelopeId]] = Counter()
        by_year = sorted(terms.problem.envelopes, key=lambda row: row.financial_year)
        self.pages: Final = {row.envelope_id: self._page(row) for row in by_year}

    def committed_under(self, ceiling: Ceiling) -> int:
        return sum(self._committed[name] for name in ceiling.envelope_ids)

    def spent_under(self, ceiling: Ceiling) -> int:
        return sum(self._spent[name] for name in ceiling.envelope_ids)

    def _page(self, envelope: Envelope) -> Page:
        name = envelope.envelope_id
        committed, spent = self._committed[name], self._spent[name]
        unspent = envelope.usable_pence + self._carried_in[name] - committed - spent
        heirs = self._terms.money.alike(envelope, envelope.financial_year + 1)
        carried = max(0, min(envelope.carry_forward_pence, unspent)) if len(heirs) == 1 else 0
        for heir in heirs:
            self._carried_in[heir.envelope_id] += carried
        return Page(
            committed=committed,
            spent=spent,
            carried_in=self._carried_in[name],
            usable=envelope.usable_pence,
            carried_out=carried,
        )
