"""A hard rule of a problem by name: whose it is, and the problem without it or with it eased."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule, Unit

AMPLE: Final = {
    Unit.PENCE: 10**13,
    Unit.VEHICLES: 100_000,
    Unit.VEHICLE_YEARS: 100_000,
    Unit.CHARGERS: 100_000,
    Unit.KILOWATTS: 1_000_000,
}

Eased: TypeAlias = Callable[[Problem, int], Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """One rule of the problem: its key is unique, `sentence` says it, `owner` can change it.

    `eased` returns a problem with so many more of the unit allowed, at least; AMPLE of it is the
    problem without the rule. Of a life policy the amount is the years it lets vehicles serve on.
    """

    rule: Rule
    key: tuple[str, ...]
    owner: str
    unit: Unit
    sentence: str
    eased: Eased = field(compare=False, repr=False)

    def lifted(self, problem: Problem) -> Problem:
        """Return the problem without the rule."""
        return self.eased(problem, AMPLE[self.unit])
