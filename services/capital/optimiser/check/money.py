"""What a plan spends, against the rules of money."""

from collections.abc import Iterator

from services.capital.optimiser.check.ledger import payers
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import is_eligible


class MoneyCheck(Statement):
    """What envelopes pay for."""

    def _money_pays_only_for_what_it_may(self) -> Iterator[Violation]:
        for row in self.plan.purchases:
            envelope = self.terms.envelopes[row.envelope_id]
            option = self.terms.options[row.option_id]
            named = is_eligible(envelope, row.trust, option.vehicle_type, option.technology)
            if not named or money_year(row.delivery_year) != envelope.financial_year:
                detail = f"pays for {row.option_id} at {row.trust} in {row.delivery_year}"
                yield broken(Rule.ENVELOPE_ELIGIBILITY, row.envelope_id, detail)
            for part in option.instalments:
                years = part.years_before_delivery
                if not payers(self.terms, row, row.delivery_year - years):
                    detail = f"has nobody to pay for {row.option_id} {years} years before"
                    yield broken(Rule.ENVELOPE_ELIGIBILITY, row.envelope_id, detail)

    def _spending_stays_within_each_envelope(self) -> Iterator[Violation]:
        for envelope_id, page in self.ledger.pages.items():
            if page.left < 0:
                detail = f"{page.committed + page.spent} of {page.held} pence"
                yield broken(Rule.ENVELOPE_ALLOCATION, envelope_id, detail)

    def _spending_stays_under_each_ceiling(self) -> Iterator[Violation]:
        for ceiling in self.terms.problem.ceilings:
            scored = self.ledger.committed_under(ceiling) + self.ledger.spent_under(ceiling)
            if scored > ceiling.limit_pence:
                detail = f"{scored} of {ceiling.limit_pence} pence"
                yield broken(Rule.SPENDING_CEILING, ceiling.ceiling_id, detail)
