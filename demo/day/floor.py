"""A hub's bays and operatives, minute by minute: who can begin, and who is done. Calls nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from makeready.hubs.v1.hub_pb2 import Bay, BayCapability, Job, JobKind

from demo.load.instants import moment
from demo.scenario.trust import Trust
from services.kernel.calendar import LONDON

NEEDS: Final = {
    JobKind.JOB_KIND_TURNAROUND: BayCapability.BAY_CAPABILITY_MAKE_READY,
    JobKind.JOB_KIND_FULL: BayCapability.BAY_CAPABILITY_MAKE_READY,
    JobKind.JOB_KIND_DEEP_CLEAN: BayCapability.BAY_CAPABILITY_DEEP_CLEAN,
    JobKind.JOB_KIND_DECONTAMINATION: BayCapability.BAY_CAPABILITY_DEEP_CLEAN,
    JobKind.JOB_KIND_COMMISSIONING: BayCapability.BAY_CAPABILITY_COMMISSIONING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A job on a bay, and when it will be done."""

    job: Job
    bay: Bay
    done_at: datetime


@dataclass(slots=True, kw_only=True)
class Floor:
    """What stands on a hub's bays. A team of operatives does one job at a time."""

    trust: Trust
    staff_by_hour: Sequence[int]
    bays: tuple[Bay, ...]
    running: list[Work] = field(default_factory=list)
    free_from: dict[str, datetime] = field(default_factory=dict)

    def done(self, now: datetime) -> list[Work]:
        """Take off their bays the jobs that are done by now, in the order they were done."""
        done = [work for work in self.running if work.done_at <= now]
        self.running = [work for work in self.running if work.done_at > now]
        changeover = timedelta(minutes=self.trust.make_ready.changeover_minutes)
        for work in done:
            self.free_from[work.bay.bay_id] = work.done_at + changeover
        return sorted(done, key=lambda work: (work.done_at, work.job.fleet_number))

    def next(self, queue: Iterable[Job], now: datetime) -> tuple[Job, Bay] | None:
        """Return the first job of the queue that can begin now, and its bay."""
        if len(self.running) >= self._teams(now):
            return None
        for job in queue:
            bay = self._bay_for(job, now)
            if bay is not None and moment(job.queued_at) <= now:
                return job, bay
        return None

    def begin(self, job: Job, bay: Bay, done_at: datetime) -> None:
        self.running.append(Work(job=job, bay=bay, done_at=done_at))

    def _bay_for(self, job: Job, now: datetime) -> Bay | None:
        """Return a free bay that can do the work; of several the one that can do least besides."""
        held = {work.bay.bay_id for work in self.running}
        free = (
            bay
            for bay in self.bays
            if bay.bay_id not in held
            and self.free_from.get(bay.bay_id, now) <= now
            and NEEDS[job.kind] in bay.capabilities
        )
        return min(free, key=lambda bay: (len(bay.capabilities), bay.name), default=None)

    def _teams(self, now: datetime) -> int:
        staff = self.staff_by_hour[now.astimezone(LONDON).hour]
        return max(staff // self.trust.make_ready.staff_per_job, 1)
