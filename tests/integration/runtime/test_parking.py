"""What operators do about events that could not be applied: look, try again, give up."""

import asyncio

import pytest

from services.runtime import parked_command
from services.runtime.scope import Scope
from tests.conftest import OpenDatabase
from tests.integration.runtime.partition import CAR, KEYS, VAN, Log, Reader
from tests.integration.runtime.scratch.service import (
    BUG_MILES,
    MIGRATIONS,
    REFUSED_MILES,
    effects,
    versions_by_key,
)


@pytest.fixture
async def reader(open_database: OpenDatabase) -> Reader:
    return Reader(await open_database("scratch", MIGRATIONS))


async def parked(reader: Reader, *arguments: str) -> int:
    """Run the command line `parked …`."""
    return await parked_command.carry_out(parked_command.parse("scratch", arguments), reader.desks)


async def decisions(reader: Reader) -> list[tuple[str, str, str]]:
    async with reader.database.read(Scope.system("consume")) as tx:
        rows = await tx.fetch(
            """
              SELECT verdict, key, reason
                FROM parked_decision
            ORDER BY id
            """
        )
    return [(row["verdict"], row["key"], row["reason"]) for row in rows]


async def a_parked_key(reader: Reader, miles: int = REFUSED_MILES) -> Log:
    """Read a log in which VAN stops at its second event of four."""
    log, lane = Log(), await reader.lane()
    for reading in (10, miles, 30, 40):
        log.add(VAN, reading)
        log.add(CAR, 10)
    await lane.take(log.records)
    return log


async def test_retry_applies_what_waited_in_order_and_lets_the_key_go_on(reader: Reader) -> None:
    log = await a_parked_key(reader)
    reader.scratch.cured.add(REFUSED_MILES)

    exit_code = await parked(reader, "retry", VAN)

    log.add(VAN, 50)
    await (await reader.lane()).take(log.since(8))
    van = [effect.miles for effect in await effects(reader.database) if effect.key == VAN]
    assert exit_code == 0
    assert van == [10, REFUSED_MILES, 30, 40, 50]
    assert await decisions(reader) == [("retry", VAN, "")]


async def test_retry_of_what_still_fails_changes_nothing_and_says_so(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_parked_key(reader, BUG_MILES)

    exit_code = await parked(reader, "retry", VAN)

    assert exit_code == 1
    assert (await versions_by_key(reader.database))[VAN] == [1]
    assert "stopped by handler_bug: the handler raised ZeroDivisionError" in capsys.readouterr().out


async def test_retry_twice_is_retry_once(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_parked_key(reader)
    reader.scratch.cured.add(REFUSED_MILES)

    exit_codes = [await parked(reader, "retry", VAN) for _ in range(2)]

    assert exit_codes == [0, 0]
    assert (await versions_by_key(reader.database))[VAN] == [1, 2, 3, 4]
    assert f"nothing waits on {VAN}" in capsys.readouterr().out


async def test_discard_gives_up_what_waits_and_keeps_every_byte_of_it(reader: Reader) -> None:
    log = await a_parked_key(reader)

    exit_codes = [await parked(reader, "discard", VAN, "--reason", "sold") for _ in range(2)]

    log.add(VAN, 50)
    await (await reader.lane()).take(log.since(8))
    async with reader.database.read(Scope.system("consume")) as tx:
        rows = await tx.fetch("SELECT kafka_offset, value, reason, detail FROM dead_event")
    assert exit_codes == [0, 0]
    assert (await versions_by_key(reader.database))[VAN] == [1, 5]
    assert {row["kafka_offset"]: row["value"] for row in rows} == {
        offset: log.records[offset].value for offset in (2, 4, 6)
    }
    assert {(row["reason"], row["detail"]) for row in rows} == {("discarded", "sold")}
    assert await decisions(reader) == [("discard", VAN, "sold")]


async def test_a_gap_is_passed_only_when_the_operator_says_so(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    log.add(VAN, 10)
    log.add(VAN, 30, version=3)
    await lane.take(log.records)

    without = await parked(reader, "retry", VAN)
    with_it = await parked(reader, "retry", VAN, "--over-gap")

    assert (without, with_it) == (1, 0)
    assert (await versions_by_key(reader.database))[VAN] == [1, 3]


async def test_a_type_that_a_newer_build_knows_is_applied_when_that_build_starts(
    reader: Reader,
) -> None:
    log, lane = Log(), await reader.lane()
    record = log.add(VAN, 10)
    later = record.headers[2]
    assert later[0] == "ce_type"
    headers = [*record.headers[:2], ("ce_type", b"makeready.fleet.v9.Flown"), *record.headers[3:]]
    log.records[0] = type(record)(
        topic=record.topic, offset=0, key=record.key, value=record.value, headers=headers
    )
    await lane.take(log.records)
    async with reader.database.write(Scope.system("consume")) as tx:
        await tx.execute(
            "UPDATE parked_event SET header_values[3] = $1", b"makeready.fleet.v1.OdometerRecorded"
        )

    await reader.lane()

    assert await versions_by_key(reader.database) == {VAN: [1]}


async def test_show_names_every_key_that_waits_and_why(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_parked_key(reader)

    await parked(reader, "show")

    out = capsys.readouterr().out
    assert f"scratch.vehicle.v1 {VAN}: refused since" in out
    assert "3 events from version 2 (makeready.fleet.v1.OdometerRecorded), applied up to 1" in out
    assert "1 keys wait" in out


async def test_a_release_beside_a_busy_reader_loses_and_doubles_nothing(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    for miles in range(200):
        for key in KEYS[:3]:
            log.add(key, REFUSED_MILES if (miles, key) == (5, VAN) else miles)
    await lane.take(log.since(0)[:300])
    reader.scratch.cured.add(REFUSED_MILES)

    async with asyncio.TaskGroup() as both:
        both.create_task(parked(reader, "retry", VAN))
        while lane.position < len(log.records):
            await lane.take(log.since(lane.position)[:7])

    await parked(reader, "retry", VAN)
    versions = await versions_by_key(reader.database)
    assert versions == {key: list(range(1, 201)) for key in KEYS[:3]}
