"""What hubs does about vehicles it hears of: many events at once, each hub settled once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.hubs.domain.board import Act, Board, Settled
from services.hubs.domain.hub import HubNotFound
from services.hubs.domain.job import Job, JobEvent
from services.hubs.domain.reception import (
    REOPENED_WITHIN,
    hub_for,
    is_reopening,
    receive,
    work_brought,
)
from services.hubs.domain.vehicle import OUT_OF_HAND, Sighting, Vehicle
from services.hubs.handlers.settle import announce, keep
from services.hubs.repository.boards import BoardRepository
from services.hubs.repository.jobs import JobRepository
from services.hubs.repository.traces import TraceRepository
from services.hubs.repository.vehicles import VehicleRepository
from services.kernel.calendar import hour_bounds
from services.kernel.ids import HubId, VehicleId
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A vehicle before and after an event of fleet, and the hub that had a job for it at first."""

    before: Vehicle | None
    after: Vehicle
    told: Sighting
    open_at: HubId | None


async def follow_fleet(tx: Tx, told: Sequence[Sighting]) -> None:
    """Take in what fleet tells, in order: know the vehicles, queue and cancel jobs, settle hubs.

    Raises HubNotFound when a vehicle is to be made ready at a hub that is not known here.
    """
    vehicles = VehicleRepository(tx)
    steps = _steps(told, await vehicles.known({one.vehicle_id for one in told}))
    # Before the boards are read: they count the vehicles that stand ready.
    await vehicles.save(list({step.after.id: step.after for step in steps}.values()))
    concerned = _concerned(steps)
    if not concerned:
        return
    boards = await BoardRepository(tx).locked(
        concerned, min(concerned.values()), max(concerned.values())
    )
    acts = _acts(steps, boards.values())
    by_hub = _by_hub(acts, boards)
    settlements = [
        board.settle(by_hub[hub_id], concerned[hub_id]) for hub_id, board in boards.items()
    ]
    await keep(tx, settlements)
    await _reopen(tx, steps)
    # Across hubs: a vehicle that was moved has left the one queue before it is in the other.
    announce(tx, _in_order(acts, settlements))


def _steps(
    told: Iterable[Sighting], known: Mapping[VehicleId, tuple[Vehicle, HubId | None]]
) -> list[Step]:
    steps: dict[VehicleId, Step] = {}
    taken = []
    for one in told:
        before, open_at = known.get(one.vehicle_id, (None, None))
        if one.vehicle_id in steps:
            before = steps[one.vehicle_id].after
        after = Vehicle.first_seen(one) if before is None else before.seen(one)
        steps[one.vehicle_id] = Step(before=before, after=after, told=one, open_at=open_at)
        taken.append(steps[one.vehicle_id])
    return taken


def _concerned(steps: Iterable[Step]) -> dict[HubId, datetime]:
    """Return the hubs at which something may change, each as of the latest that happened there."""
    concerned: dict[HubId, datetime] = {}
    for step in steps:
        for hub_id in _hubs_of(step):
            concerned[hub_id] = max(step.told.at, concerned.get(hub_id, step.told.at))
    return concerned


def _hubs_of(step: Step) -> set[HubId]:
    before, after, told = step.before, step.after, step.told
    hubs: set[HubId | None] = set()
    was_ready_at = None if before is None else before.ready_at
    if was_ready_at != after.ready_at:
        hubs |= {was_ready_at, after.ready_at}
    if after.state in OUT_OF_HAND:
        hubs.add(step.open_at)
    if work_brought(told) is not None or told.is_move:
        hubs |= {step.open_at, hub_for(after)}
    return {hub_id for hub_id in hubs if hub_id is not None}


def _acts(steps: Iterable[Step], boards: Iterable[Board]) -> list[Act]:
    """Return what is to be done about jobs, in the order of the events."""
    open_jobs = {job.vehicle_id: job for board in boards for job in board.jobs.values()}
    acts: list[Act] = []
    for step in steps:
        for job, event in receive(step.after, step.told, open_jobs.get(step.after.id)):
            acts.append((job, event))
            _note(open_jobs, job)
    return acts


def _note(open_jobs: dict[VehicleId, Job], job: Job) -> None:
    if job.is_open:
        open_jobs[job.vehicle_id] = job
    else:
        del open_jobs[job.vehicle_id]


def _by_hub(acts: Iterable[Act], boards: Mapping[HubId, Board]) -> Mapping[HubId, list[Act]]:
    by_hub: defaultdict[HubId, list[Act]] = defaultdict(list)
    for job, event in acts:
        if job.hub_id not in boards:
            raise HubNotFound("the hub that a vehicle is at is not known here")
        by_hub[job.hub_id].append((job, event))
    return by_hub


def _in_order(acts: Iterable[Act], settlements: Iterable[Settled]) -> list[JobEvent]:
    """Return all events in the order of the acts, across hubs; promises come after them."""
    told = [event for _, event in acts if event is not None]
    nth = {(event.job.id, type(event)): place for place, event in enumerate(told)}
    events = [event for settled in settlements for event in settled.events]
    return sorted(events, key=lambda event: nth.get((event.job.id, type(event)), len(nth)))


async def _reopen(tx: Tx, steps: Iterable[Step]) -> None:
    """Leave out of the counts jobs whose vehicles had to be done again at once (rule 22)."""
    again = [step.told for step in steps if is_reopening(step.told)]
    if not again:
        return
    reopened = await JobRepository(tx).reopen(
        [told.vehicle_id for told in again], [told.at for told in again], REOPENED_WITHIN
    )
    if reopened:
        hours = {(org, hub_id, hour_bounds(done_at)[0]) for org, hub_id, done_at in reopened}
        await TraceRepository(tx).touch(hours)
