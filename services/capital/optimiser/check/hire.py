"""What a plan hires, against what may be hired."""

from collections.abc import Iterator

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.problem import Hire
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, Terms


class HireCheck(Statement):
    """Hire, the last resort."""

    def _no_more_is_hired_than_may_be(self) -> Iterator[Violation]:
        for row in self.plan.hires:
            most = self._most_for_hire(row.fleet, row.financial_year)
            if row.vehicles > most:
                detail = f"{row.vehicles} of {most} hired in {row.financial_year}"
                yield broken(Rule.HIRE_MAXIMUM, row.fleet, detail)

    def _most_for_hire(self, fleet: Fleet, year: int) -> int:
        hire = hire_open_to(self.terms, fleet)
        return hire.vehicles[year - self.terms.problem.first_financial_year] if hire else 0


def hire_open_to(terms: Terms, fleet: Fleet) -> Hire | None:
    """Return the row the fleet may hire by, found in the problem's own table."""
    rows = [row for row in terms.problem.hires if row.vehicle_type == fleet.vehicle_type]
    own = [row for row in rows if row.trust == fleet.trust]
    return next(iter(own or [row for row in rows if row.trust is None]), None)


def hire_share_permille(terms: Terms, fleet: Fleet) -> int:
    hire = hire_open_to(terms, fleet)
    return hire.available_permille if hire else 0
