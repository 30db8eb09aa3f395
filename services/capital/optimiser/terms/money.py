"""Whose money is whose: what follows on from an envelope, and what caps it.

Definitions only. What must hold of them is said in `model.money` and, independently, in
`check.money`.
"""

from collections import Counter, defaultdict
from typing import Final, TypeAlias

from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Envelope,
    EnvelopeId,
    Option,
    Problem,
    TrustCode,
)
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.terms.keys import PAR_PERMILLE, is_eligible

Line: TypeAlias = tuple[str, str, int]


class Money:
    """The envelopes and ceilings of one problem, in an order that does not depend on its rows'."""

    def __init__(self, problem: Problem) -> None:
        self.envelopes: Final[dict[EnvelopeId, Envelope]] = {
            row.envelope_id: row
            for row in sorted(problem.envelopes, key=lambda row: row.envelope_id)
        }
        self.ceilings: Final[dict[CeilingId, Ceiling]] = {
            row.ceiling_id: row for row in sorted(problem.ceilings, key=lambda row: row.ceiling_id)
        }
        self._of_line: Final[defaultdict[Line, list[Envelope]]] = defaultdict(list)
        for row in self.envelopes.values():
            self._of_line[row.holder, row.fund, row.financial_year].append(row)
        self._ceilings_over: Final[defaultdict[EnvelopeId, list[Ceiling]]] = defaultdict(list)
        for ceiling in self.ceilings.values():
            for envelope_id in ceiling.envelope_ids:
                self._ceilings_over[envelope_id].append(ceiling)

    def alike(self, envelope: Envelope, year: int) -> list[Envelope]:
        """Return the envelopes of the same holder and fund in the year."""
        return self._of_line[envelope.holder, envelope.fund, year]

    def same(self, envelope: Envelope, year: int) -> list[Envelope]:
        """Return those of them that are for the same vehicles."""
        return [row for row in self.alike(envelope, year) if _scope(row) == _scope(envelope)]

    def carrying_to(self, envelope: Envelope) -> list[Envelope]:
        """Return the envelopes of the year before whose unspent money it may receive."""
        before = self.alike(envelope, envelope.financial_year - 1)
        return [row for row in before if row.carry_forward_pence]

    def carries(self, envelope: Envelope) -> bool:
        """Whether what the envelope leaves unspent has somewhere to go."""
        after = self.alike(envelope, envelope.financial_year + 1)
        return envelope.carry_forward_pence > 0 and len(after) == 1

    def payments(
        self, envelope: Envelope, trust: TrustCode, option: Option, delivered: int, price_pence: int
    ) -> list[tuple[Envelope, int]]:
        """Return what each envelope pays of one vehicle delivered in a period of the envelope's.

        Earlier parts are of the same holder and fund; of the envelope itself where they score in
        its own year. Empty: some part has nobody to pay it.
        """
        # What scores at delivery is of the envelope named, also of one that may not pay then.
        paid = [
            (payer, pence)
            for before, pence in parts(option, price_pence)
            for payer in (
                self.payers(envelope, trust, option, delivered - before) if before else [envelope]
            )
        ]
        if len(paid) <= len(option.instalments):
            return []
        pence_of: Counter[EnvelopeId] = Counter()
        for payer, pence in paid:
            pence_of[payer.envelope_id] += pence
        return [(self.envelopes[name], pence) for name, pence in pence_of.items()]

    def payers(
        self, envelope: Envelope, trust: TrustCode, option: Option, period: int
    ) -> list[Envelope]:
        """Return the envelopes that may pay the part that scores in a period."""
        year = money_year(period)
        if year == envelope.financial_year:
            return [envelope]
        return [
            row
            for row in self.alike(envelope, year)
            if is_eligible(row, trust, option.vehicle_type, option.technology)
        ]

    def ceilings_over(self, envelope: Envelope) -> list[Ceiling]:
        return self._ceilings_over[envelope.envelope_id]


def _scope(envelope: Envelope) -> tuple[frozenset[str], ...]:
    lists = (envelope.trusts, envelope.vehicle_types, envelope.technologies)
    return tuple(map(frozenset, lists))


def parts(option: Option, price_pence: int) -> list[tuple[int, int]]:
    """Return the parts of one vehicle's price: periods before delivery, and pence of then."""
    early = [
        (row.years_before_delivery, price_pence * row.permille // PAR_PERMILLE)
        for row in option.instalments
    ]
    return [*early, (0, price_pence - sum(pence for _, pence in early))]
