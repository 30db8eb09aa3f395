"""Whose money is whose: what follows on from an envelope, and what caps it.

Definitions only. What must hold of them is said in `model.money` and, independently, in
`check.money`.
"""

from collections import defaultdict
from typing import Final, TypeAlias

from services.capital.optimiser.problem import Ceiling, CeilingId, Envelope, EnvelopeId, Problem

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

    def carrying_to(self, envelope: Envelope) -> list[Envelope]:
        """Return the envelopes of the year before whose unspent money it may receive."""
        before = self.alike(envelope, envelope.financial_year - 1)
        return [row for row in before if row.carry_forward_pence]

    def carries(self, envelope: Envelope) -> bool:
        """Whether what the envelope leaves unspent has somewhere to go."""
        after = self.alike(envelope, envelope.financial_year + 1)
        return envelope.carry_forward_pence > 0 and len(after) == 1

    def ceilings_over(self, envelope: Envelope) -> list[Ceiling]:
        return self._ceilings_over[envelope.envelope_id]
