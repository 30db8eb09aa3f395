"""WatchVehicles: a trust's or a hub's vehicles as they stand, then every change of them."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from time import monotonic
from typing import Final

from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.fleet.api.requests import hub_of, readable
from services.fleet.domain.vehicle import Vehicle
from services.fleet.repository.reading import VehicleReader
from services.fleet.wire.vehicles import vehicle_message
from services.kernel.ids import HubId, VehicleId
from services.runtime.db import Database
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from services.runtime.watch import (
    HEARTBEAT_SECONDS,
    Change,
    ChangeFeed,
    Complete,
    Heartbeat,
    Read,
    Snapshot,
    Step,
    watch,
)

COMPLETE: Final = pb.WatchVehiclesSnapshotComplete()
NOTHING_NEW: Final = pb.WatchVehiclesHeartbeat()


class Concern:
    """Which vehicles a stream tells of: those at or of its hub, and once more each that leaves it.

    A resumed stream does not know what it told before: it tells every change once, and then knows.
    """

    def __init__(self, hub_id: HubId | None, *, is_resumed: bool) -> None:
        self._hub_id = hub_id
        self._is_resumed = is_resumed
        self._was_here: dict[VehicleId, bool] = {}

    def takes(self, vehicle: Vehicle) -> bool:
        """Whether the stream tells of the vehicle as it stands now."""
        if self._hub_id is None:
            return True
        is_here = self._hub_id in {vehicle.home_hub_id, vehicle.at_hub_id}
        was_here = self._was_here.get(vehicle.id, self._is_resumed)
        self._was_here[vehicle.id] = is_here
        return is_here or was_here


async def watch_vehicles(
    database: Database,
    feed: ChangeFeed,
    scope: Scope,
    request: pb.WatchVehiclesRequest,
    today: Callable[[], date],
) -> AsyncIterator[pb.WatchVehiclesResponse]:
    """Yield what the caller is to be told, and a heartbeat where that is nothing for 15 s."""
    concern = Concern(hub_of("hub_id", request.hub_id), is_resumed=bool(request.resume_token))
    reading = _reading(scope, request)
    told_at = monotonic()
    async for step in watch(database, feed, scope, request.resume_token, reading, _version):
        # Changes at other hubs are passed over; the stream must show that it lives all the same.
        response = _response(step, concern, today())
        if response is not None or monotonic() - told_at >= HEARTBEAT_SECONDS:
            yield response or _heartbeat(step)
            told_at = monotonic()


def _reading(scope: Scope, request: pb.WatchVehiclesRequest) -> Read[Vehicle]:
    orgs = readable(scope, request.trust)
    hub_id = hub_of("hub_id", request.hub_id)

    async def read(tx: Tx, since: str | None) -> list[Vehicle]:
        reader = VehicleReader(tx)
        if since is None:
            return await reader.standing(orgs, hub_id)
        return await reader.changed_since(orgs, since)

    return read


def _version(vehicle: Vehicle) -> tuple[object, int]:
    return vehicle.id, vehicle.version


def _response(
    step: Step[Vehicle], concern: Concern, today: date
) -> pb.WatchVehiclesResponse | None:
    match step:
        case Snapshot(row=vehicle) if concern.takes(vehicle):
            return pb.WatchVehiclesResponse(vehicle=vehicle_message(vehicle, today))
        case Change(row=vehicle, token=token) if concern.takes(vehicle):
            message = vehicle_message(vehicle, today)
            return pb.WatchVehiclesResponse(vehicle=message, resume_token=token)
        case Complete(token=token):
            return pb.WatchVehiclesResponse(snapshot_complete=COMPLETE, resume_token=token)
        case Heartbeat():
            return _heartbeat(step)
        case _:
            return None


def _heartbeat(step: Step[Vehicle]) -> pb.WatchVehiclesResponse:
    token = "" if isinstance(step, Snapshot) else step.token
    return pb.WatchVehiclesResponse(heartbeat=NOTHING_NEW, resume_token=token)
