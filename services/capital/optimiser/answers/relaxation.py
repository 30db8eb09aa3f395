"""The problem without whole vehicles: what moving one of its limits is worth, exactly and soon."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.limit import Limit
from services.capital.optimiser.answers.other_limits import every_limit
from services.capital.optimiser.levels import standing
from services.capital.optimiser.linear import LinearSolver, linear_solver
from services.capital.optimiser.loosened import loosened
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Unit
from services.capital.optimiser.variables import PENCE_PER_POUND

# So much dearer is each level than the next that they keep their order at the margin, and the
# solver its digits: a vehicle-year over age ten dearest vehicles, one of shortfall fifty of that.
STEPS: Final = (1.0, 10.0, 50.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The best of the relaxation: all levels at their prices (`value`), and each by itself."""

    value: float
    levels: Mapping[Level, float]
    duals: Mapping[str, float]


class Relaxation:
    """A linear programme whose named limits can be moved one at a time."""

    def __init__(self, model: RenewalModel, solver: LinearSolver) -> None:
        self._solver: Final = solver
        self._rows: Final = {row.name: row for row in model.program.linear_constraints()}
        self._levels: Final = {
            level: mathopt.as_flat_linear_expression(model.expression(level)) for level in Level
        }

    def names(self) -> frozenset[str]:
        return frozenset(self._rows)

    def amount(self, name: str) -> float:
        """Return the limit that the row sets, in its own units."""
        return self._rows[name].upper_bound

    def at(self, name: str, amount: float) -> Point | None:
        """Return the best with the limit moved there; None when nothing keeps every rule."""
        row = self._rows[name]
        before = row.upper_bound
        row.upper_bound = amount
        point = self.best()
        row.upper_bound = before
        return point

    def best(self) -> Point | None:
        """Return the best; None when nothing keeps every rule."""
        found = self._solver.minimise()
        if found is None:
            return None
        return Point(
            value=found.objective,
            levels={
                level: mathopt.evaluate_expression(sum_, found.values)
                for level, sum_ in self._levels.items()
            },
            duals={name: found.duals[row] for name, row in self._rows.items()},
        )


@contextmanager
def relaxed(problem: Problem) -> Iterator[Relaxation]:
    """Within the context, ask what the problem comes to when vehicles need not be whole."""
    model = loosened(problem, supply=True)
    model.minimise_priced(prices(problem))
    _state(model, every_limit(problem))
    with linear_solver(model.program) as solver:
        yield Relaxation(model, solver)


def _state(model: RenewalModel, limits: Iterable[Limit]) -> None:
    """Give each limit that several rows hold, or none of its own name, one row that sets it."""
    rows = {row.name: row for row in model.program.linear_constraints()}
    for limit in limits:
        held = [(rows[name], each) for name, each in limit.holds if name in rows]
        if not held:
            continue
        amount = limit.amount / (PENCE_PER_POUND if limit.unit is Unit.PENCE else 1)
        used = model.program.add_variable(lb=-inf, ub=inf, name=limit.row)
        model.program.add_linear_constraint(used <= amount, name=limit.row)
        for row, each in held:
            row.set_coefficient(used, -each)
            row.upper_bound -= each * amount


def prices(problem: Problem) -> dict[Level, float]:
    """Return what a unit of each level that stands counts, in the solver's units of cost."""
    dearest = max((price for row in problem.options for price in row.price_pence), default=0)
    price, counted = max(1.0, dearest / PENCE_PER_COST_UNIT), {Level.COST: 1.0}
    levels = standing(problem)
    before = levels[: levels.index(Level.COST)]
    for place, level in enumerate(reversed(before), start=1):
        price *= STEPS[min(place, len(STEPS) - 1)]
        counted[level] = price
    return counted
