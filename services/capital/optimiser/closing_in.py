"""The linear programme with closer rows: those that it breaks, and those that it breaks then."""

from typing import Final, NamedTuple, Protocol

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import Program, Rows, with_own_rows
from services.capital.optimiser.mathopt_adapter import Solution
from services.capital.optimiser.mathopt_program import Basis

# A row broken by less says nothing.
BROKEN: Final = 1e-4
# Each time fewer are broken, and say less.
MOST_TIMES: Final = 4


class Relaxed(Protocol):
    """Solves a linear programme, from where another ended if it is told where."""

    def __call__(self, program: Program, basis: Basis | None) -> Solution: ...


class Closed(NamedTuple):
    """A programme with closer rows, and what its linear programme came to."""

    program: Program
    x: Floats
    row_prices: Floats


def closed_in(program: Program, closer: Rows, linear: Solution, relaxed: Relaxed) -> Closed | None:
    """Return the programme with the closer rows that matter; None where none could be solved."""
    closed: Closed | None = None
    for _ in range(MOST_TIMES):
        if linear.x is None:
            break
        rows = closer.broken_by(linear.x, BROKEN)
        if not len(rows.lower):
            break
        program = with_own_rows(program, rows)
        basis = None if linear.basis is None else linear.basis.with_rows(len(rows.lower))
        linear = relaxed(program, basis)
        if linear.x is None or linear.row_prices is None:
            break
        closed = Closed(program, linear.x, linear.row_prices)
    return closed
