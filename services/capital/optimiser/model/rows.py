"""What every rule of the model is stated with: its terms, its variables, its program."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from ortools.math_opt.python import mathopt

from services.capital.optimiser.cancelling import without_cancellable
from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.problem import Commitment
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Fleet, Terms, Vintage
from services.capital.optimiser.variables import Variables, label

Part: TypeAlias = tuple[float, mathopt.Variable]


class Rows:
    """A program with the variables of a renewal; rules add its rows, each under its own name."""

    def __init__(self, terms: Terms) -> None:
        self.terms: Final = terms
        self.program: Final = mathopt.Model(name="renewal")
        self.variables: Final = Variables(terms, self.program)
        self._capacity: Final = Capacity(terms)
        # What could be left to buy with, were all that may be cancelled so.
        self._at_most: Final = Capacity(without_cancellable(terms))

    def _vintages_serving(self, fleet: Fleet, year: int) -> Iterator[Vintage]:
        for vintage in self.variables.vintages_of[fleet]:
            if vintage.entry_year <= year:
                yield vintage

    def _serving(self, fleet: Fleet, year: int) -> Iterator[mathopt.Variable]:
        """Yield what serves on the front line: an establishment is of that alone."""
        for vintage in self._vintages_serving(fleet, year):
            if not vintage.in_reserve:
                yield self.variables.keep[vintage, year]

    def _in_reserve(self, fleet: Fleet, year: int) -> Iterator[mathopt.Variable]:
        for vintage in self._vintages_serving(fleet, year):
            if vintage.in_reserve:
                yield self.variables.keep[vintage, year]

    def _cancelled(self) -> Iterator[tuple[Commitment, mathopt.Variable]]:
        """Yield each commitment that may be cancelled, with how many of its vehicles are."""
        for name, cancelled in self.variables.cancel.items():
            yield self.terms.on_order[name], cancelled

    def _limit(
        self, parts: Iterable[mathopt.LinearTypes], most: float, rule: Rule, *key: object
    ) -> None:
        self._require(mathopt.fast_sum(parts) <= most, rule, *key)

    def _row(
        self, parts: Iterable[Part], least: float, most: float, rule: Rule, *key: object
    ) -> None:
        """Require least <= sum of the parts <= most; a variable is in one part alone.

        What rules that make most of the rows use: as `_require`, and three times as fast.
        """
        row = self.program.add_linear_constraint(lb=least, ub=most, name=label(rule, key))
        for coefficient, variable in parts:
            row.set_coefficient(variable, coefficient)

    def _require(self, row: mathopt.BoundedLinearTypes, rule: Rule, *key: object) -> None:
        self.program.add_linear_constraint(row, name=label(rule, key))
