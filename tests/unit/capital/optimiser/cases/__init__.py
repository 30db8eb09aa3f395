"""Every rule's cases: a problem it matters in, what keeps it and what breaks it."""

from dataclasses import dataclass

from services.capital.optimiser.plan import Decisions
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A rule, a problem it matters in, decisions that keep it and decisions that break it alone."""

    rule: Rule
    problem: Problem
    kept: Decisions
    broken: Decisions
    because: str
