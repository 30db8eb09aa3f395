"""Numbered SQL files, applied once each, in order, by one process at a time."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import asyncpg

from services.runtime.pool import Connection

RUNTIME: Final = Path(__file__).parent / "migrations"
# Any number, the same in every version of this file.
LOCK: Final = 7_202_604_011
POLL_SECONDS: Final = 0.1
PATIENCE: Final = timedelta(minutes=2)
ATTEMPTS: Final = 30


class MigrationRefused(Exception):
    """The files and the database do not fit, or another process does not let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file, named by its service and number: "fleet/0001_vehicle.sql"."""

    name: str
    sql: str

    @property
    def digest(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


def migrations(folders: Iterable[Path]) -> list[Migration]:
    """Return the files of the runtime, then those of `folders`, each folder in its own order."""
    return [
        Migration(name=f"{folder.parent.name}/{file.name}", sql=file.read_text(encoding="utf-8"))
        for folder in (RUNTIME, *folders)
        for file in sorted(folder.glob("[0-9]*.sql"))
    ]


async def migrate(owner_dsn: str, folders: Sequence[Path]) -> list[str]:
    """Apply what is not applied yet, each file in a transaction, and return the names applied.

    The role of `owner_dsn` owns all that is made. Raises MigrationRefused when a file was changed
    after it had been applied.
    """
    connection = await asyncpg.connect(owner_dsn)
    try:
        await _lock(connection)
        await connection.execute(LEDGER)
        return await _apply_missing(connection, migrations(folders))
    finally:
        await connection.close()


async def missing(connection: Connection, folders: Sequence[Path]) -> list[str]:
    """Return the names of the files this database has not had yet; the application role may ask."""
    try:
        applied: list[str] = await connection.fetchval("SELECT applied_migrations()")
    except asyncpg.UndefinedFunctionError:
        applied = []
    return [migration.name for migration in migrations(folders) if migration.name not in applied]


async def _lock(connection: Connection) -> None:
    """Take the lock by asking for it again and again.

    A session that waits inside pg_advisory_lock() holds a snapshot, on which CREATE INDEX
    CONCURRENTLY of the lock's holder would wait in turn.
    """
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 - the event is another process's
            await asyncio.sleep(POLL_SECONDS)


async def _apply_missing(connection: Connection, wanted: Sequence[Migration]) -> list[str]:
    rows = await connection.fetch("SELECT name, digest FROM migration.applied")
    applied = {row["name"]: row["digest"] for row in rows}
    for migration in wanted:
        if applied.get(migration.name, migration.digest) != migration.digest:
            raise MigrationRefused(f"{migration.name} was changed after it had been applied")
    todo = [migration for migration in wanted if migration.name not in applied]
    for migration in todo:
        await _apply(connection, migration)
    return [migration.name for migration in todo]


async def _apply(connection: Connection, migration: Migration) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with connection.transaction():
                # Rather give way than let the service queue up behind a waiting ALTER TABLE.
                await connection.execute("SET LOCAL lock_timeout = '2s'")
                await connection.execute(migration.sql)
                await _record(connection, migration)
        except asyncpg.LockNotAvailableError:
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(POLL_SECONDS * attempt)
        else:
            return


async def _record(connection: Connection, migration: Migration) -> None:
    await connection.execute(
        """
        INSERT INTO migration.applied (name, digest)
        VALUES ($1, $2)
        """,
        migration.name,
        migration.digest,
    )


LEDGER: Final = """
CREATE SCHEMA IF NOT EXISTS migration;
CREATE TABLE IF NOT EXISTS migration.applied (
    name       text        PRIMARY KEY,
    digest     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE OR REPLACE FUNCTION applied_migrations() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
    RETURN (SELECT coalesce(array_agg(name), '{}') FROM migration.applied);
"""
