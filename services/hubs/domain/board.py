"""A hub at a glance, and what changes on it when something happens there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from services.hubs.domain.coverage import Coverage, Forecast, cover, forecasts_due
from services.hubs.domain.hub import Hub
from services.hubs.domain.job import Job, JobEvent, JobNotFound, JobState, MakeReadyPromised
from services.hubs.domain.promise import ready_times
from services.hubs.domain.queue import CrewOut, CrewStart, Served, Supply, places, serve, supply_of
from services.hubs.domain.work import JobKind, MeasuredWork
from services.kernel.ids import JobId

# A promise stands while what is now expected is no further from it than this.
PROMISE_TOLERANCE: Final = timedelta(minutes=10)

# A job as an act left it, and what the others are told of that. None: nothing.
Act = tuple[Job, JobEvent | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A job as it was and as it is. None: it was not there."""

    before: Job | None
    after: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What came of some acts at a hub: jobs to save, facts to tell, figures that have changed."""

    changes: tuple[Change, ...]
    events: tuple[JobEvent, ...]
    forecasts: tuple[Forecast, ...]

    def job(self, job_id: JobId) -> Job:
        """Return one of the jobs that changed."""
        return next(change.after for change in self.changes if change.after.id == job_id)

    @property
    def moved(self) -> int:
        """How many queued jobs have another place than before."""
        return sum(
            change.before is not None
            and change.before.place.position != change.after.place.position
            for change in self.changes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A hub with its open jobs, its crew starts, and the vehicles that stand ready or went out.

    `forecasts` are the latest told of each start.
    """

    hub: Hub
    jobs: Mapping[JobId, Job] = field(default_factory=dict)
    starts: tuple[CrewStart, ...] = ()
    ready: tuple[Supply, ...] = ()
    out: tuple[CrewOut, ...] = ()
    measured: Mapping[JobKind, MeasuredWork] = field(default_factory=dict)
    forecasts: Mapping[datetime, Forecast] = field(default_factory=dict)

    def job(self, job_id: JobId) -> Job:
        """Return one of its open jobs, or raise JobNotFound."""
        if job_id not in self.jobs:
            raise JobNotFound("job not found")
        return self.jobs[job_id]

    def coverage(self, as_of: datetime) -> list[Coverage]:
        """Return who of the crews of the next twelve hours has a vehicle, as promised."""
        return cover(self._served(self.jobs.values(), as_of), self.jobs)

    def settle(self, acts: Iterable[Act], as_of: datetime) -> Settled:
        """Order the queue and renew the promises after `acts`, as things stand at `as_of`."""
        done = list(acts)
        now = {**self.jobs, **{job.id: job for job, _ in done}}
        served = self._served(now.values(), as_of)
        now |= {job.id: job for job in self._placed(now, served)}
        promised = self._promised(now, as_of)
        now |= {event.job.id: event.job for event in promised}
        changes = tuple(self._changes(now))
        return Settled(
            changes=changes,
            events=tuple(_told([*(event for _, event in done if event), *promised], changes)),
            forecasts=tuple(forecasts_due(self.hub.id, cover(served, now), self.forecasts, as_of)),
        )

    def _served(self, jobs: Iterable[Job], as_of: datetime) -> list[Served]:
        coming = (supply_of(job) for job in jobs if job.is_open)
        supplies = [*self.ready, *(supply for supply in coming if supply is not None)]
        return serve(self.starts, supplies, self.out, as_of)

    def _placed(self, jobs: Mapping[JobId, Job], served: Sequence[Served]) -> Iterable[Job]:
        place_of = places([job for job in jobs.values() if job.is_open], served)
        return (
            replace(jobs[job_id], place=place)
            for job_id, place in place_of.items()
            if jobs[job_id].place != place
        )

    def _promised(self, jobs: Mapping[JobId, Job], as_of: datetime) -> list[MakeReadyPromised]:
        """Return the promises that are new; one that cannot be told any more is new as well."""
        queue = sorted(
            (job for job in jobs.values() if job.state is JobState.QUEUED),
            key=lambda job: job.place.position,
        )
        ready = ready_times(self.hub, jobs.values(), queue, self.measured, as_of)
        return [
            job.promise(ready.get(job.id), as_of)[1]
            for job in jobs.values()
            if (job.is_on_bay or job.state is JobState.QUEUED)
            and _differs(job.promised_at, ready.get(job.id))
        ]

    def _changes(self, jobs: Mapping[JobId, Job]) -> Iterable[Change]:
        for job_id, job in jobs.items():
            before = self.jobs.get(job_id)
            if job is not before and job != before:
                yield Change(before=before, after=replace(job, version=job.version + 1))


def _differs(standing: datetime | None, expected: datetime | None) -> bool:
    if standing is None or expected is None:
        return standing is not expected
    return abs(expected - standing) > PROMISE_TOLERANCE


def _told(events: Iterable[JobEvent], changes: Iterable[Change]) -> Iterable[JobEvent]:
    """Give each event its job as it now stands, unless that has gone on to another state."""
    latest = {change.after.id: change.after for change in changes}
    for event in events:
        job = latest[event.job.id]
        if isinstance(event, MakeReadyPromised) and job.promised_at is None:
            continue
        yield replace(event, job=job) if job.state is event.job.state else event
