"""How a plan treats each trust, against what it was promised."""

from collections.abc import Iterator

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.rules import Rule, Violation


class PromiseCheck(Statement):
    """What each trust is guaranteed, by the stated figures, which are checked elsewhere."""

    def _no_trust_fares_worse_than_guaranteed(self) -> Iterator[Violation]:
        for promised in self.terms.problem.guarantees:
            rows = [row for row in self.plan.fleet_years if row.trust == promised.trust]
            missing = sum(row.shortfall + row.vacancies for row in rows)
            over_age = sum(row.over_age for row in rows)
            if missing > promised.most_shortfall:
                detail = f"is short of {missing}, promised {promised.most_shortfall}"
                yield broken(Rule.TRUST_GUARANTEE, promised.trust, detail)
            if over_age > promised.most_over_age:
                detail = f"has {over_age} over age, promised {promised.most_over_age}"
                yield broken(Rule.TRUST_GUARANTEE, promised.trust, detail)
