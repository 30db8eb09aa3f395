"""How hard an answer is worked for, and how far it has come. An answer is many plans' work."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil
from time import monotonic
from typing import Final, TypeAlias

from services.capital.optimiser import mathopt_adapter
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.limits import Clock, Limits
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve

LEAST_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """When an answer stops looking for more. `each`: the limits of one plan.

    `seconds` are of the whole answer. `plans`, the most plans sought, makes an answer whose plans
    end by gap, proof or nodes the same wherever it runs; None: as many as the seconds allow.
    """

    seconds: float = 60
    plans: int | None = None
    each: Limits = field(default_factory=lambda: Limits(seconds=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an answer is at: the subject looked at, and how many were before it."""

    answer: str
    subject: str
    done: int


Hearer: TypeAlias = Callable[[Step], None]
Solver: TypeAlias = Callable[[Problem, Limits], Plan]


def unheard(step: Step) -> None:
    """Listen to nothing."""


class Workshop:
    """Seeks the plans of one answer, within its effort; the same problem is planned once."""

    def __init__(
        self,
        answer: str,
        effort: Effort | None = None,
        hearer: Hearer = unheard,
        clock: Clock = monotonic,
        solver: Solver = solve,
    ) -> None:
        self._answer: Final = answer
        self._effort: Final = effort or Effort()
        self._hearer: Final = hearer
        self._clock: Final = clock
        self._solver: Final = solver
        self._deadline: Final = clock() + self._effort.seconds
        self._plans: Final[dict[str, Plan]] = {}

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._deadline - self._clock())

    @property
    def is_spent(self) -> bool:
        most = self._effort.plans
        return not self.seconds_left or (most is not None and len(self._plans) >= most)

    @property
    def gap_ppm(self) -> int:
        """Return the proved gap to stop at, in millionths."""
        return self._effort.each.gap_ppm

    def tell(self, subject: str, done: int | None = None) -> None:
        """Let the hearer know what is looked at now."""
        count = len(self._plans) if done is None else done
        self._hearer(Step(answer=self._answer, subject=subject, done=count))

    def knows(self, problem: Problem, plan: Plan) -> None:
        """Take the plan as the problem's, so that it is not sought again."""
        if plan.outcome is not Outcome.UNKNOWN:
            self._plans[problem_hash(problem)] = plan

    def plan(self, problem: Problem, subject: str) -> Plan | None:
        """Return the problem's plan; None when the effort is spent."""
        key = problem_hash(problem)
        if key not in self._plans:
            if self.is_spent:
                return None
            self.tell(subject)
            self._plans[key] = self._solver(problem, self._limits())
        return self._plans[key]

    def look(self, followers: int | None = None) -> mathopt_adapter.Effort:
        """Return how long a single programme may be worked on.

        With `followers`, so many come after it and a plan last, which all need their time too.
        """
        each, left = self._effort.each, self.seconds_left
        if followers is not None:
            left = max(left - each.seconds, left / 2) / (1 + followers)
        seconds = each.seconds if each.nodes is not None else min(each.seconds, left)
        return mathopt_adapter.Effort(
            seconds=max(LEAST_SECONDS, seconds), seed=each.seed, nodes=each.nodes
        )

    def _limits(self) -> Limits:
        each = self._effort.each
        # Where nodes are to end a search, the answer's seconds must not.
        if each.nodes is not None:
            return each
        return replace(each, seconds=max(1, min(each.seconds, ceil(self.seconds_left))))
