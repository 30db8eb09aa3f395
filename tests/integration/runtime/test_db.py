"""Transactions under a scope: what they may see, and what they leave behind."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from makeready.fleet.v1.vehicle_events_pb2 import VehicleMoved

from services.kernel.errors import Refusal
from services.runtime.db import Database, Limits, violates
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from tests.integration.runtime.conftest import RX1, RYA, Site
from tests.integration.runtime.yard_acts import TOPIC, NotToday, a_vehicle, announce, count, drive


async def test_a_refusal_leaves_no_row_and_no_event(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    async def refuse(tx: Tx) -> None:
        announce(tx, str(await a_vehicle(tx)))
        raise NotToday("not today")

    with pytest.raises(NotToday):
        await database.writing(manager, refuse)

    tables = ("vehicle", "outbox", "outbox_stream")
    assert [await count(superuser, table) for table in tables] == [0, 0, 0]
    assert database.pool.taken == 0


async def test_a_transaction_sees_its_organisations_and_no_other(
    database: Database, manager: Scope, planner: Scope
) -> None:
    stranger = Scope(subject="bob", orgs=frozenset({RX1}))
    async with database.write(manager) as tx:
        vehicle = await a_vehicle(tx)

    async with database.write(stranger) as tx:
        assert await tx.fetch("SELECT id FROM vehicle") == []
        assert await drive(tx, vehicle) == "UPDATE 0"
    async with database.read(planner) as tx:
        assert await tx.fetchval("SELECT id FROM vehicle") == vehicle


async def test_a_row_of_another_organisation_cannot_be_made(
    database: Database, manager: Scope
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.write(manager) as tx:
            await a_vehicle(tx, RX1)


async def test_an_event_of_another_organisation_cannot_be_published(
    database: Database, manager: Scope
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.write(manager) as tx:
            announce(tx, "v", RX1)


async def test_a_planner_writes_nothing_even_where_code_lets_him(
    database: Database, manager: Scope, planner: Scope
) -> None:
    async with database.write(manager) as tx:
        vehicle = await a_vehicle(tx)

    async with database.write(planner) as tx:
        assert await drive(tx, vehicle) == "UPDATE 0"
        assert await tx.execute("DELETE FROM vehicle") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.write(planner) as tx:
            await a_vehicle(tx)


async def test_no_table_yields_a_row_without_a_scope(
    database: Database, manager: Scope, site: Site, superuser: Connection
) -> None:
    async with database.write(manager) as tx:
        announce(tx, str(await a_vehicle(tx)))
    await superuser.execute(
        """
        INSERT INTO request_log (subject, method, request_id, fingerprint, reply)
        VALUES ('alice', '/m', gen_random_uuid(), decode(repeat('00', 32), 'hex'), '')
        """
    )

    bare = await asyncpg.connect(site.app_dsn)
    tables = [
        row[0]
        for row in await bare.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    seen = {table: await count(bare, table) for table in tables}
    await bare.close()

    assert {"vehicle", "outbox", "outbox_stream", "request_log"} <= set(seen)
    assert set(seen.values()) == {0}


async def test_every_table_forces_row_level_security_on_its_owner_too(
    superuser: Connection,
) -> None:
    unforced = await superuser.fetch(
        """
        SELECT relname
          FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
           AND NOT (relrowsecurity AND relforcerowsecurity)
        """
    )

    assert unforced == []


async def test_a_schedule_publishes_for_every_organisation(
    database: Database, superuser: Connection
) -> None:
    async with database.write(Scope.system("schedule")) as tx:
        announce(tx, "a", RYA)
        announce(tx, "b", RX1)

    assert await count(superuser, "outbox") == 2


async def test_a_read_cannot_write(database: Database, manager: Scope) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with database.read(manager) as tx:
            await a_vehicle(tx)


async def test_a_scope_ends_with_its_transaction(site: Site, manager: Scope) -> None:
    database = await Database.open(site.app_dsn, "test", Limits(connections=1))
    async with database.write(manager) as tx:
        await a_vehicle(tx)

    connection = await database.pool.take()

    assert await connection.fetch("SELECT id FROM vehicle") == []
    assert await connection.fetchval("SELECT scope_purpose()") == ""
    database.pool.give(connection)
    await database.close()


async def test_a_subject_with_a_quote_is_only_a_subject(database: Database) -> None:
    subject = "o'brien', true); DROP TABLE vehicle; --\\"

    async with database.read(Scope(subject=subject)) as tx:
        assert await tx.fetchval("SELECT scope_subject()") == subject


async def test_a_rehearsal_applies_deferred_checks_and_leaves_nothing(
    database: Database, manager: Scope, site: Site, superuser: Connection
) -> None:
    owner = await asyncpg.connect(site.owner_dsn)
    await owner.execute(
        """
        ALTER TABLE vehicle
          ADD CONSTRAINT vehicle_miles UNIQUE (miles) DEFERRABLE INITIALLY DEFERRED
        """
    )
    await owner.close()

    async def one(tx: Tx) -> UUID:
        announce(tx, "a")
        return await a_vehicle(tx)

    async def two(tx: Tx) -> UUID:
        await a_vehicle(tx)
        return await a_vehicle(tx)

    assert isinstance(await database.rehearsing(manager, one), UUID)
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await database.rehearsing(manager, two)

    assert violates(refused.value, "vehicle_miles")
    assert [await count(superuser, table) for table in ("vehicle", "outbox")] == [0, 0]


async def test_now_stands_still_in_a_transaction(database: Database, manager: Scope) -> None:
    async with database.read(manager) as tx:
        first = tx.now
        await tx.execute("SELECT pg_sleep(0.001)")

        assert tx.now is first
        assert first.tzinfo is not None


async def test_a_payload_a_topic_would_not_take_is_refused_by_the_outbox(
    database: Database, manager: Scope
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with database.write(manager) as tx:
            tx.publish(TOPIC, str(uuid4()), RYA, VehicleMoved(vehicle_id="x" * 900_001), tx.now)


async def test_a_refusal_is_not_taken_for_trouble_with_the_server(
    database: Database, manager: Scope
) -> None:
    async def work(_: Tx) -> None:
        raise NotToday("not today")

    with pytest.raises(Refusal, match=r"^not today$"):
        await database.writing(manager, work)
