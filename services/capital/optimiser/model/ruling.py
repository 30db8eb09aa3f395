"""Rules of rulings: what has been decided beforehand."""

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.stability import approved
from services.capital.optimiser.terms import ruled_vintage
from services.capital.optimiser.variables import Order


class RulingRules(Rows):
    """What is bought and what serves, against what somebody ruled."""

    def _orders_are_as_ruled(self) -> None:
        """Minimum <= ordered <= maximum."""
        for row in self.terms.problem.order_rulings:
            order = Order(row.trust, row.option_id, row.financial_year)
            ordered = mathopt.fast_sum(self.variables.orders.get(order, []))
            self._require_between(row.minimum, ordered, row.maximum, Rule.ORDER_RULING, *order)

    def _vehicles_serve_as_ruled(self) -> None:
        """Minimum <= kept <= maximum."""
        for row in self.terms.problem.service_rulings:
            vintage = ruled_vintage(row)
            name = (*vintage, row.financial_year)
            serving = mathopt.fast_sum(
                self.variables.keep[kept, row.financial_year]
                for kept in self._vintages_serving(vintage.fleet, row.financial_year)
                if kept.is_ruled_by(vintage)
            )
            self._require_between(row.minimum, serving, row.maximum, Rule.SERVICE_RULING, *name)

    def _changes_to_approved_orders_are_counted(self) -> None:
        """Ordered - approved = more - fewer."""
        before = approved(self.terms.problem)
        for order, (more, fewer) in self.variables.changed.items():
            ordered = mathopt.fast_sum(self.variables.orders.get(order, []))
            self._require(ordered - before[order] == more - fewer, Rule.ORDER_CHANGE, *order)

    def _require_between(
        self, least: int, part: mathopt.LinearSum, most: int, rule: Rule, *key: object
    ) -> None:
        # In two rows, so that what stands in the way can be told by name.
        self._require(part >= least, rule, *key, "least")
        self._require(part <= most, rule, *key, "most")
