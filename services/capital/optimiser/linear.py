"""Linear programmes through MathOpt, again and again as their limits move; with prices of rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.faults import SolverFault

FAILURES: Final = (AttributeError, RuntimeError, ValueError)
# Every variable is bounded, so a programme cannot be unbounded.
INFEASIBLE: Final = frozenset(
    {
        mathopt.TerminationReason.INFEASIBLE,
        mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
    }
)
ENDINGS: Final = INFEASIBLE | {mathopt.TerminationReason.OPTIMAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """The best solution of a linear programme. `duals`: what one more of a row's limit adds."""

    objective: float
    values: Mapping[mathopt.Variable, float]
    duals: Mapping[mathopt.LinearConstraint, float]


class LinearSolver:
    """Minimises one programme as it changes: GLOP from where it left off, HiGHS where that fails.

    GLOP starts each time from its last basis, and so is ten times sooner; now and then it gives up
    for want of digits, and a fresh start with another method does not.
    """

    def __init__(self, program: mathopt.Model, glop: mathopt.IncrementalSolver) -> None:
        self._program: Final = program
        self._glop: Final = glop

    def minimise(self) -> Linear | None:
        """Return the best solution of the programme as it stands; None when it has none."""
        try:
            result = self._glop.solve()
            if result.termination.reason not in ENDINGS:
                result = mathopt.solve(self._program, mathopt.SolverType.HIGHS)
        except FAILURES as fault:
            raise SolverFault(f"the linear solver refused the model: {fault}") from fault
        if result.termination.reason in INFEASIBLE:
            return None
        if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            raise SolverFault(f"the linear solver ended with {result.termination}")
        return Linear(
            objective=result.objective_value(),
            values=result.variable_values(),
            duals=result.dual_values(),
        )


@contextmanager
def linear_solver(program: mathopt.Model) -> Iterator[LinearSolver]:
    """Solve the programme as if no variable had to be whole; the programme is changed so."""
    for variable in program.variables():
        variable.integer = False
    try:
        glop = mathopt.IncrementalSolver(program, mathopt.SolverType.GLOP)
    except FAILURES as fault:
        raise SolverFault(f"the linear solver refused the model: {fault}") from fault
    try:
        yield LinearSolver(program, glop)
    finally:
        glop.close()
