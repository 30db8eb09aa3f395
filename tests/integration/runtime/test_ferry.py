"""Batches of several partitions go together, and each fares as if it had gone alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.runtime import inbox
from services.runtime.adoption import Desks
from services.runtime.events import Event
from services.runtime.inbox import Moved
from services.runtime.lane import Lane
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from tests.conftest import OpenDatabase
from tests.eventually import eventually
from tests.integration.runtime.partition import BUS, CAR, GROUP, TOPIC, VAN, Log, Reader
from tests.integration.runtime.scratch.service import (
    BUG_MILES,
    MIGRATIONS,
    READER,
    REFUSED_MILES,
    versions_by_key,
)

KEYS = (VAN, CAR, BUS)


@pytest.fixture
async def reader(open_database: OpenDatabase) -> Reader:
    return Reader(await open_database("scratch", MIGRATIONS))


async def under_way(reader: Reader, *miles: int) -> list[tuple[Lane, Log]]:
    """Open a partition for each of `miles`: read to its first event, that reading its second."""
    lanes = []
    for partition, (key, each) in enumerate(zip(KEYS, miles, strict=True)):
        lane, log = await reader.lane(partition), Log()
        log.add(key, 1)
        await lane.take(log.records)
        log.add(key, each)
        lanes.append((lane, log))
    return lanes


async def take_all(lanes: Sequence[tuple[Lane, Log]]) -> list[BaseException | None]:
    """Have every lane take in what it has not, at once; return what each raised."""
    work = (lane.take(log.since(lane.position)) for lane, log in lanes)
    return await asyncio.gather(*work, return_exceptions=True)


async def transactions(reader: Reader) -> int:
    """Count the transactions that had effects after the first events."""
    async with reader.database.read(READER) as tx:
        return int(
            await tx.fetchval(
                """
                SELECT count(DISTINCT xmin::text)
                  FROM effect
                 WHERE version > 1
                """
            )
        )


async def test_what_comes_at_the_same_time_is_taken_in_by_one_transaction(reader: Reader) -> None:
    lanes = await under_way(reader, 10, 20, 30)

    await take_all(lanes)

    assert await versions_by_key(reader.database) == {VAN: [1, 2], CAR: [1, 2], BUS: [1, 2]}
    assert await transactions(reader) == 1
    assert [lane.position for lane, _ in lanes] == [2, 2, 2]


@pytest.mark.parametrize("miles", [REFUSED_MILES, BUG_MILES])
async def test_an_event_that_fails_stops_its_own_key_and_no_other_partition(
    reader: Reader, miles: int
) -> None:
    lanes = await under_way(reader, 10, miles, 30)

    await take_all(lanes)

    assert await versions_by_key(reader.database) == {VAN: [1, 2], CAR: [1], BUS: [1, 2]}
    assert reader.counted("makeready_events_applied_total") == 5
    assert [lane.position for lane, _ in lanes] == [2, 2, 2]


async def test_a_partition_that_another_reader_has_moved_keeps_no_other_back(
    reader: Reader,
) -> None:
    lanes = await under_way(reader, 10, 20, 30)
    other = await Reader(reader.database).lane(1)
    await other.take(lanes[1][1].since(1))

    found = await take_all(lanes)

    assert [type(error) for error in found] == [type(None), Moved, type(None)]
    assert await versions_by_key(reader.database) == {VAN: [1, 2], CAR: [1, 2], BUS: [1, 2]}


async def test_an_id_that_comes_in_two_partitions_at_once_is_taken_in_once(reader: Reader) -> None:
    lanes = await under_way(reader, 10, 20, 30)
    lanes[2][1].records[1] = lanes[0][1].records[1]

    await take_all(lanes)

    assert await versions_by_key(reader.database) == {VAN: [1, 2], CAR: [1, 2], BUS: [1]}
    assert reader.counted("makeready_events_skipped_total", cause="duplicates") == 1


async def test_who_is_cancelled_on_the_way_takes_nobody_with_him(reader: Reader) -> None:
    lanes = await under_way(reader, 10, 20, 30)
    held = reader.desks.of(TOPIC, 0).place

    async with reader.database.write(Scope.system("consume")) as tx:
        await inbox.hold(tx, held)
        tasks = [asyncio.create_task(lane.take(log.since(1))) for lane, log in lanes]
        await eventually(lambda: blocked(reader), 1)
        tasks[0].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(error) for error in found] == [asyncio.CancelledError, type(None), type(None)]
    assert await versions_by_key(reader.database) == {VAN: [1], CAR: [1, 2], BUS: [1, 2]}


async def test_statements_are_planned_once_for_small_batches_and_anew_for_large_ones(
    reader: Reader,
) -> None:
    seen: list[str] = []

    async def apply(tx: Tx, _: Sequence[Event]) -> None:
        seen.append(await tx.fetchval("SELECT current_setting('plan_cache_mode')"))

    subscription = replace(reader.scratch.subscription(TOPIC), apply=apply)
    reader.desks = Desks(reader.database, GROUP, [subscription])
    lane, log = await reader.lane(), Log()
    for miles in range(60):
        log.add(VAN, miles)

    await lane.take(log.records[:2])
    await lane.take(log.since(2))

    assert seen == ["force_generic_plan", "force_custom_plan"]


async def blocked(reader: Reader) -> int:
    """Count the sessions of this database that wait for a lock."""
    async with reader.database.read(Scope.system("consume")) as tx:
        return int(
            await tx.fetchval(
                """
                SELECT count(*)
                  FROM pg_stat_activity
                 WHERE datname = current_database()
                   AND wait_event_type = 'Lock'
                """
            )
        )
