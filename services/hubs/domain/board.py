"""A hub at a glance, and what changes on it when something happens there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from services.hubs.domain.coverage import Coverage, Forecast, cover, forecasts_due
from services.hubs.domain.hub import Bay, Hub
from services.hubs.domain.job import BayLacksCapability, BayOccupied, Job, JobEvent
from services.hubs.domain.promise import passed_promise, ready_times
from services.hubs.domain.queue import CrewOut, CrewStart, Served, places, serve
from services.hubs.domain.states import JobState
from services.hubs.domain.vehicle import Ability
from services.hubs.domain.work import BAY_FOR, JobKind, MeasuredWork
from services.kernel.ids import BayId, JobId

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

    hub: Hub
    as_of: datetime
    changes: tuple[Change, ...]
    events: tuple[JobEvent, ...]
    forecasts: tuple[Forecast, ...]

    def job(self, job_id: JobId) -> Job:
        """Return one of the jobs that changed."""
        return next(change.after for change in self.changes if change.after.id == job_id)

    @property
    def passed(self) -> list[tuple[Job, datetime]]:
        """The promises that had passed when they were replaced or given up."""
        found = ((one.after, _passed(one, self.as_of)) for one in self.changes)
        return [(job, promised) for job, promised in found if promised is not None]

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
    """A hub with its open jobs and its crew starts.

    `ready` counts the vehicles that stand ready, by what they can do; `out` are those that left of
    late. `forecasts` are the latest told of each start.
    """

    hub: Hub
    jobs: Mapping[JobId, Job] = field(default_factory=dict)
    starts: tuple[CrewStart, ...] = ()
    ready: Mapping[Ability, int] = field(default_factory=dict)
    out: tuple[CrewOut, ...] = ()
    measured: Mapping[JobKind, MeasuredWork] = field(default_factory=dict)
    forecasts: Mapping[datetime, Forecast] = field(default_factory=dict)

    @property
    def held(self) -> dict[BayId, str]:
        """The names of the bays that hold a vehicle."""
        return {
            job.bay_id: job.bay_name for job in self.jobs.values() if job.bay_id and job.is_on_bay
        }

    def free_bay(self, job: Job, free: Collection[BayId]) -> Bay:
        """Return the first by name of the bays that are free and can do the work."""
        fit = self.hub.bays_for(job.kind)
        if not fit:
            raise BayLacksCapability(
                f"no bay of the hub can be used for {job.kind}", capability=BAY_FOR[job.kind]
            )
        for bay in fit:
            if bay.id in free:
                return bay
        raise BayOccupied(f"every bay for {job.kind} holds a vehicle", bay="")

    def coverage(self, as_of: datetime) -> list[Coverage]:
        """Return who of the crews of the next twelve hours has a vehicle, as promised."""
        return cover(self._served(self.jobs.values(), as_of), self.jobs)

    def settle(self, acts: Iterable[Act], as_of: datetime) -> Settled:
        """Order the queue and renew the promises after `acts`, as things stand at `as_of`."""
        done = list(acts)
        now = {**self.jobs, **{job.id: job for job, _ in done}}
        # Who serves whom decides the places, and the places decide the promises.
        served = self._served(now.values(), as_of)
        now |= {job.id: job for job in self._placed(now, served)}
        promised = list(self._promised(now, as_of))
        now |= {job.id: job for job, _ in promised}
        changes = tuple(self._changes(now))
        events = (event for _, event in [*done, *promised] if event is not None)
        return Settled(
            hub=self.hub,
            as_of=as_of,
            changes=changes,
            events=tuple(_told(events, changes)),
            forecasts=tuple(forecasts_due(self.hub.id, cover(served, now), self.forecasts, as_of)),
        )

    def _served(self, jobs: Iterable[Job], as_of: datetime) -> list[Served]:
        return serve(self.starts, self.ready, jobs, self.out, as_of)

    def _placed(self, jobs: Mapping[JobId, Job], served: Sequence[Served]) -> Iterable[Job]:
        place_of = places([job for job in jobs.values() if job.is_open], served)
        return (
            replace(jobs[job_id], place=place)
            for job_id, place in place_of.items()
            if jobs[job_id].place != place
        )

    def _promised(self, jobs: Mapping[JobId, Job], as_of: datetime) -> Iterable[Act]:
        """Return the jobs that are promised for another time than before, or for none."""
        queue = sorted(
            (job for job in jobs.values() if job.state is JobState.QUEUED),
            key=lambda job: job.place.position,
        )
        ready = ready_times(self.hub, jobs.values(), queue, self.measured, as_of)
        for job in jobs.values():
            expected = ready.get(job.id)
            if not job.is_promised or not _differs(job.promised_at, expected):
                continue
            yield (job.unpromised(), None) if expected is None else job.promise(expected, as_of)

    def _changes(self, jobs: Mapping[JobId, Job]) -> Iterable[Change]:
        for job_id, job in jobs.items():
            before = self.jobs.get(job_id)
            if job is not before and job != before:
                yield Change(before=before, after=replace(job, version=job.version + 1))


def _passed(change: Change, as_of: datetime) -> datetime | None:
    if change.before is None:
        return None
    return passed_promise(change.before, change.after, as_of)


def _differs(standing: datetime | None, expected: datetime | None) -> bool:
    if standing is None or expected is None:
        return standing is not expected
    return abs(expected - standing) > PROMISE_TOLERANCE


def _told(events: Iterable[JobEvent], changes: Iterable[Change]) -> Iterable[JobEvent]:
    """Give each event its job as it now stands, unless that has gone on to another state."""
    latest = {change.after.id: change.after for change in changes}
    for event in events:
        job = latest[event.job.id]
        yield replace(event, job=job) if job.state is event.job.state else event
