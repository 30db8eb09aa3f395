"""What each fleet may hire."""

from collections.abc import Mapping
from functools import cached_property

from services.capital.optimiser.problem import Hire, TrustCode, TypeCode
from services.capital.optimiser.terms.keys import Fleet, OfProblem


class HireTerms(OfProblem):
    """The look-ups of hire: a trust's own row stands before everyone's."""

    @cached_property
    def _hires(self) -> Mapping[tuple[TrustCode | None, TypeCode], Hire]:
        return {(row.trust, row.vehicle_type): row for row in self.problem.hires}

    def hire(self, fleet: Fleet) -> Hire | None:
        """Return what the fleet may hire: the trust's own row, or everyone's; None: nothing."""
        own = self._hires.get((fleet.trust, fleet.vehicle_type))
        return own or self._hires.get((None, fleet.vehicle_type))

    def most_hired(self, fleet: Fleet, year: int) -> int:
        hire = self.hire(fleet)
        return hire.vehicles[year - self.problem.first_financial_year] if hire else 0

    def hire_price_pence(self, fleet: Fleet, year: int) -> int:
        hire = self.hire(fleet)
        return hire.price_pence[year - self.problem.first_financial_year] if hire else 0
