"""Vehicles taken in, found, listed, counted and given another home."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from makeready.fleet.v1 import vehicle_events_pb2 as facts

from services.fleet.domain.availability import Availability
from services.fleet.domain.life import NewVehicle, move, register
from services.fleet.domain.road import keep_lawful
from services.fleet.domain.states import IN_SERVICE
from services.fleet.domain.vehicle import Moment, Vehicle
from services.fleet.handlers.cycling import start_cycles
from services.fleet.handlers.keeping import Target, hub_for, keep, locked
from services.fleet.repository.availability import Counter
from services.fleet.repository.hubs import HubRepository
from services.fleet.repository.reading import Filter, Name, VehicleReader
from services.fleet.repository.vehicles import VehicleRepository
from services.fleet.wire.events import VEHICLES
from services.fleet.wire.vehicles import vehicle_message
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.kernel.vehicle import OUTSIDE_AVAILABILITY
from services.runtime.tx import Tx


async def register_vehicle(tx: Tx, new: NewVehicle, at: datetime | None) -> Vehicle:
    """Take a vehicle in. What has lapsed keeps it off the road from the start."""
    tx.scope.require_org(new.org)
    await HubRepository(tx).require_of(new.org, new.home_hub_id)
    moment = Moment(at=min(at or tx.now, tx.now), recorded_at=tx.now)
    vehicle = register(VehicleId(uuid4()), new, moment)
    await VehicleRepository(tx).add(vehicle)
    fact = facts.VehicleRegistered(vehicle=vehicle_message(vehicle, tx.today))
    tx.publish(VEHICLES, str(vehicle.id), vehicle.org, fact, moment.at)
    lawful, events = keep_lawful(vehicle, moment)
    if events:
        await keep(tx, lawful, events)
    # One that opens in commissioning starts its cycle when a hub has fitted it out.
    if lawful.state in IN_SERVICE:
        await start_cycles(tx, [lawful])
    return lawful


async def get_vehicle(tx: Tx, vehicle_id: VehicleId) -> Vehicle:
    return await VehicleReader(tx).get(vehicle_id)


async def look_up(tx: Tx, name: Name) -> Vehicle:
    return await VehicleReader(tx).named(name)


async def list_vehicles(tx: Tx, wanted: Filter) -> list[Vehicle]:
    return await VehicleReader(tx).page(wanted)


async def move_vehicle(tx: Tx, target: Target, to_hub_id: HubId) -> Vehicle:
    """Give a vehicle another home hub of its trust."""
    vehicle, moment = await locked(tx, target)
    moved, events = move(vehicle, await hub_for(tx, vehicle, to_hub_id), moment)
    lawful, grounded = keep_lawful(moved, moment)
    if lawful is not vehicle:
        await keep(tx, lawful, (*events, *grounded))
    return lawful


async def count_vehicles(
    tx: Tx, orgs: Collection[OdsCode], home_hub_id: HubId | None, *, with_ring_fenced: bool
) -> Availability:
    """Count vehicles by trust, type and state, by default without those set apart (rule 10)."""
    left_out = [] if with_ring_fenced else sorted(OUTSIDE_AVAILABILITY)
    counts = await Counter(tx).count(orgs, home_hub_id, left_out)
    return Availability(counts=counts, includes_ring_fenced=with_ring_fenced)
