"""A vehicle's visit to make-ready, from the queue to the seal. No clock, no I/O, no protobuf."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from services.hubs.domain.hub import Bay
from services.hubs.domain.states import (
    NEXT,
    ON_BAY,
    OPEN,
    IllegalTransition,
    JobState,
    PriorityReason,
    StopReason,
)
from services.hubs.domain.vehicle import Ability
from services.hubs.domain.work import BAY_FOR, JobKind
from services.kernel.errors import AlreadyExists, NotFound, RuleBroken
from services.kernel.ids import BayId, HubId, JobId, OdsCode, VehicleId

# Fuel or charge at release, in percent of full; below it a vehicle stays (domain rule 13).
RELEASE_FUEL_PERCENT: Final = 75


class JobNotFound(NotFound):
    reason = "JOB_NOT_FOUND"


class EffectiveTimeTooEarly(RuleBroken):
    reason = "EFFECTIVE_TIME_TOO_EARLY"


class BayOccupied(RuleBroken):
    reason = "BAY_OCCUPIED"


class BayLacksCapability(RuleBroken):
    reason = "BAY_LACKS_CAPABILITY"


class VehicleOnAnotherBay(RuleBroken):
    reason = "VEHICLE_ON_ANOTHER_BAY"


class NoStaffOnDuty(RuleBroken):
    reason = "NO_STAFF_ON_DUTY"


class ReleaseCheckFailed(RuleBroken):
    reason = "RELEASE_CHECK_FAILED"


class SealNumberUsed(AlreadyExists):
    reason = "SEAL_NUMBER_USED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the hub's queue, from 1, and why; position 0: it does not queue."""

    position: int = 0
    reason: PriorityReason | None = None
    serves_start_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is stated when a vehicle is released; its seal is new in the trust."""

    seal_number: str
    fuel_or_charge_percent: int
    checks_passed: bool

    def check(self) -> None:
        """Refuse unless the vehicle may leave (domain rule 13)."""
        if not self.checks_passed:
            raise ReleaseCheckFailed("a mandatory check was not passed", check="checks_passed")
        if self.fuel_or_charge_percent < RELEASE_FUEL_PERCENT:
            rule = f"fuel or charge must be at {RELEASE_FUEL_PERCENT} % at least"
            raise ReleaseCheckFailed(rule, check="fuel_or_charge_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One visit of one vehicle. Instants are aware; `changed_at` is when it last changed state.

    `worked` is the time at work before `working_since`, pauses left out. `bay_id` is the bay it is
    on, or was on last.
    """

    id: JobId
    org: OdsCode
    hub_id: HubId
    vehicle_id: VehicleId
    fleet_number: str
    ability: Ability
    kind: JobKind
    state: JobState = JobState.QUEUED
    place: Place = field(default_factory=Place)
    queued_at: datetime
    promised_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    bay_id: BayId | None = None
    bay_name: str = ""
    stop_reason: StopReason | None = None
    seal_number: str = ""
    worked: timedelta = timedelta()
    working_since: datetime | None = None
    changed_at: datetime
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_on_bay(self) -> bool:
        return self.state in ON_BAY

    @property
    def is_at_work(self) -> bool:
        return self.working_since is not None

    @property
    def is_promised(self) -> bool:
        """Whether there is a time to tell: it waits for a bay or is on one."""
        return self.is_on_bay or self.state is JobState.QUEUED

    @property
    def turnaround(self) -> timedelta | None:
        """From coming in to ready. None: not done."""
        return None if self.completed_at is None else self.completed_at - self.queued_at

    def worked_by(self, at: datetime) -> timedelta:
        """Return the time at work until an instant, pauses left out."""
        if self.working_since is None:
            return self.worked
        return self.worked + max(at - self.working_since, timedelta())

    def require(self, state: JobState) -> None:
        """Refuse unless the job can go to `state` from where it stands."""
        if state not in NEXT[self.state]:
            raise IllegalTransition(self.state, state)

    def queue(self) -> tuple[Self, "MakeReadyQueued"]:
        """Announce a job that has just come in."""
        return self, MakeReadyQueued(job=self, occurred_at=self.queued_at)

    def start(self, bay: Bay, staff_on_duty: int, at: datetime) -> tuple[Self, "MakeReadyStarted"]:
        """Begin on a bay, or go on after a stop. A paused job goes on where it stands."""
        started = replace(
            self._moved_to(JobState.IN_PROGRESS, at),
            started_at=self.started_at or at,
            bay_id=bay.id,
            bay_name=bay.name,
            stop_reason=None,
            working_since=at,
        )
        self._require_place_to_work(bay, staff_on_duty)
        return started, MakeReadyStarted(job=started, occurred_at=at)

    def pause(self, reason: StopReason, at: datetime) -> Self:
        """Stop work; the vehicle keeps its bay. The other services need not hear of it."""
        return replace(self._stopped(JobState.PAUSED, at), stop_reason=reason)

    def block(self, reason: StopReason, at: datetime) -> tuple[Self, "MakeReadyBlocked"]:
        """Take the unready vehicle off its bay until something is put right."""
        blocked = replace(
            self._stopped(JobState.BLOCKED, at), stop_reason=reason, place=Place(), promised_at=None
        )
        return blocked, MakeReadyBlocked(job=blocked, occurred_at=at)

    def complete(self, release: Release, at: datetime) -> tuple[Self, "MakeReadyCompleted"]:
        """Seal the vehicle and let it go."""
        completed = replace(
            self._stopped(JobState.COMPLETED, at),
            completed_at=at,
            seal_number=release.seal_number,
            place=Place(),
        )
        release.check()
        return completed, MakeReadyCompleted(job=completed, occurred_at=at)

    def cancel(self, at: datetime) -> tuple[Self, "MakeReadyCancelled"]:
        """Give the visit up. What is heard of late takes effect at the job's last change."""
        effective = max(at, self.changed_at)
        cancelled = replace(
            self._stopped(JobState.CANCELLED, effective),
            stop_reason=None,
            place=Place(),
            promised_at=None,
        )
        return cancelled, MakeReadyCancelled(job=cancelled, occurred_at=effective)

    def promise(self, ready_at: datetime, at: datetime) -> tuple[Self, "MakeReadyPromised"]:
        """Promise the vehicle, for the first time or for another time than before."""
        promised = replace(self, promised_at=ready_at)
        event = MakeReadyPromised(job=promised, occurred_at=at, instead_of=self.promised_at)
        return promised, event

    def unpromised(self) -> Self:
        """Take the promise back: nobody can be seen to keep it, nor any other."""
        return replace(self, promised_at=None)

    def _require_place_to_work(self, bay: Bay, staff_on_duty: int) -> None:
        if self.state is JobState.PAUSED and bay.id != self.bay_id:
            raise VehicleOnAnotherBay(f"the vehicle is on {self.bay_name}", bay=self.bay_name)
        if not bay.takes(self.kind):
            message = f"bay {bay.name} cannot be used for {self.kind}"
            raise BayLacksCapability(message, capability=BAY_FOR[self.kind])
        if staff_on_duty == 0:
            raise NoStaffOnDuty("no operative is rostered at that time")

    def _stopped(self, state: JobState, at: datetime) -> Self:
        stopped = self._moved_to(state, at)
        return replace(stopped, worked=self.worked_by(at), working_since=None)

    def _moved_to(self, state: JobState, at: datetime) -> Self:
        self.require(state)
        if at < self.changed_at:
            raise EffectiveTimeTooEarly(
                "the job has changed since that time", last_change=self.changed_at.isoformat()
            )
        return replace(self, state=state, changed_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """Something that happened to a job: the job as it stood after it, and when."""

    job: Job
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReadyQueued(JobEvent):
    """A vehicle waits to be made ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReadyPromised(JobEvent):
    """A vehicle was promised for a time. `instead_of` None: for the first time."""

    instead_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReadyStarted(JobEvent):
    """Work began on a bay, or went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReadyBlocked(JobEvent):
    """The vehicle had to leave its bay unready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReadyCompleted(JobEvent):
    """The vehicle is sealed and ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReadyCancelled(JobEvent):
    """The visit is not needed any more."""
