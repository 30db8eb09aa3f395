"""Vehicles withdrawn, and gone."""

from dataclasses import dataclass

from makeready.fleet.v1 import vehicle_events_pb2 as facts

from services.fleet.domain.life import Disposal, Succession, dispose, withdraw
from services.fleet.domain.refusals import VehicleNotFound
from services.fleet.domain.vehicle import Vehicle
from services.fleet.handlers.cycling import close_cycle
from services.fleet.handlers.keeping import Target, keep, locked
from services.fleet.repository.changes import ChangeRepository
from services.fleet.repository.disposals import DisposalRepository
from services.fleet.repository.vehicles import VehicleRepository
from services.fleet.wire.events import VEHICLES
from services.kernel.calendar import london_day
from services.kernel.ids import VehicleId
from services.runtime.rpc.etags import check_etag
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a vehicle may go: its successor, or the decision that it needs none."""

    replacement_id: VehicleId | None
    establishment_change: str


async def begin_disposal(tx: Tx, target: Target, reason: Reason) -> Vehicle:
    """Withdraw a vehicle. Episodes that are open end with its service."""
    ids = {target.vehicle_id, reason.replacement_id or target.vehicle_id}
    # Both at once: two withdrawals that name each other's vehicles must not wait in a circle.
    vehicles = await VehicleRepository(tx).lock_all(ids)
    if len(vehicles) < len(ids):
        raise VehicleNotFound
    vehicle = vehicles[target.vehicle_id]
    check_etag(target.etag, vehicle.version)
    succession = Succession(
        replacement=vehicles[reason.replacement_id] if reason.replacement_id else None,
        establishment_change=reason.establishment_change,
    )
    withdrawn, changed = withdraw(vehicle, succession, vehicle.moment(target.at, tx.now))
    await keep(tx, withdrawn, (changed,))
    await DisposalRepository(tx).begin(withdrawn, succession)
    if vehicle.open_episodes:
        await ChangeRepository(tx).end_episodes(vehicle.id, changed.at)
    return withdrawn


async def dispose_vehicle(tx: Tx, target: Target, disposal: Disposal) -> Vehicle:
    """Let a withdrawn vehicle go: its mark is free, its cycle closed."""
    vehicle, moment = await locked(tx, target)
    gone, changed = dispose(vehicle, moment)
    await keep(tx, gone, (changed,))
    await DisposalRepository(tx).end(gone, disposal, moment.at)
    fact = facts.VehicleDisposed(
        vehicle_id=str(gone.id),
        trust=gone.org,
        disposed_on=london_day(moment.at).isoformat(),
        proceeds_pence=disposal.proceeds_pence,
    )
    tx.publish(VEHICLES, str(gone.id), gone.org, fact, moment.at)
    await close_cycle(tx, gone)
    return gone
