"""Rules of revenue: what running, leasing, hiring, ordering and what is given may cost a trust."""

from collections.abc import Iterator

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.problem import TrustCode
from services.capital.optimiser.revenue import PARTS_PER_PENNY, Revenue
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.variables import PENCE_PER_POUND

PARTS_PER_POUND = PARTS_PER_PENNY * PENCE_PER_POUND


class RevenueRules(Rows):
    """What each trust spends beside its capital."""

    def _revenue_stays_within_each_budget(self) -> None:
        """Running + leases + hire + charges + what it is given <= limit, of one trust and year."""
        for budget in self.terms.problem.revenue_budgets:
            place = budget.trust, budget.financial_year
            spent = (
                parts / PARTS_PER_POUND * part for part, parts in self._revenue(*place) if parts
            )
            limit = budget.limit_pence / PENCE_PER_POUND
            self._limit(spent, limit, Rule.REVENUE_BUDGET, *place)

    def _revenue(self, trust: TrustCode, year: int) -> Iterator[tuple[mathopt.Variable, int]]:
        revenue = Revenue(self.terms)
        for (vintage, served), kept in self.variables.keep.items():
            if (vintage.trust, served) == (trust, year):
                yield kept, revenue.running(vintage, year)
        for (fleet, hired_in), hired in self.variables.hire.items():
            if (fleet.trust, hired_in) == (trust, year):
                yield hired, revenue.hire(fleet, year)
        for move, given in self.variables.move.items():
            if (move.target.trust, move.year) == (trust, year):
                yield given, revenue.receiving(move)
        yield from self._revenue_of_orders(trust, year)

    def _revenue_of_orders(
        self, trust: TrustCode, year: int
    ) -> Iterator[tuple[mathopt.Variable, int]]:
        revenue = Revenue(self.terms)
        for key, bought in self.variables.buy.items():
            if key.trust == trust:
                yield bought, revenue.lease(key.option_id, key.delivery_year, year)
        for order, placed in self.variables.place.items():
            if order.trust == trust:
                yield placed, revenue.ordering(order.option_id, order.delivery_year, year)
        for row, cancelled in self._cancelled():
            if row.trust == trust:
                yield cancelled, revenue.cancelling(row.commitment_id, year)
