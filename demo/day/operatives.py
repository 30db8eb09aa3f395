"""A hub's operatives: they work through the queue as bays and hands allow, and seal vehicles."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from makeready.fleet.v1.vehicle_pb2 import VehicleState
from makeready.hubs.v1.hub_pb2 import Bay, Job, JobKind, JobState
from makeready.hubs.v1.hubs_service_pb2 import (
    CompleteJobRequest,
    GetBoardRequest,
    GetBoardResponse,
    StartJobRequest,
)

from demo.day.floor import Floor, Work
from demo.day.stage import Place
from demo.day.tally import Tally
from demo.load.instants import instant, moment
from demo.mirror import asked_until

MINUTE: Final = timedelta(minutes=1)
FULL_PERCENT: Final = 100
PREFIX: Final = len("JOB_KIND_")


@dataclass(slots=True, kw_only=True)
class Operatives:
    """`begun` are jobs that were begun, `sealed` vehicles released of late, by when.

    Of both, what the streams show is a moment behind.
    """

    place: Place
    floor: Floor
    tally: Tally
    visits: dict[str, int] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    sealed: dict[str, datetime] = field(default_factory=dict)

    async def queued(self, vehicles: dict[str, datetime]) -> None:
        """Wait until each vehicle that came in at its time has its job."""
        jobs = self.place.stage.jobs

        def missing() -> str:
            late = [
                self.place.seeds[key].fleet_number
                for key, at in vehicles.items()
                if key not in jobs.rows or moment(jobs.rows[key].queued_at) < at
            ]
            return f"at {self.place.hub.name} no job yet for {', '.join(late)}" if late else ""

        await jobs.until(missing)

    async def all_known(self, now: datetime) -> None:
        """Wait until fleet, and in an exact day the hub, know of every vehicle that was released.

        The queue stands as of what the hub heard last: news of an earlier half hour must not be it.
        """
        if self.sealed:
            await self.all_sealed()
            if self.place.stage.is_exact:
                await self._board(now)

    async def all_sealed(self) -> None:
        """Wait until fleet shows every vehicle that was released as made ready."""
        vehicles = self.place.stage.vehicles

        def missing() -> str:
            late = [
                rows[key].fleet_number
                for key, at in self.sealed.items()
                if moment(rows[key].state_since) < at
            ]
            return f"at {self.place.hub.name} not made ready yet: {', '.join(late)}" if late else ""

        rows = vehicles.rows
        await vehicles.until(missing)
        self.sealed.clear()

    async def all_on_bays(self) -> None:
        """Wait until fleet shows every vehicle that is being worked on as such."""
        vehicles = self.place.stage.vehicles
        wanted = [work.job.vehicle_id for work in self.floor.running]

        def missing() -> str:
            rows = vehicles.rows
            late = [
                rows[key].fleet_number
                for key in wanted
                if rows[key].state != VehicleState.VEHICLE_STATE_IN_MAKE_READY
            ]
            return f"at {self.place.hub.name} not on a bay yet: {', '.join(late)}" if late else ""

        await vehicles.until(missing)

    async def work(self, now: datetime, until: datetime) -> None:
        """Do what bays and hands allow, minute by minute, in the order the board shows."""
        queue = await self._queue(now)
        while now < until:
            for done in self.floor.done(now):
                await self._complete(done)
            while (begun := self.floor.next(queue, now)) is not None:
                job, bay = begun
                await self._start(job, bay, now)
                queue.remove(job)
            now += MINUTE

    async def _queue(self, now: datetime) -> list[Job]:
        """Return the jobs to be done, next first: as the wallboard shows them."""
        rows = self.place.stage.jobs.rows
        shown = [rows[key] for key in self.place.seeds if key in rows]
        queue = [job for job in shown if self._is_queued(job)]
        if queue and self.place.stage.is_exact:
            return [job for job in (await self._board(now)).queue if self._is_queued(job)]
        return sorted(queue, key=lambda job: (job.queue_position, job.fleet_number))

    def _is_queued(self, job: Job) -> bool:
        """Whether a job waits; the wallboard may be a moment behind what was begun."""
        return job.state == JobState.JOB_STATE_QUEUED and job.job_id not in self.begun

    async def _board(self, now: datetime) -> GetBoardResponse:
        """Return the board once the hub knows which of its vehicles are ready."""
        operative = self.place.stage.people.operative
        request = GetBoardRequest(hub_id=self.place.hub.hub_id, as_of=instant(now))
        board = GetBoardResponse()

        async def missing() -> str:
            board.CopyFrom(await operative(operative.hubs.GetBoard, request))
            known, standing = board.made_ready, len(self.place.standing)
            return "" if known == standing else f"{board.hub.name}: {known} of {standing} ready"

        await asked_until(missing)
        return board

    async def _start(self, job: Job, bay: Bay, at: datetime) -> None:
        operative = self.place.stage.people.operative
        request = StartJobRequest(job_id=job.job_id, bay_id=bay.bay_id, at=instant(at))
        await operative(operative.hubs.StartJob, request)
        self.tally.jobs_started += 1
        self.begun.add(job.job_id)
        nth = self.visits[job.vehicle_id] = self.visits.get(job.vehicle_id, 0) + 1
        kind = JobKind.Name(job.kind)[PREFIX:]
        minutes = self.place.stage.chance.work_minutes(job.fleet_number, kind, nth)
        self.floor.begin(job, bay, at + timedelta(minutes=minutes))

    async def _complete(self, work: Work) -> None:
        operative = self.place.stage.people.operative
        self.tally.jobs_completed += 1
        await operative(
            operative.hubs.CompleteJob,
            CompleteJobRequest(
                job_id=work.job.job_id,
                seal_number=f"{self.place.number:02}-{self.tally.jobs_completed:05}",
                fuel_or_charge_percent=FULL_PERCENT,
                checks_passed=True,
                at=instant(work.done_at),
            ),
        )
        self.sealed[work.job.vehicle_id] = work.done_at
        self.place.standing.add(work.job.vehicle_id)
