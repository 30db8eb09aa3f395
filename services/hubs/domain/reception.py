"""What a hub does about a vehicle that it hears of: the work it brings, and the work it ends."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import uuid5

from services.hubs.domain.board import Act
from services.hubs.domain.job import RELEASE_FUEL_PERCENT, Job
from services.hubs.domain.vehicle import OUT_OF_HAND, Findings, Sighting, Vehicle, VehicleState
from services.hubs.domain.work import JobKind
from services.kernel.ids import HubId, JobId

# A vehicle that needs work again so soon after its release was not finished (domain rule 22).
REOPENED_WITHIN: Final = timedelta(minutes=30)
# Released, and not yet gone out with a crew.
RELEASED: Final = frozenset({VehicleState.MADE_READY, VehicleState.RESERVE, VehicleState.OFF_ROAD})


def work_brought(told: Sighting) -> JobKind | None:
    """Return the work a vehicle comes with. None: it comes with none.

    A vehicle that fleet moves because of our own work on it (off its bay, unready) has its job.
    """
    if told.is_move:
        return None
    if told.state is VehicleState.COMMISSIONING:
        return JobKind.COMMISSIONING
    if told.state is not VehicleState.AWAITING_MAKE_READY:
        return None
    if told.came_from is VehicleState.IN_MAKE_READY:
        return None
    return JobKind.FULL if told.findings is None else _work_for(told.findings)


def receive(vehicle: Vehicle, told: Sighting, open_job: Job | None) -> Iterable[Act]:
    """Return what an event means for the vehicle's jobs: one to queue, one to give up, or both."""
    kind = work_brought(told)
    if open_job is None:
        if kind is not None:
            yield _new_job(vehicle, told, kind, hub_for(vehicle)).queue()
    elif vehicle.state in OUT_OF_HAND:
        yield open_job.cancel(told.at)
    elif told.is_move and vehicle.whereabouts.at_hub not in {None, open_job.hub_id}:
        yield open_job.cancel(told.at)
        yield _new_job(vehicle, told, open_job.kind, hub_for(vehicle)).queue()


def hub_for(vehicle: Vehicle) -> HubId:
    """Return the hub that makes a vehicle ready: where it is, or where it is to be."""
    return vehicle.whereabouts.at_hub or vehicle.whereabouts.home_hub


def is_reopening(told: Sighting) -> bool:
    """Whether a vehicle comes back for work without having been out since its release."""
    return work_brought(told) is not None and told.came_from in RELEASED


def _new_job(vehicle: Vehicle, told: Sighting, kind: JobKind, hub_id: HubId) -> Job:
    """Return the job that an event brings. The same event always brings the same job."""
    return Job(
        id=JobId(uuid5(told.event_id, "job")),
        org=vehicle.org,
        hub_id=hub_id,
        vehicle_id=vehicle.id,
        fleet_number=vehicle.fleet_number,
        ability=vehicle.ability,
        kind=kind,
        queued_at=told.at,
        changed_at=told.at,
    )


def _work_for(findings: Findings) -> JobKind:
    if findings.is_contaminated:
        return JobKind.DECONTAMINATION
    if findings.has_broken_seals or findings.fuel_or_charge_percent < RELEASE_FUEL_PERCENT:
        return JobKind.FULL
    return JobKind.TURNAROUND
