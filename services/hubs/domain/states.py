"""Where a job can stand, and the one table of how it gets from there to anywhere else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.kernel.errors import RuleBroken


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    PAUSED = "PAUSED"
    BLOCKED = "BLOCKED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class StopReason(StrEnum):
    """Why work stopped."""

    NO_STAFF = "NO_STAFF"
    AWAITING_STOCK = "AWAITING_STOCK"
    AWAITING_MEDICINES = "AWAITING_MEDICINES"
    EQUIPMENT_FAULT = "EQUIPMENT_FAULT"
    VEHICLE_DEFECT = "VEHICLE_DEFECT"
    CHARGING = "CHARGING"
    BREAK = "BREAK"
    PREEMPTED = "PREEMPTED"


class PriorityReason(StrEnum):
    """Why a job stands where it does, most urgent first (domain rule 21)."""

    CREW_START = "CREW_START"
    CONTAMINATION = "CONTAMINATION"
    DEEP_CLEAN_DUE = "DEEP_CLEAN_DUE"
    RESERVE = "RESERVE"


NEXT: Final[Mapping[JobState, frozenset[JobState]]] = {
    JobState.QUEUED: frozenset({JobState.IN_PROGRESS, JobState.CANCELLED}),
    JobState.IN_PROGRESS: frozenset(
        {JobState.PAUSED, JobState.BLOCKED, JobState.COMPLETED, JobState.CANCELLED}
    ),
    JobState.PAUSED: frozenset({JobState.IN_PROGRESS, JobState.BLOCKED, JobState.CANCELLED}),
    JobState.BLOCKED: frozenset({JobState.IN_PROGRESS, JobState.CANCELLED}),
    JobState.COMPLETED: frozenset(),
    JobState.CANCELLED: frozenset(),
}

OPEN: Final = frozenset(state for state, following in NEXT.items() if following)
ON_BAY: Final = frozenset({JobState.IN_PROGRESS, JobState.PAUSED})


class IllegalTransition(RuleBroken):
    reason = "JOB_ILLEGAL_TRANSITION"

    def __init__(self, state: JobState, to: JobState) -> None:
        super().__init__(f"the job cannot go from {state} to {to}")
        self.metadata = {"from": state, "to": to}
