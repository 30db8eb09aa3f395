"""The embedded PostgreSQL: durable over a kill, closed to strangers, alone in its directory."""

import os
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest

from demo.servers import unprivileged
from demo.servers.postgres import EmbeddedPostgres, PostgresServer, Profile, postgres
from demo.servers.unprivileged import CannotRunAsRoot, works


async def execute(server: PostgresServer, statement: str) -> str:
    connection = await asyncpg.connect(server.superuser_dsn)
    try:
        return await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("profile", Profile)
async def test_what_was_committed_is_there_after_a_kill(tmp_path: Path, profile: Profile) -> None:
    embedded = EmbeddedPostgres(tmp_path, profile)
    before = await embedded.start()
    await execute(before, "CREATE TABLE vehicle AS SELECT 1 AS fleet_number")

    await embedded.kill()
    after = await embedded.start()

    try:
        assert after == before
        assert await execute(after, "SELECT fleet_number FROM vehicle") == "SELECT 1"
    finally:
        await embedded.stop()


async def test_only_the_password_opens_a_cluster(tmp_path: Path) -> None:
    async with postgres(tmp_path, Profile.FAST) as server:
        guess = server.dsn("postgres", "postgres", "guess")

        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(guess)


async def test_a_leftover_server_is_stopped_before_its_directory_is_used(tmp_path: Path) -> None:
    leftover = EmbeddedPostgres(tmp_path, Profile.FAST)
    await execute(await leftover.start(), "CREATE TABLE vehicle AS SELECT 1 AS fleet_number")

    async with postgres(tmp_path, Profile.FAST) as server:
        found = await execute(server, "SELECT fleet_number FROM vehicle")

    assert found == "SELECT 1"
    await leftover.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another")
@pytest.mark.parametrize("prefix", [unprivileged.NAMESPACE, unprivileged.REACHING_NOBODY])
async def test_root_runs_it_inside_a_private_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: Sequence[str]
) -> None:
    if not works(prefix):
        pytest.skip(f"{prefix[0]} is denied on this machine")
    monkeypatch.setattr(unprivileged, "works", lambda tried: tried == prefix)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    async with postgres(private / "cluster", Profile.FAST) as server:
        made = await execute(server, "CREATE TABLE vehicle AS SELECT 1 AS fleet_number")

    assert made == "SELECT 1"


async def test_root_that_cannot_become_another_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(unprivileged, "works", lambda _: False)

    with pytest.raises(CannotRunAsRoot, match="MAKEREADY_POSTGRES_DSN"):
        await EmbeddedPostgres(tmp_path, Profile.FAST).start()
