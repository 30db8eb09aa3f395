"""What tests do in the yard: make a vehicle, drive it, announce it, and count what there is."""

from uuid import UUID

from makeready.fleet.v1.vehicle_events_pb2 import VehicleMoved

from services.kernel.errors import RuleBroken
from services.kernel.ids import OdsCode
from services.runtime.pool import Connection
from services.runtime.tx import Tx
from tests.integration.runtime.conftest import RYA

TOPIC = "fleet.vehicle.v1"


class NotToday(RuleBroken):
    reason = "VEHICLE_ILLEGAL_TRANSITION"


async def a_vehicle(tx: Tx, org: OdsCode = RYA) -> UUID:
    vehicle: UUID = await tx.fetchval(
        """
        INSERT INTO vehicle (org)
        VALUES ($1)
        RETURNING id
        """,
        org,
    )
    return vehicle


async def drive(tx: Tx, vehicle: UUID) -> str:
    return await tx.execute(
        """
        UPDATE vehicle
           SET miles = miles + 1
         WHERE id = $1
        """,
        vehicle,
    )


def announce(tx: Tx, key: str, org: OdsCode = RYA) -> None:
    tx.publish(TOPIC, key, org, VehicleMoved(vehicle_id=key), tx.now)


async def count(connection: Connection, table: str) -> int:
    rows: int = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return rows
