"""Whether remounts are as offered, and what they cost and take, worked out row by row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.optimiser.plan import Moved
from services.capital.optimiser.problem import EnvelopeId, LineId, Problem, Remount
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import MoveKind
from tests.unit.capital.optimiser.oracle_motion import offer_to
from tests.unit.capital.optimiser.oracle_tables import money_of


class Workshop:
    """What a problem says of boxes on new chassis."""

    def __init__(self, problem: Problem, moves: Sequence[Moved]) -> None:
        self.problem: Final = problem
        self.remounts: Final = [row for row in moves if row.kind is MoveKind.REMOUNT]

    def broken(self) -> Iterator[Rule]:
        envelopes = {row.envelope_id: row for row in self.problem.envelopes}
        for row in self.remounts:
            envelope = envelopes[row.envelope_id]
            named = (
                row.trust in (envelope.trusts or (row.trust,))
                and row.vehicle_type in (envelope.vehicle_types or (row.vehicle_type,))
                and row.technology in (envelope.technologies or (row.technology,))
            )
            if not named or envelope.financial_year != money_of(row.financial_year):
                yield Rule.ENVELOPE_ELIGIBILITY
            if not self._is_offered(row):
                yield Rule.REMOUNT_OFFER

    def spent_pence(self) -> Counter[EnvelopeId]:
        spent: Counter[EnvelopeId] = Counter()
        for row in self.remounts:
            spent[row.envelope_id] += row.vehicles * self._price(row)
        return spent

    def places(self) -> Counter[tuple[LineId, int]]:
        taken: Counter[tuple[LineId, int]] = Counter()
        for row in self.remounts:
            offer = self._offer(row)
            for line in offer.supply_lines if offer else ():
                taken[line, row.financial_year] += row.vehicles
        return taken

    def _is_offered(self, row: Moved) -> bool:
        offer = self._offer(row)
        if offer is None or not row.box_entry_year or not self._price(row):
            return False
        young = row.financial_year - row.box_entry_year < offer.maximum_box_age_years
        return young and row.remounts < offer.maximum_remounts

    def _price(self, row: Moved) -> int:
        offer, place = self._offer(row), row.financial_year - self.problem.first_financial_year
        return offer.price_pence[place] if offer else 0

    def _offer(self, row: Moved) -> Remount | None:
        return offer_to(self.problem, row.trust, row.vehicle_type, row.technology)
