"""HiGHS through MathOpt. The one place that knows how MathOpt is called, and how it fails."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from importlib.metadata import version
from math import isfinite
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.faults import SolverFault

# A line of HiGHS's branch-and-bound table: source, nodes, queue, leaves, explored, bound, solution.
TABLE_ROW: Final = re.compile(r"^\s*[A-Za-z]?(?:\s+\S+){3}\s+[\d.]+%\s+(\S+)\s+(\S+)")

Report = Callable[[float | None, float | None], None]


class Status(Enum):
    PROVED = auto()
    FOUND = auto()
    INFEASIBLE = auto()
    NOTHING = auto()


STATUSES: Final = {
    mathopt.TerminationReason.OPTIMAL: Status.PROVED,
    mathopt.TerminationReason.FEASIBLE: Status.FOUND,
    mathopt.TerminationReason.INFEASIBLE: Status.INFEASIBLE,
    # Every variable is bounded, so a program cannot be unbounded.
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED: Status.INFEASIBLE,
    mathopt.TerminationReason.NO_SOLUTION_FOUND: Status.NOTHING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """When one minimisation stops. Gaps are between the best solution and the proved bound."""

    seconds: float
    relative_gap: float = 0.0
    absolute_gap: float = 0.0
    seed: int = 0
    nodes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one minimisation came to. `bound` None: nothing proved. `values` None: nothing found."""

    status: Status
    bound: float | None
    values: Mapping[mathopt.Variable, float] | None


def engine() -> str:
    return f"mathopt-highs {version('ortools')}"


def minimise(program: mathopt.Model, effort: Effort, report: Report) -> Answer:
    """Minimise the program's objective; `report` hears (solution, bound) as HiGHS logs them."""
    try:
        result = mathopt.solve(
            program,
            mathopt.SolverType.HIGHS,
            params=_parameters(effort),
            msg_cb=lambda lines: _relay(lines, report),
        )
    except (AttributeError, RuntimeError, ValueError) as fault:
        # MathOpt loses its own message: every status reaches Python as an AttributeError about it.
        raise SolverFault(f"HiGHS refused the model or a parameter: {fault}") from fault
    return _answer(result)


def _parameters(effort: Effort) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(
        time_limit=timedelta(seconds=effort.seconds),
        relative_gap_tolerance=effort.relative_gap,
        absolute_gap_tolerance=effort.absolute_gap,
        random_seed=effort.seed,
        node_limit=effort.nodes,
    )


def _answer(result: mathopt.SolveResult) -> Answer:
    status = STATUSES.get(result.termination.reason)
    if status is None:
        raise SolverFault(f"HiGHS ended with {result.termination}")
    bound = result.termination.objective_bounds.dual_bound
    return Answer(
        status=status,
        bound=bound if isfinite(bound) else None,
        values=result.variable_values() if result.has_primal_feasible_solution() else None,
    )


def _relay(lines: Sequence[str], report: Report) -> None:
    for line in lines:
        row = TABLE_ROW.match(line)
        if row:
            report(_number(row[2]), _number(row[1]))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
