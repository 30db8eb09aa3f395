"""What one scenario's later years cost, given the first orders that all scenarios share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from services.capital.optimiser.answers.assembly import (
    NOWHERE,
    Row,
    columns_alone,
    side_by_side,
    with_rows,
)
from services.capital.optimiser.answers.relaxation import prices
from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.program import Program
from services.capital.optimiser.mathopt_adapter import (
    Effort,
    Solution,
    Solver,
    Status,
    solve_program,
)
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.purchase_keys import Order
from services.capital.optimiser.terms import Terms

# Linear programmes keep their rows within this much.
LEAST_BROKEN: Final = 1e-6


class Decision(NamedTuple):
    """Taken once for all scenarios: of how many vehicles an order is, or whether it is placed."""

    order: Order
    is_placing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recourse:
    """One scenario's programme, its levels priced, and the columns that add up to each decision."""

    program: Program
    decided: Mapping[Decision, Ints]

    def columns_of(self, decision: Decision) -> Ints:
        return self.decided.get(decision, NOWHERE)

    def most(self, decision: Decision) -> float:
        """Return the most that the scenario lets the decision be."""
        return float(np.sum(self.program.upper[self.columns_of(decision)]))

    def wanted(self, decision: Decision, x: Floats) -> float:
        """Return what a solution of the programme has of the decision."""
        return float(np.sum(x[self.columns_of(decision)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """True whatever is decided: it comes to `constant` + `slopes` x decided, or to more.

    It is what the scenario costs, in the solver's units; or, where `is_broken`, by how much the
    scenario's rules are, so that it must come to nothing. `value`: what the decisions asked about
    come to.
    """

    value: float
    constant: float
    slopes: Floats
    is_broken: bool


def recourse(problem: Problem, first: frozenset[int]) -> Recourse:
    """Return the problem's programme, and its orders placed in the first years."""
    model = RenewalModel(Terms(problem))
    model.minimise_priced(prices(problem))
    leads = {row.option_id: row.lead_time_years for row in problem.options}
    bought = {Decision(order): row for order, row in model.variables.orders.items()}
    placed = {
        Decision(order, is_placing=True): [row] for order, row in model.variables.place.items()
    }
    return Recourse(
        program=model.arrays().relaxed(),
        decided={
            decision: np.array([variable.id for variable in variables], dtype=np.int64)
            for decision, variables in (bought | placed).items()
            if decision.order.delivery_year - leads[decision.order.option_id] in first
        },
    )


class Outlook:
    """One scenario, asked again and again what decisions come to."""

    def __init__(self, part: Recourse, decisions: Sequence[Decision]) -> None:
        count, columns = len(decisions), part.program.columns
        self._count: Final = count
        self._program: Final = with_rows(part.program, _saying(part, decisions))
        # What a decision must be other than it is, up and down, where it cannot be kept to.
        other = columns_alone(
            np.ones(2 * count),
            np.zeros(2 * count),
            np.full(2 * count, np.inf),
            np.zeros(2 * count, dtype=bool),
        )
        free = part.program.with_cost(np.zeros(columns))
        self._breaking: Final = with_rows(
            side_by_side([free, other]), _saying(part, decisions, columns)
        )

    def cut(self, decided: Floats, effort: Effort) -> Cut | None:
        """Return what the decisions come to; None: there was no time to tell, or too few digits."""
        found = solve_linear(_with_last(self._program, decided), effort)
        is_broken = found.status is Status.INFEASIBLE
        if is_broken:
            found = solve_linear(_with_last(self._breaking, decided), effort)
        if found.status is not Status.PROVED or found.value is None or found.row_prices is None:
            return None
        if is_broken and found.value <= LEAST_BROKEN:
            return None
        slopes = found.row_prices[len(found.row_prices) - self._count :]
        constant = found.value - float(slopes @ decided)
        return Cut(value=found.value, constant=constant, slopes=slopes, is_broken=is_broken)


def solve_linear(program: Program, effort: Effort) -> Solution:
    """Solve a linear programme: by GLOP, or by HiGHS where that gives up for want of digits."""
    found = solve_program(program, effort, solver=Solver.GLOP)
    if found.status in (Status.PROVED, Status.INFEASIBLE):
        return found
    return solve_program(program, effort)


def _saying(part: Recourse, decisions: Sequence[Decision], other: int | None = None) -> list[Row]:
    """Return the rows that say what is decided; `other`: where columns to depart from it begin."""
    rows = []
    for place, decision in enumerate(decisions):
        columns = part.columns_of(decision)
        values = np.ones(len(columns))
        if other is not None:
            columns = np.append(columns, [other + place, other + len(decisions) + place])
            values = np.append(values, [1.0, -1.0])
        rows.append(Row(columns, values, 0.0, 0.0))
    return rows


def _with_last(program: Program, limits: Floats) -> Program:
    """Return the programme whose last rows come to exactly these."""
    first = program.rows - len(limits)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[first:] = upper[first:] = limits
    return replace(program, row_lower=lower, row_upper=upper)
