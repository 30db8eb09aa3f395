"""A service as a process: it starts only when all is there, says how it is, and ends in order."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import asyncpg
import pytest

from demo.databases import define
from demo.process import Command, run, spawn
from demo.readiness import is_ready
from demo.servers.choose import Servers
from services.runtime.auth.issue import Issuer
from tests.conftest import NewDatabase, NewTopic
from tests.eventually import eventually
from tests.integration.runtime.children import Scene
from tests.integration.runtime.scratch.service import MIGRATIONS


@pytest.fixture
async def scene(bootstrap: str, new_topic: NewTopic, issuer: Issuer, tmp_path: Path) -> Scene:
    return Scene(bootstrap=bootstrap, topic=await new_topic(), issuer=issuer, logs=tmp_path)


def get(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        body: bytes = answer.read()
    return body.decode()


async def ended(command: Command) -> tuple[int, str]:
    """Run a process that is to end by itself; return its code and what it said."""
    code = await run(command, timedelta(seconds=30))
    return code, command.log.read_text()


async def test_a_process_serves_health_and_metrics_and_ends_with_zero_when_asked(
    scene: Scene, new_database: NewDatabase
) -> None:
    made = await new_database("scratch", MIGRATIONS)
    child = scene.command(made.app_dsn, "writer", "relay", "consume")
    process = await spawn(child.command)
    await child.ready()

    live, metrics = get(child.port, "/live"), get(child.port, "/metrics")
    process.send_signal(signal.SIGTERM)

    assert await process.wait() == 0
    assert live == "ok\n"
    assert "makeready_outbox_unsent" in metrics
    assert not await is_ready(child.port)


async def test_a_second_signal_ends_a_process_at_once(
    scene: Scene, new_database: NewDatabase
) -> None:
    made = await new_database("scratch", MIGRATIONS)
    child = scene.command(made.app_dsn, "writer", "consume")
    process = await spawn(child.command)
    await child.ready()

    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)

    assert await process.wait() == 1


async def test_a_process_does_not_start_without_its_topics_nor_makes_them(
    scene: Scene, new_database: NewDatabase
) -> None:
    made = await new_database("scratch", MIGRATIONS)
    missing = Scene(
        bootstrap=scene.bootstrap, topic="never.made.v1", issuer=scene.issuer, logs=scene.logs
    )

    outcomes = [await ended(missing.command(made.app_dsn, "writer").command) for _ in range(2)]

    assert [code for code, _ in outcomes] == [1, 1]
    assert "never.made.v1: missing; create it with" in outcomes[1][1]


async def test_a_process_does_not_start_before_its_database_is_migrated(
    scene: Scene, new_database: NewDatabase
) -> None:
    made = await new_database("fleet")

    code, said = await ended(scene.command(made.app_dsn, "writer", "relay").command)

    assert code == 1
    assert "not yet migrated: scratch/0001_scratch.sql" in said


async def test_a_process_does_not_start_on_half_a_configuration(scene: Scene) -> None:
    command = scene.command("", "writer", "relay").command
    environment = dict(command.environment)
    del environment["MAKEREADY_KAFKA_BOOTSTRAP"]

    code, said = await ended(
        Command(name="bare", arguments=command.arguments, environment=environment, log=command.log)
    )

    assert code == 1
    assert "MAKEREADY_DSN" in said
    assert "MAKEREADY_KAFKA_BOOTSTRAP" in said


async def test_a_process_ends_with_one_when_its_database_is_not_to_be_reached(
    scene: Scene,
) -> None:
    code, said = await ended(
        scene.command("postgresql://app:x@127.0.0.1:9/none", "writer", "relay").command
    )

    assert code == 1
    assert "the database is away" in said


async def test_an_unknown_role_is_answered_with_the_roles_there_are(scene: Scene) -> None:
    code, said = await ended(scene.command("", "writer", "fly").command)

    assert code == 2
    assert "usage: python -m services.writer [serve] [consume] [relay] | migrate | parked" in said


async def test_readiness_goes_with_the_database_and_liveness_stays(
    scene: Scene, new_database: NewDatabase, servers: Servers
) -> None:
    made = await new_database("scratch", MIGRATIONS)
    child = scene.command(made.app_dsn, "writer", "consume")
    superuser = await asyncpg.connect(servers.postgres.superuser_dsn)

    async with child.running():
        await child.ready()
        await define(superuser, "ALTER DATABASE %I ALLOW_CONNECTIONS false", made.name)
        await superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", made.name
        )
        await eventually(lambda: is_ready(child.port), expected=False)
        live = await asyncio.to_thread(get, child.port, "/live")
        await define(superuser, "ALTER DATABASE %I ALLOW_CONNECTIONS true", made.name)
        await eventually(lambda: is_ready(child.port), expected=True)
        exits = child.process.exits

    await superuser.close()
    assert live == "ok\n"
    assert exits == []
