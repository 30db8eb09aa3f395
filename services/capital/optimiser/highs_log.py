"""What HiGHS logs of its search, read as it comes: MathOpt hears nothing else of it."""

import re
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Final, TypeAlias

from services.capital.optimiser.unheard import Interrupted

# A line of HiGHS's branch-and-bound table: source, nodes, queue, leaves, explored, bound, solution.
TABLE_ROW: Final = re.compile(r"^\s*[A-Za-z]?(?:\s+\S+){3}\s+[\d.]+%\s+(\S+)\s+(\S+)")

Report: TypeAlias = Callable[[float | None, float | None], None]


def unreported(found: float | None, bound: float | None) -> None:
    """Report to nobody."""


def listener(report: Report, stop: Interrupted | None) -> Callable[[Sequence[str]], None] | None:
    """Return what hears the log until told to stop, and reports (value, bound); None: nobody."""
    if report is unreported:
        return None

    def listen(lines: Sequence[str]) -> None:
        for row in map(TABLE_ROW.match, lines):
            if row and not (stop and stop.interrupted):
                report(_number(row[2]), _number(row[1]))

    return listen


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
