"""How every change ends: saved, and told to the others."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.fleet.domain.events import (
    BackOnRoad,
    OdometerRead,
    StatusChanged,
    TakenOffRoad,
    VehicleEvent,
    VehicleEvents,
)
from services.fleet.domain.vehicle import Moment, Vehicle
from services.fleet.handlers.cycling import revise_after_reading
from services.fleet.repository.changes import ChangeRepository, Entry
from services.fleet.repository.cycles import cycle_of
from services.fleet.repository.hubs import HubRepository
from services.fleet.repository.vehicles import VehicleRepository
from services.fleet.wire.events import VEHICLES, told
from services.kernel.ids import HubId, VehicleId
from services.runtime.rpc.etags import check_etag
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The vehicle a command is about. An empty etag: whatever stands; no `at`: now."""

    vehicle_id: VehicleId
    etag: str
    at: datetime | None


async def locked(tx: Tx, target: Target) -> tuple[Vehicle, Moment]:
    """Return the vehicle as the caller believes it to be, and when the act takes effect."""
    vehicle = await VehicleRepository(tx).lock(target.vehicle_id)
    check_etag(target.etag, vehicle.version)
    return vehicle, vehicle.moment(target.at, tx.now)


async def hub_for(tx: Tx, vehicle: Vehicle, hub_id: HubId | None) -> HubId:
    """Return the hub named, or the vehicle's own; another trust's is refused."""
    # The home hub was checked when it became that: the usual return asks the database nothing.
    if hub_id is None or hub_id == vehicle.home_hub_id:
        return vehicle.home_hub_id
    await HubRepository(tx).require_of(vehicle.org, hub_id)
    return hub_id


async def keep(tx: Tx, vehicle: Vehicle, events: VehicleEvents) -> None:
    """Save a vehicle with what happened to it, and tell it."""
    moves = [event for event in events if isinstance(event, StatusChanged)]
    reads = [event for event in events if isinstance(event, OdometerRead)]
    if len(moves) != 1 or len(reads) > 1:
        await keep_all(tx, [vehicle], events)
        return
    # The daily round is one move and at most one reading: one statement.
    row = await ChangeRepository(tx).move(vehicle, moves[0], *reads)
    await keep_episodes(tx, events)
    announce(tx, events)
    if row is not None:
        await revise_after_reading(tx, [cycle_of(vehicle, row)])


async def keep_all(tx: Tx, vehicles: Collection[Vehicle], events: Sequence[VehicleEvent]) -> None:
    """Save any number of vehicles with what happened to them, but for readings, and tell it."""
    source = tx.scope.purpose
    moves = [Entry.of(event, source) for event in events if isinstance(event, StatusChanged)]
    await ChangeRepository(tx).save(vehicles, moves)
    await keep_episodes(tx, events)
    announce(tx, events)


async def keep_episodes(tx: Tx, events: Iterable[VehicleEvent]) -> None:
    """Save the episodes that began and ended."""
    changes = ChangeRepository(tx)
    began: list[TakenOffRoad] = []
    for event in events:
        match event:
            case TakenOffRoad():
                began.append(event)
            case BackOnRoad():
                await changes.end_episode(event)
            case _:
                pass
    if began:
        await changes.open_episodes(began)


def announce(tx: Tx, events: Iterable[VehicleEvent]) -> None:
    """Tell the others what happened, in order."""
    for event in events:
        fact = told(event)
        if fact is not None:
            tx.publish(VEHICLES, str(event.vehicle_id), event.org, *fact)
