"""Migrations: once each, by one at a time, and never changed afterwards."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import asyncpg
import pytest

from demo.databases import ServiceDatabase, drop, prepare
from demo.servers.choose import Servers
from services.runtime.migrate import MigrationRefused, migrate, migrations, missing


@pytest.fixture
async def empty(servers: Servers) -> AsyncIterator[ServiceDatabase]:
    """A database nobody has migrated."""
    suffix = f"_{token_hex(4)}"
    yield (await prepare(servers.postgres, ["empty"], suffix))["empty"]
    await drop(servers.postgres, ["empty"], suffix)


def a_folder(home: Path, **files: str) -> Path:
    folder = home / "fleet" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    for name, sql in files.items():
        (folder / f"{name.removeprefix('_')}.sql").write_text(sql)
    return folder


async def test_two_processes_apply_each_file_once_between_them(
    empty: ServiceDatabase, tmp_path: Path
) -> None:
    folder = a_folder(
        tmp_path, _0001_depot="CREATE TABLE depot ()", _0002_bay="CREATE TABLE bay ()"
    )

    applied = await asyncio.gather(*(migrate(empty.owner_dsn, [folder]) for _ in range(2)))

    names = [migration.name for migration in migrations([folder])]
    assert sorted(applied) == [[], names]
    assert names[-2:] == ["fleet/0001_depot.sql", "fleet/0002_bay.sql"]
    assert names[0] == "runtime/0001_runtime.sql"


async def test_a_file_added_later_is_applied_alone(empty: ServiceDatabase, tmp_path: Path) -> None:
    await migrate(empty.owner_dsn, [a_folder(tmp_path, _0001_depot="CREATE TABLE depot ()")])

    folder = a_folder(tmp_path, _0002_bay="CREATE TABLE bay ()")

    assert await migrate(empty.owner_dsn, [folder]) == ["fleet/0002_bay.sql"]


async def test_a_file_changed_after_it_was_applied_is_refused(
    empty: ServiceDatabase, tmp_path: Path
) -> None:
    await migrate(empty.owner_dsn, [a_folder(tmp_path, _0001_depot="CREATE TABLE depot ()")])
    folder = a_folder(
        tmp_path, _0001_depot="CREATE TABLE garage ()", _0002_bay="CREATE TABLE bay ()"
    )

    with pytest.raises(MigrationRefused, match=r"^fleet/0001_depot\.sql was changed"):
        await migrate(empty.owner_dsn, [folder])


async def test_a_file_that_fails_leaves_nothing_of_itself(
    empty: ServiceDatabase, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, _0001_depot="CREATE TABLE depot (); CREATE TABLE depot ()")

    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(empty.owner_dsn, [folder])

    folder = a_folder(tmp_path, _0001_depot="CREATE TABLE depot ()")
    assert await migrate(empty.owner_dsn, [folder]) == ["fleet/0001_depot.sql"]


async def test_the_application_can_ask_what_is_missing_and_read_no_more(
    empty: ServiceDatabase, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, _0001_depot="CREATE TABLE depot ()")
    application = await asyncpg.connect(empty.app_dsn)

    before = await missing(application, [folder])
    await migrate(empty.owner_dsn, [folder])
    after = await missing(application, [folder])

    assert before == [migration.name for migration in migrations([folder])]
    assert after == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.fetch("SELECT name FROM migration.applied")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute("CREATE TABLE mine ()")
    await application.close()


async def test_a_migration_gives_way_to_a_reader_and_tries_again(
    empty: ServiceDatabase, tmp_path: Path
) -> None:
    await migrate(empty.owner_dsn, [a_folder(tmp_path, _0001_depot="CREATE TABLE depot ()")])
    folder = a_folder(tmp_path, _0002_name="ALTER TABLE depot ADD COLUMN name text")
    reader = await asyncpg.connect(empty.app_dsn)
    await reader.execute("BEGIN; SELECT FROM depot")

    migrating = asyncio.ensure_future(migrate(empty.owner_dsn, [folder]))
    await asyncio.wait([migrating], timeout=2.5)
    assert not migrating.done()
    await reader.close()

    assert await migrating == ["fleet/0002_name.sql"]
