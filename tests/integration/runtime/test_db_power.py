"""What a token is worth when the server lost power: numbers it had given out come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from demo.servers.postgres import EmbeddedPostgres, PostgresServer, Profile
from services.runtime.db import Database
from services.runtime.scope import Scope
from services.runtime.watch import Change, ChangeFeed, Complete, watch
from tests.databases import Templates
from tests.integration.runtime.conftest import MIGRATIONS
from tests.integration.runtime.test_db_watch import insert, key, upto, vehicles

LOST: Final = 20


async def test_a_token_passes_over_nothing_that_is_done_after_a_loss_of_power(
    tmp_path: Path, manager: Scope
) -> None:
    embedded = EmbeddedPostgres(tmp_path, Profile.DURABLE)
    server = await embedded.start()
    try:
        await _write_the_log_late(server)
        dsn = (await Templates(server).clone("yard", [MIGRATIONS])).app_dsn
        async with _opened(dsn) as database:
            token = await _token_after_what_is_lost(database, manager)

            await embedded.kill()
            await embedded.start()

        async with _opened(dsn) as database:
            made = {await _made(database, manager) for _ in range(LOST)}
            feed = ChangeFeed(database)
            async with aclosing(watch(database, feed, manager, token, vehicles, key)) as steps:
                told = await upto(steps, LOST)
    finally:
        await embedded.stop()

    assert {step.row.id for step in told if isinstance(step, Change)} == made


async def _write_the_log_late(server: PostgresServer) -> None:
    """What no commit waits for reaches the disk in ten seconds, and not in a fifth of one."""
    connection = await asyncpg.connect(server.superuser_dsn)
    await connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


@asynccontextmanager
async def _opened(dsn: str) -> AsyncIterator[Database]:
    database = await Database.open(dsn, "test")
    yield database
    await database.close()


async def _token_after_what_is_lost(database: Database, manager: Scope) -> str:
    """Take transactions' numbers without a commit, and a stream's token after them."""
    for _ in range(LOST):
        async with asyncio.timeout(60), database.read(manager) as tx:
            await tx.execute("SELECT pg_current_xact_id()")
    feed = ChangeFeed(database)
    async with aclosing(watch(database, feed, manager, "", vehicles, key)) as steps:
        complete = (await upto(steps, 1))[0]
    assert isinstance(complete, Complete)
    return complete.token


async def _made(database: Database, manager: Scope) -> UUID:
    async with database.write(manager) as tx:
        return await insert(tx)
