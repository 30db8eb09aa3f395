"""What is wrong with a problem or with limits: refusals that name their fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_FAULTS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One field, by its path such as `envelopes[3].allocation_pence`, and the rule it breaks."""

    field: str
    rule: str

    def __str__(self) -> str:
        return f"`{self.field}`: {self.rule}"


class InvalidProblem(ValueError):
    """The problem or the limits make no sense; `faults` holds the first fifty reasons."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: Final = tuple(faults)[:MOST_FAULTS]
        super().__init__("; ".join(map(str, self.faults)))


class TooLarge(InvalidProblem):
    """The problem makes sense, and is more than one solve may take on."""


class SolverFault(Exception):
    """The solver failed at its work; not an answer about the problem."""
