"""The daily round: to a crew and back, off the road and on it, miles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.fleet.domain import crew, road
from services.fleet.domain.events import OdometerRead, VehicleEvent
from services.fleet.domain.kinds import Capability, VorCause
from services.fleet.domain.life import read_odometer
from services.fleet.domain.odometer import Outcome, Reading
from services.fleet.domain.refusals import VehicleNotFound
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Defect, Fault, Findings
from services.fleet.handlers.cycling import revise_after_reading
from services.fleet.handlers.keeping import Target, hub_for, keep, keep_all, locked
from services.fleet.repository.changes import ChangeRepository
from services.fleet.repository.cycles import CycleRepository
from services.fleet.repository.vehicles import VehicleRepository
from services.kernel.ids import HubId, VehicleId
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What a crew says when it brings a vehicle back. No hub: its own; no miles: not read."""

    hub_id: HubId | None
    odometer_miles: int | None
    findings: Findings
    defects: tuple[Defect, ...]


async def deploy_vehicle(tx: Tx, target: Target, needs: frozenset[Capability]) -> Vehicle:
    vehicle, moment = await locked(tx, target)
    deployed, changed = crew.deploy(vehicle, needs, moment)
    await keep(tx, deployed, (changed,))
    return deployed


async def return_vehicle(tx: Tx, target: Target, told: Return) -> tuple[Vehicle, Outcome | None]:
    """Take a vehicle back; the outcome is that of its reading, None when there was none."""
    vehicle, moment = await locked(tx, target)
    hub_id = await hub_for(tx, vehicle, told.hub_id)
    returned, events = crew.take_back(vehicle, hub_id, told.findings, told.defects, moment)
    outcome = None
    if told.odometer_miles is not None:
        reading = Reading(shown_miles=told.odometer_miles, read_at=moment.at)
        returned, read = read_odometer(returned, reading, tx.now)
        events, outcome = (*events, read), read.outcome
    await keep(tx, returned, events)
    if told.defects:
        await ChangeRepository(tx).add_defects(returned, told.defects, moment.at)
    return returned, outcome


async def take_off_road(tx: Tx, target: Target, fault: Fault) -> Vehicle:
    vehicle, moment = await locked(tx, target)
    off_road, events = road.take_off_road(vehicle, fault, moment)
    await keep(tx, off_road, events)
    return off_road


async def return_to_road(
    tx: Tx, target: Target, cause: VorCause, hub_id: HubId | None, holds_until: date | None
) -> Vehicle:
    vehicle, moment = await locked(tx, target)
    at_hub_id = await hub_for(tx, vehicle, hub_id)
    mended, events = road.return_to_road(vehicle, cause, at_hub_id, holds_until, moment)
    await keep(tx, mended, events)
    return mended


async def record_odometer(
    tx: Tx, readings: Sequence[tuple[VehicleId, Reading]]
) -> list[OdometerRead]:
    """Judge one reading of each vehicle; what is implausible is set aside."""
    known = await VehicleRepository(tx).lock_all([vehicle_id for vehicle_id, _ in readings])
    changed: list[Vehicle] = []
    reads: list[OdometerRead] = []
    events: list[VehicleEvent] = []
    for vehicle_id, reading in readings:
        if vehicle_id not in known:
            raise VehicleNotFound
        after, read = read_odometer(known[vehicle_id], reading, tx.now)
        lawful, grounded = road.keep_lawful(after, after.moment(None, tx.now))
        if lawful is not known[vehicle_id]:
            changed.append(lawful)
        reads.append(read)
        events += (read, *grounded)
    # What was set aside is kept too: a fleet manager looks into it.
    await ChangeRepository(tx).add_readings(reads)
    if changed:
        await keep_all(tx, changed, events)
        await _revise_cycles(tx, reads)
    return reads


async def _revise_cycles(tx: Tx, reads: Sequence[OdometerRead]) -> None:
    accepted = [read.vehicle_id for read in reads if read.outcome is Outcome.ACCEPTED]
    cycles = await CycleRepository(tx).lock_all(accepted)
    await revise_after_reading(tx, list(cycles.values()))
