"""Rules of rulings: what has been decided beforehand."""

from collections import defaultdict
from collections.abc import Iterable

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.problem import MoveKind
from services.capital.optimiser.problem.ruling import Ruling
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.stability import approved
from services.capital.optimiser.terms import Fleet, ruled_vintage
from services.capital.optimiser.variables import Order


class RulingRules(Rows):
    """What is bought and what serves, against what somebody ruled."""

    def _orders_are_as_ruled(self) -> None:
        """Minimum <= ordered <= maximum."""
        for row in self.terms.problem.order_rulings:
            order = Order(row.trust, row.option_id, row.financial_year)
            self._rule(row, self.variables.orders.get(order, []), Rule.ORDER_RULING)

    def _vehicles_serve_as_ruled(self) -> None:
        """Minimum <= kept <= maximum."""
        for row in self.terms.problem.service_rulings:
            vintage = ruled_vintage(row)
            serving = (
                self.variables.keep[kept, row.financial_year]
                for kept in self._vintages_serving(vintage.fleet, row.financial_year)
                if kept.is_ruled_by(vintage)
            )
            self._rule(row, serving, Rule.SERVICE_RULING)

    def _vehicles_move_as_ruled(self) -> None:
        """Minimum <= moved <= maximum."""
        if not self.terms.problem.move_rulings:
            return
        moving: defaultdict[tuple[object, ...], list[mathopt.Variable]] = defaultdict(list)
        for move, moved in self.variables.move.items():
            to = move.target.trust if move.kind is MoveKind.TRANSFER else ""
            moving[move.kind, *move.source.fleet, to, move.year].append(moved)
        for row in self.terms.problem.move_rulings:
            self._rule(row, moving[row.subject], Rule.MOVE_RULING)

    def _vehicles_are_hired_as_ruled(self) -> None:
        """Minimum <= hired <= maximum."""
        for row in self.terms.problem.hire_rulings:
            key = Fleet(row.trust, row.vehicle_type), row.financial_year
            self._rule(row, _there(self.variables.hire.get(key)), Rule.HIRE_RULING)

    def _chargers_are_bought_as_ruled(self) -> None:
        """Minimum <= bought <= maximum."""
        buying: defaultdict[tuple[object, ...], list[mathopt.Variable]] = defaultdict(list)
        for charge, bought in self.variables.charge.items():
            buying[charge.site_id, charge.financial_year].append(bought)
        for row in self.terms.problem.charger_rulings:
            self._rule(row, buying[row.subject], Rule.CHARGER_RULING)

    def _orders_are_cancelled_as_ruled(self) -> None:
        """Minimum <= cancelled <= maximum."""
        for row in self.terms.problem.cancellation_rulings:
            cancelled = self.variables.cancel.get(row.commitment_id)
            self._rule(row, _there(cancelled), Rule.CANCELLATION_RULING)

    def _changes_to_approved_orders_are_counted(self) -> None:
        """Ordered - approved = more - fewer."""
        before = approved(self.terms.problem)
        for order, (more, fewer) in self.variables.changed.items():
            ordered = mathopt.fast_sum(self.variables.orders.get(order, []))
            self._require(ordered - before[order] == more - fewer, Rule.ORDER_CHANGE, *order)

    def _rule(self, row: Ruling, decided: Iterable[mathopt.Variable], rule: Rule) -> None:
        # In two rows, so that what stands in the way can be told by name.
        part = mathopt.fast_sum(list(decided))
        self._require(part >= row.minimum, rule, *row.subject, "least")
        self._require(part <= row.maximum, rule, *row.subject, "most")


def _there(variable: mathopt.Variable | None) -> list[mathopt.Variable]:
    return [] if variable is None else [variable]
