"""What solvers say while they work: the value of their best solution, and their bound."""

import re
from collections.abc import Callable
from math import isfinite
from typing import Final, TypeAlias

from ortools.math_opt.python import mathopt

from services.capital.optimiser.highs_log import TABLE_ROW

# The best value and the bound; None: none yet.
Standing: TypeAlias = tuple[float | None, float | None]

# `#Bound 0.49s best:inf next:[-159174.519,217366948] initial_domain`
CP_SAT_ROW: Final = re.compile(r"^#\w+\s+[\d.]+s\s+best:(\S+)\s+next:\[([^,\]]*)")
# SCIP's table: many columns, the last four the bound, the best value, their gap, how far it is.
SCIP_ROW: Final = re.compile(r"^\s*\S?\s*[\d.]+s\|.*\|\s*(\S+)\s*\|\s*(\S+)\s*\|[^|]*\|[^|]*$")


def of_highs(line: str) -> Standing | None:
    row = TABLE_ROW.match(line)
    return None if row is None else (_number(row[2]), _number(row[1]))


def of_scip(line: str) -> Standing | None:
    row = SCIP_ROW.match(line)
    return None if row is None else (_number(row[2]), _number(row[1]))


def of_cp_sat(line: str) -> Standing | None:
    row = CP_SAT_ROW.match(line)
    return None if row is None else (_number(row[1]), _number(row[2]))


READERS: Final[dict[mathopt.SolverType, Callable[[str], Standing | None]]] = {
    mathopt.SolverType.HIGHS: of_highs,
    mathopt.SolverType.GSCIP: of_scip,
    mathopt.SolverType.CP_SAT: of_cp_sat,
}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
