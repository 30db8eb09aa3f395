"""Snapshot, then deltas: nothing missed, nothing told twice, and a token that resumes."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

import pytest
from makeready.fleet.v1.vehicle_events_pb2 import VehicleMoved

from services.runtime.db import Database
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from services.runtime.watch import (
    Change,
    ChangeFeed,
    Complete,
    ResumeTokenInvalid,
    Snapshot,
    Step,
    watch,
)
from tests.integration.runtime.conftest import RYA


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: UUID
    miles: int
    version: int


async def vehicles(tx: Tx, since: str | None) -> list[Vehicle]:
    rows = await tx.fetch(
        """
        SELECT id, miles, version
          FROM vehicle
         WHERE $1::text IS NULL OR changed_xid >= $1::text::xid8
         ORDER BY id
        """,
        since,
    )
    return [Vehicle(*row) for row in rows]


def key(vehicle: Vehicle) -> tuple[object, int]:
    return vehicle.id, vehicle.version


async def insert(tx: Tx) -> UUID:
    vehicle: UUID = await tx.fetchval("INSERT INTO vehicle (org) VALUES ('RYA') RETURNING id")
    announce(tx, vehicle)
    return vehicle


async def drive(tx: Tx, vehicle: UUID) -> None:
    await tx.execute(
        """
        UPDATE vehicle
           SET miles = miles + 1, version = version + 1, changed_xid = pg_current_xact_id()
         WHERE id = $1
        """,
        vehicle,
    )
    announce(tx, vehicle)


def announce(tx: Tx, vehicle: UUID) -> None:
    tx.publish("fleet.vehicle.v1", str(vehicle), RYA, VehicleMoved(vehicle_id=str(vehicle)), tx.now)


@pytest.fixture
async def feed(database: Database) -> AsyncIterator[ChangeFeed]:
    feed = ChangeFeed(database)
    running = asyncio.ensure_future(feed.run())
    assert await feed.wait(0, 5)
    yield feed
    running.cancel()
    await asyncio.wait([running])


async def upto(steps: AsyncIterator[Step[Vehicle]], number: int) -> list[Step[Vehicle]]:
    """Return the next `number` steps."""
    async with asyncio.timeout(60):
        return [await anext(steps) for _ in range(number)]


async def test_a_snapshot_is_followed_by_each_change(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    async with database.write(manager) as tx:
        first, second = await insert(tx), await insert(tx)

    async with aclosing(watch(database, feed, manager, "", vehicles, key)) as steps:
        opening = await upto(steps, 3)
        async with database.write(manager) as tx:
            await drive(tx, second)
        changed = await upto(steps, 1)

    assert [step.row.id for step in opening[:2] if isinstance(step, Snapshot)] == sorted(
        [first, second]
    )
    assert isinstance(opening[2], Complete)
    assert [step.row for step in changed if isinstance(step, Change)] == [Vehicle(second, 1, 2)]


async def test_a_token_resumes_where_the_stream_broke_off(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    async with database.write(manager) as tx:
        vehicle = await insert(tx)
    async with aclosing(watch(database, feed, manager, "", vehicles, key)) as steps:
        complete = (await upto(steps, 2))[1]
    assert isinstance(complete, Complete)
    async with database.write(manager) as tx:
        await drive(tx, vehicle)

    async with aclosing(watch(database, feed, manager, complete.token, vehicles, key)) as steps:
        resumed = await upto(steps, 1)

    assert [step.row for step in resumed if isinstance(step, Change)] == [Vehicle(vehicle, 1, 2)]


async def test_resuming_between_changes_seen_in_one_look_loses_none(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    async with aclosing(watch(database, feed, manager, "", vehicles, key)) as steps:
        await upto(steps, 1)
        async with database.write(manager) as tx:
            made = {await insert(tx) for _ in range(5)}
        first = (await upto(steps, 1))[0]
    assert isinstance(first, Change)

    async with aclosing(watch(database, feed, manager, first.token, vehicles, key)) as steps:
        again = await upto(steps, 5)

    assert {step.row.id for step in again if isinstance(step, Change)} == made


async def test_what_commits_late_is_told_though_later_numbers_were_told_before(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    async with aclosing(watch(database, feed, manager, "", vehicles, key)) as steps:
        await upto(steps, 1)
        async with database.write(manager) as slow:
            late = await insert(slow)
            async with database.write(manager) as tx:
                early = await insert(tx)
            told = await upto(steps, 1)
        told += await upto(steps, 1)

    assert [step.row.id for step in told if isinstance(step, Change)] == [early, late]


async def test_a_stream_sees_only_its_scope(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    stranger = Scope(subject="bob")
    async with database.write(manager) as tx:
        await insert(tx)

    async with aclosing(watch(database, feed, stranger, "", vehicles, key)) as steps:
        opening = await upto(steps, 1)

    assert isinstance(opening[0], Complete)


@pytest.mark.parametrize("token", ["x", "7", "x-1", "x" + "9" * 20, "x9999999999", "y7"])
async def test_a_token_that_is_not_ours_is_refused(
    database: Database, feed: ChangeFeed, manager: Scope, token: str
) -> None:
    with pytest.raises(ResumeTokenInvalid, match=r"^resume_token does not belong to this stream$"):
        await upto(watch(database, feed, manager, token, vehicles, key), 1)


async def test_a_lost_listener_is_replaced_and_nothing_is_missed(
    database: Database, feed: ChangeFeed, manager: Scope, superuser: Connection
) -> None:
    async with aclosing(watch(database, feed, manager, "", vehicles, key)) as steps:
        await upto(steps, 1)
        await superuser.execute(
            """
            SELECT pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN%' OR query = 'SELECT'
            """
        )
        async with database.write(manager) as tx:
            vehicle = await insert(tx)
        told = await upto(steps, 1)

    assert [step.row.id for step in told if isinstance(step, Change)] == [vehicle]


async def test_a_feed_on_which_no_stream_waits_is_woken_by_no_commit(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    idle = ChangeFeed(database)
    running = asyncio.ensure_future(idle.run())

    for _ in range(10):
        rings = feed.rings
        async with database.write(manager) as tx:
            await insert(tx)
        assert await feed.wait(rings, 5)
    running.cancel()

    assert idle.rings == 0


class Mirror:
    """What a client knows of the fleet who leaves after a few steps and resumes with his token."""

    def __init__(self) -> None:
        self.vehicles: dict[UUID, Vehicle] = {}
        self.token = ""

    @property
    def miles(self) -> int:
        return sum(vehicle.miles for vehicle in self.vehicles.values())

    def take(self, step: Step[Vehicle]) -> None:
        if isinstance(step, Snapshot | Change):
            self.vehicles[step.row.id] = step.row
        if not isinstance(step, Snapshot):
            self.token = step.token


async def test_a_watcher_of_a_busy_fleet_ends_with_the_fleet_as_it_is(
    database: Database, feed: ChangeFeed, manager: Scope
) -> None:
    async with database.write(manager) as tx:
        fleet = [await insert(tx) for _ in range(10)]
    mirror = Mirror()

    async def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(25):
            async with database.write(manager) as tx:
                for vehicle in sorted(dice.sample(fleet, 2)):
                    await drive(tx, vehicle)
                await tx.execute("SELECT pg_sleep($1)", dice.random() / 200)

    async def follow() -> None:
        while mirror.miles < 4 * 25 * 2:
            stream = watch(database, feed, manager, mirror.token, vehicles, key)
            async with aclosing(stream) as steps:
                for _ in range(20):
                    mirror.take(await anext(steps))
                    if mirror.miles == 4 * 25 * 2:
                        break

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(follow())
        for seed in range(4):
            group.create_task(write(seed))

    async with database.read(manager) as tx:
        standing = {vehicle.id: vehicle for vehicle in await vehicles(tx, None)}
    assert mirror.vehicles == standing
