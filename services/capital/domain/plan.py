"""A renewal plan from request to approval: who may move it where. No clock, no I/O, no protobuf."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.proof import gap_ppm
from services.kernel.errors import Conflict, Exhausted, NotFound, RuleBroken
from services.kernel.ids import OdsCode, PlanId, ScenarioId

# Waiting or being solved at once, for one organisation (reliability B113).
MOST_UNSOLVED: Final = 5
# Solves begun for one plan. What ends a worker twice is likely the plan's own doing.
MOST_ATTEMPTS: Final = 2
DEFAULT_SECONDS: Final = 30


class PlanState(StrEnum):
    QUEUED = "QUEUED"
    SOLVING = "SOLVING"
    SOLVED = "SOLVED"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    SUPERSEDED = "SUPERSEDED"


NEXT: Final[dict[PlanState, frozenset[PlanState]]] = {
    PlanState.QUEUED: frozenset({PlanState.SOLVING, PlanState.CANCELLED}),
    PlanState.SOLVING: frozenset(
        {
            PlanState.QUEUED,  # given back by a worker that was asked to stop
            PlanState.SOLVING,  # taken up again after a worker was lost
            PlanState.SOLVED,
            PlanState.INFEASIBLE,
            PlanState.UNKNOWN,
            PlanState.FAILED,
            PlanState.CANCELLED,
        }
    ),
    PlanState.SOLVED: frozenset({PlanState.SUBMITTED}),
    PlanState.INFEASIBLE: frozenset(),
    PlanState.UNKNOWN: frozenset(),
    PlanState.FAILED: frozenset(),
    PlanState.CANCELLED: frozenset(),
    PlanState.SUBMITTED: frozenset({PlanState.APPROVED}),
    PlanState.APPROVED: frozenset({PlanState.SUPERSEDED}),
    PlanState.SUPERSEDED: frozenset(),
}

UNSOLVED: Final = frozenset({PlanState.QUEUED, PlanState.SOLVING})

STATE_OF: Final = {
    Outcome.OPTIMAL: PlanState.SOLVED,
    Outcome.FEASIBLE: PlanState.SOLVED,
    Outcome.INFEASIBLE: PlanState.INFEASIBLE,
    Outcome.UNKNOWN: PlanState.UNKNOWN,
}

WHY_NONE: Final = {
    Outcome.INFEASIBLE: "no plan keeps every rule: proved",
    Outcome.UNKNOWN: "the time ran out before any plan was found, and nothing was proved",
}


class PlanNotFound(NotFound):
    reason = "PLAN_NOT_FOUND"


class IllegalMove(RuleBroken):
    reason = "PLAN_ILLEGAL_TRANSITION"

    def __init__(self, state: "PlanState", to: "PlanState") -> None:
        super().__init__(f"a plan that is {state} cannot become {to}", to=to)
        self.metadata["from"] = state


class ApproverNotIndependent(RuleBroken):
    reason = "APPROVER_NOT_INDEPENDENT"


class PlanHashMismatch(Conflict):
    reason = "PLAN_HASH_MISMATCH"


class TooManyPlans(Exhausted):
    reason = "TOO_MANY_PLANS"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLimits:
    """When a search stops; `gap_ppm` in millionths, 0: only at a proof. No stall: 0 seconds."""

    seconds: int = DEFAULT_SECONDS
    gap_ppm: int = 0
    seed: int = 0
    stall_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a solve is: a phase in words, and the best cost and its proved bound in pence."""

    phase: str = ""
    incumbent_pence: int | None = None
    bound_pence: int | None = None
    elapsed: timedelta = timedelta()

    @property
    def gap_ppm(self) -> int | None:
        """What is left to prove, in millionths of the incumbent, rounded up."""
        if self.incumbent_pence is None or self.bound_pence is None:
            return None
        return max(0, gap_ppm(self.incumbent_pence, self.bound_pence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What a solve that ran came to. `content_hash` empty: there is no plan in it."""

    outcome: Outcome
    content_hash: str
    engine: str
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as its row tells it. The verbs move it, or refuse.

    `attempt` counts the solves begun, `excused` those that ended through no fault of the plan.
    `version` counts its moves, `step` also what its solve told of its progress. `job_id` is its
    place in the queue.
    """

    id: PlanId
    scenario_id: ScenarioId
    holder: OdsCode
    trusts: tuple[OdsCode, ...]
    vehicles: int
    limits: SearchLimits
    requested_by: str
    requested_at: datetime
    state: PlanState = PlanState.QUEUED
    attempt: int = 0
    excused: int = 0
    progress: Progress = Progress()
    solution: Solution | None = None
    failure: str = ""
    solved_at: datetime | None = None
    submitted_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    job_id: int = 0
    version: int = 1
    step: int = 1

    def taken_up(self) -> Self:
        """Begin a solve: the first, or one in place of a worker that was lost."""
        moved = self._moved_to(PlanState.SOLVING)
        return replace(moved, attempt=self.attempt + 1, progress=Progress(phase="starting"))

    def given_back(self) -> Self:
        """Wait again: the worker had to stop, through no fault of the plan."""
        return replace(self._moved_to(PlanState.QUEUED), excused=self.excused + 1)

    def solved(self, solution: Solution, progress: Progress, at: datetime) -> Self:
        """End the solve with what it found: a plan, a proof that there is none, or neither."""
        moved = self._moved_to(STATE_OF[solution.outcome])
        failure = WHY_NONE.get(solution.outcome, "")
        return replace(moved, solution=solution, progress=progress, failure=failure, solved_at=at)

    def failed(self, why: str, at: datetime) -> Self:
        """End the solve without an answer. `why` is for the people who asked: plain words."""
        return replace(self._moved_to(PlanState.FAILED), failure=why, solved_at=at)

    def cancelled(self) -> Self:
        return self._moved_to(PlanState.CANCELLED)

    def submitted(self, by: str) -> Self:
        return replace(self._moved_to(PlanState.SUBMITTED), submitted_by=by)

    def approved(self, by: str, content_hash: str, at: datetime) -> Self:
        """Put the plan into force: by another person, and only as it was read (domain rule 37)."""
        moved = self._moved_to(PlanState.APPROVED)
        if by in (self.requested_by, self.submitted_by):
            raise ApproverNotIndependent("who asked for or submitted a plan may not approve it")
        if content_hash != self.content_hash:
            raise PlanHashMismatch(
                "the plan is not the one that was read",
                expected=content_hash,
                current=self.content_hash,
            )
        return replace(moved, approved_by=by, approved_at=at)

    def superseded(self) -> Self:
        return self._moved_to(PlanState.SUPERSEDED)

    @property
    def content_hash(self) -> str:
        return self.solution.content_hash if self.solution else ""

    @property
    def has_ended(self) -> bool:
        """Whether no solver will touch it any more."""
        return self.state not in UNSOLVED

    @property
    def is_worn_out(self) -> bool:
        """Whether it has had all the solves it may have."""
        return self.attempt - self.excused >= MOST_ATTEMPTS

    def _moved_to(self, state: PlanState) -> Self:
        if state not in NEXT[self.state]:
            raise IllegalMove(self.state, state)
        return replace(self, state=state, version=self.version + 1)


def require_room(unsolved: int) -> None:
    """Refuse one more plan for an organisation that has `unsolved` waiting or being solved."""
    if unsolved >= MOST_UNSOLVED:
        raise TooManyPlans(
            f"at most {MOST_UNSOLVED} plans of an organisation wait or are solved at once",
            timedelta(seconds=DEFAULT_SECONDS),
        )
