"""When each vehicle will be ready: the queue laid on bays and teams, in its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.hubs.domain.hub import Bay, Hub
from services.hubs.domain.job import Job
from services.hubs.domain.work import CHANGEOVER, JobKind, MeasuredWork, expected_work
from services.kernel.calendar import hour_bounds
from services.kernel.ids import BayId, JobId

# Beyond this nothing is promised: whoever is rostered then may be rostered otherwise by then.
PROMISED_AHEAD: Final = timedelta(days=7)
# What a job that is over its time is taken to need yet.
OVERRUN: Final = timedelta(minutes=10)
MINUTE: Final = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class _Floor:
    """The hub's bays and teams as they fill up while the queue is laid on them."""

    hub: Hub
    as_of: datetime
    bay_free_at: dict[BayId, datetime] = field(default_factory=dict)
    work: list[tuple[datetime, datetime]] = field(default_factory=list)
    teams_at: dict[datetime, int] = field(default_factory=dict)

    def take(self, bay_id: BayId, start: datetime, end: datetime) -> None:
        self.bay_free_at[bay_id] = end + CHANGEOVER
        self.work.append((start, end))

    def free_at(self, bay: Bay) -> datetime:
        return self.bay_free_at.get(bay.id, self.as_of)

    def staffed_from(self, start: datetime) -> datetime | None:
        """Return the first instant from `start` on at which a team is free. None: none in sight."""
        while start < self.as_of + PROMISED_AHEAD:
            hour, next_hour = hour_bounds(start)
            ends = [end for begin, end in self.work if begin <= start < end]
            if len(ends) < self._teams(hour):
                return start
            start = min([next_hour, *ends])
        return None

    def _teams(self, hour: datetime) -> int:
        if hour not in self.teams_at:
            self.teams_at[hour] = self.hub.roster.teams(hour)
        return self.teams_at[hour]


def ready_times(
    hub: Hub,
    jobs: Iterable[Job],
    queue: Sequence[Job],
    measured: Mapping[JobKind, MeasuredWork],
    as_of: datetime,
) -> dict[JobId, datetime]:
    """Return when each job will be ready; a job that nobody can be seen to do is left out.

    Vehicles on bays are taken to be worked on from `as_of` without a break. Each job of `queue`, in
    that order, takes the bay that is free first (of several, the first by name) once a team is on
    duty and free, for the time a job of its kind takes; the bay is free again after a changeover.
    """
    floor = _Floor(hub=hub, as_of=as_of)
    ready: dict[JobId, datetime] = {}
    for job in jobs:
        if job.is_on_bay and job.bay_id is not None:
            ready[job.id] = as_of + _left_to_do(job, measured, as_of)
            floor.take(job.bay_id, as_of, ready[job.id])
    bays = {kind: hub.bays_for(kind) for kind in JobKind}
    for job in queue:
        end = _lay(floor, job, bays[job.kind], expected_work(job.kind, measured))
        if end is not None:
            ready[job.id] = end
    return {job_id: whole_minute(end) for job_id, end in ready.items()}


def whole_minute(instant: datetime) -> datetime:
    """Return the instant, or the first whole minute after it."""
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + MINUTE


def passed_promise(before: Job, after: Job, as_of: datetime) -> datetime | None:
    """Return the promise that had passed when it was given up. None: it had not, or it stands.

    Whether it was kept is seen when the job is done: that may be recorded late.
    """
    promised = before.promised_at
    if promised is None or promised == after.promised_at or promised > as_of:
        return None
    return promised


def _left_to_do(job: Job, measured: Mapping[JobKind, MeasuredWork], as_of: datetime) -> timedelta:
    left = expected_work(job.kind, measured) - job.worked_by(as_of)
    return left if left > timedelta() else OVERRUN


def _lay(floor: _Floor, job: Job, bays: Sequence[Bay], work: timedelta) -> datetime | None:
    if not bays or not floor.hub.roster.has_anyone:
        return None
    # Bays come by name, and of equals min() takes the first: the same board, the same promises.
    bay = min(bays, key=floor.free_at)
    start = floor.staffed_from(max(floor.free_at(bay), job.queued_at))
    if start is None:
        return None
    floor.take(bay.id, start, start + work)
    return start + work
