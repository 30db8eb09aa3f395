"""A stable of synthetic vehicles to measure on: made with SQL, put back between rounds."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
from makeready.fleet.v1 import fleet_service_pb2 as fleet

from benchmarks.recipe import Recipe, Recorder
from demo.platform import Platform
from services.fleet.api.fleet import FleetApi
from services.kernel.ids import OdsCode
from services.runtime.db import Database
from services.runtime.idempotency import RequestKey, once
from services.runtime.scope import Scope
from services.runtime.watch import ChangeFeed

SUBJECT = "bench"
SCOPE = Scope(subject=SUBJECT, roles=frozenset({"fleet.manager"}), orgs=frozenset({OdsCode("RYA")}))
SERVICE = "/makeready.fleet.v1.FleetService"


@dataclass(frozen=True, slots=True)
class Stable:
    """Vehicles of one trust, made ready, in fleet's own database."""

    superuser_dsn: str
    app_dsn: str

    @classmethod
    def of(cls, platform: Platform) -> "Stable":
        database = platform.databases["fleet"]
        return cls(platform.servers.postgres.dsn(database.name), database.app_dsn)

    async def fill(self, vehicles: int) -> list[str]:
        """Make the vehicles and return their ids."""
        connection = await asyncpg.connect(self.superuser_dsn)
        try:
            rows = await connection.fetch(
                """
                INSERT INTO vehicle
                       (vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology,
                        capabilities, ownership, base_vehicle, first_registered_on, in_service_on,
                        mot_expires_on, tax_expires_on, state, home_hub_id, at_hub_id,
                        odometer_miles, state_since, last_change_at, changed_at, version)
                SELECT gen_random_uuid(), 'RYA', 'B' || n, 'B' || lpad(n::text, 6, '0'),
                       'ZFA25000' || lpad(n::text, 9, '0'), 'DCA', 'DIESEL', '{}', 'OWNED',
                       'synthetic', '2024-03-20', '2024-04-01', '2099-12-31', '2099-12-31',
                       'MADE_READY',
                       $1, $1, 0, '2026-10-14', '2026-10-14', '2026-10-14', 1
                  FROM generate_series(1, $2) AS n
                RETURNING vehicle_id
                """,
                uuid4(),
                vehicles,
            )
            await connection.execute("VACUUM ANALYZE vehicle")
        finally:
            await connection.close()
        return [str(row["vehicle_id"]) for row in rows]

    async def put_back(self) -> None:
        """Make every vehicle ready again and forget what was written since."""
        # History refuses to be forgotten: its trigger is off for this session alone.
        connection = await asyncpg.connect(self.superuser_dsn)
        try:
            await connection.execute(
                """
                SET session_replication_role = replica;
                UPDATE vehicle
                   SET state = 'MADE_READY', at_hub_id = home_hub_id, version = 1
                 WHERE state <> 'MADE_READY';
                TRUNCATE status_history, outbox, outbox_stream, request_log;
                """
            )
            await connection.execute("VACUUM ANALYZE vehicle")
            # So that no round pays for the writes of the one before it.
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()

    async def record(self, method: str, vehicle_ids: Sequence[str]) -> Recipe:
        """Have the product's own code make the call here, twice, and return what the second sent.

        The first is not recorded: with it the driver asks about types, once for each connection.
        """
        database = await Database.open(self.app_dsn, "bench")
        try:
            await _called(database, method, vehicle_ids[0], uuid4())
            return await _recorded(database, method, vehicle_ids[1])
        finally:
            await database.close()


async def _recorded(database: Database, method: str, vehicle_id: str) -> Recipe:
    request_id = uuid4()
    recorder = Recorder(UUID(vehicle_id), request_id)
    connection = await database.pool.take()
    connection.add_query_logger(recorder)
    database.pool.give(connection)
    reply = await _called(database, method, vehicle_id, request_id)
    # The driver tells of a statement in the next turn of the loop.
    await asyncio.sleep(0)
    return Recipe(
        method=method,
        request_type=f"makeready.fleet.v1.{method}Request",
        reply_type=f"makeready.fleet.v1.{method}Response",
        reply=reply,
        steps=tuple(recorder.steps),
    )


async def _called(database: Database, method: str, vehicle_id: str, request_id: UUID) -> bytes:
    api = FleetApi(database, ChangeFeed(database), lambda: datetime.now(UTC))
    if method == "GetVehicle":
        get = fleet.GetVehicleRequest(vehicle_id=vehicle_id)
        found = await database.reading(SCOPE, lambda tx: api.GetVehicle(tx, get))
        return found.SerializeToString()
    put = fleet.DeployVehicleRequest(request_id=str(request_id), vehicle_id=vehicle_id)
    key = RequestKey.of(f"{SERVICE}/{method}", request_id, put)
    return await once(database, SCOPE, key, lambda tx: api.DeployVehicle(tx, put))
