"""What a plan spends, against the rules of money."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import is_eligible


class MoneyCheck(Statement):
    """What envelopes pay for."""

    def _money_pays_only_for_what_it_may(self) -> Iterator[Violation]:
        for row in self.plan.purchases:
            envelope = self.terms.envelopes[row.envelope_id]
            option = self.terms.options[row.option_id]
            named = is_eligible(envelope, row.trust, option.vehicle_type, option.technology)
            if not named or row.delivery_year != envelope.financial_year:
                detail = f"pays for {row.option_id} at {row.trust} in {row.delivery_year}"
                yield broken(Rule.ENVELOPE_ELIGIBILITY, row.envelope_id, detail)

    def _spending_stays_within_each_envelope(self) -> Iterator[Violation]:
        # Commitments outside every envelope are gathered under a name that none has.
        scored: Counter[str] = Counter()
        for row in self.plan.purchases:
            scored[row.envelope_id] += row.vehicles * self._price_pence(row)
        for ordered in self.terms.problem.commitments:
            scored[ordered.envelope_id or ""] += ordered.vehicles * ordered.price_pence
        for envelope in self.terms.problem.envelopes:
            if scored[envelope.envelope_id] > envelope.allocation_pence:
                detail = f"{scored[envelope.envelope_id]} of {envelope.allocation_pence} pence"
                yield broken(Rule.ENVELOPE_ALLOCATION, envelope.envelope_id, detail)
