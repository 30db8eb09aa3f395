"""What a plan states, as each clause of the check looks at it."""

from collections import Counter
from typing import Final

from services.capital.optimiser.check.ledger import Ledger
from services.capital.optimiser.plan import Plan, Purchase
from services.capital.optimiser.problem import Option
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, Terms, Vintage


class Statement:
    """A plan beside the terms of its problem."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self.terms: Final = terms
        self.plan: Final = plan
        self.stock: Final = {(row.vintage, row.financial_year): row.vehicles for row in plan.stock}
        self.ledger: Final = Ledger(terms, plan)
        self.delivered: Final = self._delivered()
        self.received: Final = self._received()
        self.moved: Final = self._moved()

    def _delivered(self) -> Counter[Vintage]:
        delivered: Counter[Vintage] = Counter()
        for ordered in self.terms.problem.commitments:
            delivered[self.terms.newcomer(ordered, ordered.trust, ordered.financial_year)] += (
                ordered.vehicles
            )
        for row in self.plan.purchases:
            new = self.terms.newcomer(self._option(row), row.trust, row.delivery_year)
            delivered[new] += row.vehicles
        return delivered

    def _received(self) -> Counter[tuple[Vintage, int]]:
        received: Counter[tuple[Vintage, int]] = Counter()
        for row in self.plan.moves:
            received[row.target, row.financial_year] += row.vehicles
        return received

    def _moved(self) -> Counter[tuple[Vintage, int]]:
        """What comes by moves less what leaves by them."""
        moved = Counter(self.received)
        for row in self.plan.moves:
            moved[row.source, row.financial_year] -= row.vehicles
        return moved

    def _option(self, row: Purchase) -> Option:
        return self.terms.options[row.option_id]

    def _is_zero_emission(self, row: Purchase) -> bool:
        return self.terms.technologies[self._option(row).technology].zero_emission

    def _price_pence(self, row: Purchase) -> int:
        return self.terms.price_pence(self._option(row), row.delivery_year)


def broken(rule: Rule, subject: str | Vintage | Fleet, detail: str) -> Violation:
    named = subject if isinstance(subject, str) else " ".join(map(str, subject))
    return Violation(rule=rule, subject=named, detail=detail)
