"""Processes that are kept running, and what is said of those that cannot be."""

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from demo.ports import PORTS, quiet_port
from demo.process import Backoff, Command, Supervised, inherited_environment
from demo.readiness import NotReady, wait_until_ready
from tests.eventually import eventually

SHORT = Backoff(first=timedelta(milliseconds=10), longest=timedelta(milliseconds=20))


def a_command(tmp_path: Path, code: str) -> Command:
    return Command(
        name="sample",
        arguments=(sys.executable, "-c", code),
        environment=inherited_environment(),
        log=tmp_path / "sample.log",
    )


SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True)"


def pid_of(process: Supervised) -> Callable[[], Awaitable[int | None]]:
    async def look() -> int | None:
        return process.pid

    return look


def said_by(process: Supervised) -> Callable[[], Awaitable[str]]:
    async def look() -> str:
        return process.tail()

    return look


async def test_a_killed_process_is_started_again(tmp_path: Path) -> None:
    process = Supervised(a_command(tmp_path, SLEEP), SHORT)
    await process.start()
    first = process.pid

    killed = process.kill()
    second = await eventually(pid_of(process), lambda pid: pid not in {None, first})
    await process.stop()

    assert killed
    assert process.exits == [-9]
    assert second is not None


async def test_a_stopped_process_stays_down(tmp_path: Path) -> None:
    process = Supervised(a_command(tmp_path, SLEEP), SHORT)
    await process.start()

    code = await process.stop()

    assert code == -15
    assert process.pid is None
    assert not process.kill()


async def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    process = Supervised(a_command(tmp_path, f"{DEAF}; {SLEEP}"), SHORT)
    await process.start()
    await eventually(said_by(process), lambda said: "up" in said)

    assert await process.stop(timedelta(milliseconds=100)) == -9


async def test_what_a_hopeless_process_said_last_is_told(tmp_path: Path) -> None:
    process = Supervised(a_command(tmp_path, "raise SystemExit('no such setting')"), SHORT)
    await process.start()

    with pytest.raises(NotReady, match="no such setting"):
        await wait_until_ready(
            quiet_port(),
            timedelta(seconds=10),
            lambda: process.tail() if len(process.exits) >= 3 else None,
        )
    await process.stop()


def test_pauses_grow_until_the_longest_and_begin_anew_after_a_steady_run() -> None:
    backoff = Backoff()
    pause = backoff.first

    pauses = [pause := backoff.after(pause, timedelta(seconds=1)) for _ in range(6)]

    assert [one.total_seconds() for one in pauses] == [0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert backoff.after(pause, timedelta(seconds=11)) == backoff.first


def test_ports_lie_below_those_of_outgoing_connections() -> None:
    assert quiet_port() in PORTS
