"""What a database is to its callers when calls end early, servers go, and others collide."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from services.kernel.errors import Conflict, Exhausted, Unavailable
from services.runtime.db import Database, Limits
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from tests.integration.runtime.conftest import Site
from tests.integration.runtime.yard_acts import a_vehicle, announce, count, drive


async def test_three_hundred_cancelled_transactions_leak_no_connection(
    database: Database, manager: Scope, superuser: Connection, site: Site
) -> None:
    dice = random.Random(7)

    async def work() -> None:
        async with database.write(manager) as tx:
            announce(tx, str(await a_vehicle(tx)))
            await tx.execute("SELECT pg_sleep(0.002)")

    async def cancelled() -> None:
        task = asyncio.ensure_future(work())
        await asyncio.wait([task], timeout=dice.random() * 0.02)
        task.cancel()
        await asyncio.wait([task])

    for _ in range(30):
        await asyncio.gather(*(cancelled() for _ in range(10)))
    await work()

    assert database.pool.taken == 0
    states = await superuser.fetch(
        """
        SELECT state, count(*)
          FROM pg_stat_activity
         WHERE datname = $1 AND usename <> 'postgres' AND application_name = 'test'
         GROUP BY state
        """,
        site.name,
    )
    assert {row["state"] for row in states} == {"idle"}
    assert sum(row["count"] for row in states) <= database.pool.size
    assert await count(superuser, "vehicle") == await count(superuser, "outbox")


async def test_who_finds_no_connection_is_refused_in_time(site: Site, manager: Scope) -> None:
    limits = Limits(connections=1, patience=timedelta(milliseconds=50))
    database = await Database.open(site.app_dsn, "test", limits)

    async with database.read(manager):
        with pytest.raises(Exhausted) as refused:
            await database.ping()

    assert refused.value.reason == "OVERLOADED"
    await database.ping()
    await database.close()


async def test_a_server_that_is_away_is_unavailable(unused_tcp_port: int) -> None:
    with pytest.raises(Unavailable) as refused:
        await Database.open(f"postgresql://app@127.0.0.1:{unused_tcp_port}/none", "test")

    assert refused.value.reason == "DATABASE_UNAVAILABLE"
    assert "127.0.0.1" not in refused.value.message


async def test_a_connection_lost_in_a_transaction_is_unavailable_and_replaced(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    async def lose(tx: Tx) -> None:
        backend = await tx.fetchval("SELECT pg_backend_pid()")
        await superuser.execute("SELECT pg_terminate_backend($1)", backend)
        await a_vehicle(tx)

    with pytest.raises(Unavailable):
        await database.writing(manager, lose)

    async with database.write(manager) as tx:
        await a_vehicle(tx)
    assert database.pool.taken == 0
    assert await count(superuser, "vehicle") == 1


async def test_connections_lost_while_idle_are_replaced_unseen(
    database: Database, manager: Scope, superuser: Connection, site: Site
) -> None:
    await database.ping()
    await superuser.execute(
        """
        SELECT pg_terminate_backend(pid)
          FROM pg_stat_activity
         WHERE datname = $1 AND application_name = 'test'
        """,
        site.name,
    )

    async def look(tx: Tx) -> int:
        value: int = await tx.fetchval("SELECT 1")
        return value

    async def until_replaced() -> int:
        while True:
            try:
                return await database.reading(manager, look)
            except Unavailable:
                continue

    assert await asyncio.wait_for(until_replaced(), 60) == 1


async def test_a_statement_beyond_its_time_is_ended(site: Site, manager: Scope) -> None:
    limits = Limits(connections=1, statement=timedelta(milliseconds=100))
    database = await Database.open(site.app_dsn, "test", limits)

    with pytest.raises(Unavailable):
        async with database.read(manager) as tx:
            await tx.execute("SELECT pg_sleep(30)")

    await database.ping()
    await database.close()


async def test_a_deadlock_is_resolved_by_repeating_one_of_the_two(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    async with database.write(manager) as tx:
        first, second = await a_vehicle(tx), await a_vehicle(tx)
    both = asyncio.Barrier(2)
    attempts: list[str] = []

    async def cross(one: UUID, other: UUID) -> None:
        async def work(tx: Tx) -> None:
            attempts.append("begun")
            await drive(tx, one)
            if len(attempts) <= 2:
                await both.wait()
            await drive(tx, other)

        await database.writing(manager, work)

    await asyncio.gather(cross(first, second), cross(second, first))

    assert len(attempts) == 3
    assert {row["miles"] for row in await superuser.fetch("SELECT miles FROM vehicle")} == {2}


async def test_what_collides_every_time_is_refused_as_contention(
    database: Database, manager: Scope
) -> None:
    attempts: list[int] = []

    async def work(tx: Tx) -> None:
        attempts.append(1)
        await tx.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")

    with pytest.raises(Conflict) as refused:
        await database.writing(manager, work)

    assert refused.value.reason == "CONTENTION"
    assert len(attempts) == 3


async def test_a_migration_under_a_live_pool_repeats_the_outdated_statement(
    database: Database, manager: Scope, site: Site
) -> None:
    async def look(tx: Tx) -> list[asyncpg.Record]:
        return await tx.fetch("SELECT * FROM vehicle")

    await database.reading(manager, look)
    owner = await asyncpg.connect(site.owner_dsn)
    await owner.execute("ALTER TABLE vehicle ADD COLUMN colour text")
    await owner.close()

    assert await database.reading(manager, look) == []
