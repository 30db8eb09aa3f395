"""Recurring work: once per period whoever leads, and a failing one troubles nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from services.runtime.db import Database
from services.runtime.metrics import Metrics
from services.runtime.schedule import Schedule, Scheduler
from services.runtime.tx import Tx
from tests.conftest import OpenDatabase
from tests.delivery import published
from tests.eventually import eventually
from tests.integration.runtime.scratch.service import MIGRATIONS, TRUST, a_reading

HOURLY = timedelta(hours=1)


@pytest.fixture
async def database(open_database: OpenDatabase) -> Database:
    return await open_database("scratch", MIGRATIONS)


@asynccontextmanager
async def scheduling(database: Database, *schedules: Schedule) -> AsyncIterator[Metrics]:
    """Run schedules for the length of the block, as the leader of the relay does."""
    metrics = Metrics()
    running = asyncio.create_task(Scheduler(database, schedules, metrics).run())
    try:
        yield metrics
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def runs(metrics: Metrics, schedule: str, outcome: str) -> float:
    labels = {"schedule": schedule, "outcome": outcome}
    return metrics.registry.get_sample_value("makeready_schedule_runs_total", labels) or 0.0


async def announce(tx: Tx) -> None:
    tx.publish("scratch.v1", "van", TRUST, a_reading("van", 1), datetime.now(UTC))


async def fail(_: Tx) -> None:
    raise ZeroDivisionError


async def test_work_runs_once_per_period_whoever_leads(database: Database) -> None:
    once = Schedule(name="once", every=HOURLY, work=announce)
    mark = Schedule(name="mark", every=timedelta(milliseconds=1), work=_nothing)

    async with scheduling(database, once) as first:
        await eventually(lambda: runs(first, "once", "done"), 1.0)
    async with scheduling(database, once, mark) as second:
        await eventually(lambda: runs(second, "mark", "done"), lambda done: done >= 2)

    assert await runs(second, "once", "done") == 0
    assert [event.key for event in await published(database)] == ["van"]


async def _nothing(_: Tx) -> None:
    pass


async def test_work_that_fails_is_counted_and_keeps_nobody_from_working(
    database: Database,
) -> None:
    async with scheduling(
        database,
        Schedule(name="broken", every=HOURLY, work=fail),
        Schedule(name="sound", every=HOURLY, work=announce),
    ) as metrics:
        await eventually(lambda: runs(metrics, "sound", "done"), 1.0)

    assert await runs(metrics, "broken", "failed") == 1
    assert len(await published(database)) == 1
