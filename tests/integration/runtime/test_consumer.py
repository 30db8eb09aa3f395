"""What becomes of events: each takes effect once and in order, and a bad one stops only its key."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from makeready.fleet.v1.vehicle_events_pb2 import VehicleDisposed

from services.runtime.inbox import Moved
from services.runtime.scope import Scope
from tests.conftest import OpenDatabase
from tests.delivery import Fact, FakeRecord, a_record
from tests.eventually import say
from tests.integration.runtime.partition import (
    BUS,
    CAR,
    KEYS,
    TOPIC,
    VAN,
    Log,
    Reader,
    with_header,
)
from tests.integration.runtime.scratch.service import (
    BUG_MILES,
    DEADLY_MILES,
    MIGRATIONS,
    REFUSED_MILES,
    SOURCE,
    Died,
    a_reading,
    effect_count,
    effects,
    versions_by_key,
)


@pytest.fixture
async def reader(open_database: OpenDatabase) -> Reader:
    return Reader(await open_database("scratch", MIGRATIONS))


async def outcomes(reader: Reader) -> dict[int, str]:
    """Return the reason for which each offset was not applied."""
    async with reader.database.read(Scope.system("consume")) as tx:
        rows = await tx.fetch(
            """
            SELECT kafka_offset, reason
              FROM dead_event
            UNION ALL
            SELECT kafka_offset, reason
              FROM parked_event
            """
        )
    return {row["kafka_offset"]: row["reason"] for row in rows}


async def test_every_event_five_times_over_changes_nothing(reader: Reader) -> None:
    log, lane, seed = Log(), await reader.lane(), random.randrange(2**32)
    chance = random.Random(seed)
    say(f"seed {seed}: 300 events, each delivered 6 times")
    for _ in range(300):
        log.add(chance.choice(KEYS), chance.randrange(90_000))
    for record in [each for each in log.records for _ in range(5)]:
        log.append(record)

    while lane.position < len(log.records):
        await lane.take(log.since(lane.position)[: chance.randrange(1, 400)])

    versions = await versions_by_key(reader.database)
    assert sum(map(len, versions.values())) == 300
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())
    assert reader.counted("makeready_events_skipped_total", cause="duplicates") == 1_500


async def test_a_refused_event_parks_its_key_and_no_other(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    for miles in (1, REFUSED_MILES, 3):
        for key in (VAN, CAR, BUS):
            log.add(key, miles if key == CAR else 10)

    await lane.take(log.records)

    assert await versions_by_key(reader.database) == {VAN: [1, 2, 3], CAR: [1], BUS: [1, 2, 3]}
    assert await outcomes(reader) == {4: "refused", 7: "behind"}
    assert lane.position == 9


async def test_a_handler_that_raises_gets_three_attempts_and_then_its_key_is_parked(
    reader: Reader,
) -> None:
    log, lane = Log(), await reader.lane()
    log.add(VAN, BUG_MILES)

    await lane.take(log.records)

    assert reader.scratch.calls[BUG_MILES] == 3
    assert await outcomes(reader) == {0: "handler_bug"}


async def test_an_event_that_is_missing_parks_its_key_until_it_comes(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    log.add(VAN, 10)
    log.add(VAN, 30, version=3)
    log.add(VAN, 40)
    log.add(CAR, 10)

    await lane.take(log.records)
    before = await versions_by_key(reader.database)
    log.add(VAN, 20, version=2)
    await lane.take(log.since(4))

    assert before == {VAN: [1], CAR: [1]}
    assert await versions_by_key(reader.database) == {VAN: [1, 2, 3, 4], CAR: [1]}
    assert await outcomes(reader) == {}


async def test_an_event_processes_die_of_is_parked_untried_the_fourth_time(reader: Reader) -> None:
    log, deaths = Log(), 0
    for miles in (1, 2, DEADLY_MILES, 4):
        log.add(VAN, miles)
        log.add(CAR, miles if miles != DEADLY_MILES else 3)

    lane = await reader.lane()
    while lane.position < len(log.records):
        try:
            await lane.take(log.since(lane.position))
        except Died:
            deaths += 1
            lane = await reader.lane()

    assert deaths == 3
    assert await versions_by_key(reader.database) == {VAN: [1, 2], CAR: [1, 2, 3, 4]}
    assert await outcomes(reader) == {4: "crash_loop", 6: "behind"}


async def test_of_two_readers_at_the_same_place_one_finds_its_batch_taken(reader: Reader) -> None:
    log, lane, other = Log(), await reader.lane(), await reader.lane()
    log.add(VAN, 10)

    await lane.take(log.records)
    with pytest.raises(Moved):
        await other.take(log.records)

    assert await effect_count(reader.database) == 1


async def test_the_database_going_away_is_waited_out(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    log.add(VAN, 10)
    await lane.take(log.records)
    async with reader.database.write(Scope.system("consume")) as tx:
        own = await tx.fetchval("SELECT pg_backend_pid()")
        await tx.execute(
            """
            SELECT pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE datname = current_database()
               AND usename = current_user
               AND pid <> $1
            """,
            own,
        )
    log.add(VAN, 20)

    await lane.take(log.since(1))

    assert [effect.miles for effect in await effects(reader.database)] == [10, 20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A good record with one thing changed, and why it is not applied; "": it is, or is skipped."""

    name: str
    change: Callable[[FakeRecord], FakeRecord]
    reason: str


def header(name: str, value: bytes | None) -> Callable[[FakeRecord], FakeRecord]:
    return lambda record: replace(record, headers=with_header(record.headers, name, value))


def another_type(record: FakeRecord) -> FakeRecord:
    fact = Fact(key=VAN, message=VehicleDisposed(vehicle_id=VAN))
    return a_record(TOPIC, SOURCE, fact)


BAD = (
    Bad(
        name="B86 random bytes",
        change=lambda r: replace(r, value=b"\xff\x00x"),
        reason="decode_failed",
    ),
    Bad(name="B87 no ce_id", change=header("ce_id", None), reason="envelope_incomplete"),
    Bad(name="B87 no ce_type", change=header("ce_type", None), reason="envelope_incomplete"),
    Bad(
        name="B87 no specversion",
        change=header("ce_specversion", None),
        reason="envelope_incomplete",
    ),
    Bad(
        name="B87 other specversion",
        change=header("ce_specversion", b"0.3"),
        reason="envelope_incomplete",
    ),
    Bad(
        name="B87 version zero",
        change=header("ce_aggregateversion", b"0"),
        reason="envelope_incomplete",
    ),
    Bad(name="B87 id no UUID", change=header("ce_id", b"7"), reason="envelope_incomplete"),
    Bad(name="B87 NUL in type", change=header("ce_type", b"a\0b"), reason="envelope_incomplete"),
    Bad(
        name="B88 unknown type",
        change=header("ce_type", b"makeready.fleet.v9.Flown"),
        reason="type_unknown",
    ),
    Bad(name="B88 not wanted type", change=another_type, reason=""),
    Bad(name="B91 no key", change=lambda r: replace(r, key=None), reason="key_mismatch"),
    Bad(name="B91 other key", change=lambda r: replace(r, key=CAR.encode()), reason="key_mismatch"),
    Bad(name="B91 other subject", change=header("ce_subject", CAR.encode()), reason="key_mismatch"),
    Bad(
        name="B91 another's message",
        change=lambda r: replace(r, value=a_reading(CAR, 1).SerializeToString()),
        reason="key_mismatch",
    ),
    Bad(name="B92 tombstone", change=lambda r: replace(r, value=None), reason=""),
    Bad(name="B93 gap", change=header("ce_aggregateversion", b"3"), reason="version_gap"),
    Bad(
        name="B95 other source",
        change=header("ce_source", b"makeready/hubs"),
        reason="source_forbidden",
    ),
    Bad(name="B95 no ODS code", change=header("ce_orgid", b"not one"), reason="source_forbidden"),
    Bad(name="B96 far future", change=header("ce_time", b"9999-01-01T00:00:00+00:00"), reason=""),
    Bad(name="B96 1970", change=header("ce_time", b"1970-01-01T00:00:00+00:00"), reason=""),
    Bad(
        name="B97 over a megabyte",
        change=lambda r: replace(r, value=bytes(1_000_001)),
        reason="too_large",
    ),
    Bad(
        name="B97 many headers",
        change=lambda r: replace(r, headers=[*r.headers, *[("x", b"")] * 10_000]),
        reason="too_large",
    ),
    Bad(
        name="B97 header not UTF-8",
        change=header("ce_type", b"\xff\xfe"),
        reason="envelope_incomplete",
    ),
)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
async def test_a_bad_record_is_kept_with_its_reason_and_stops_nobody(
    reader: Reader, bad: Bad
) -> None:
    log, lane = Log(), await reader.lane()
    log.append(bad.change(Log().add(VAN, 10)))
    log.add(BUS, 10)

    await lane.take(log.records)

    assert await outcomes(reader) == ({0: bad.reason} if bad.reason else {})
    assert (await versions_by_key(reader.database))[BUS] == [1]
    assert lane.position == 2


async def test_newer_fields_are_no_fault(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    good = log.add(VAN, 10)
    unknown_field = b"\xa2\x06\x03new"
    log.records[0] = replace(good, value=(good.value or b"") + unknown_field)

    await lane.take(log.records)

    assert await effect_count(reader.database) == 1


async def test_an_id_that_comes_again_with_other_bytes_is_dead(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    good = log.add(VAN, 10)
    log.append(replace(good, value=a_reading(VAN, 99).SerializeToString()))

    await lane.take(log.records)

    assert [effect.miles for effect in await effects(reader.database)] == [10]
    assert await outcomes(reader) == {1: "id_reuse"}


async def test_a_stale_version_under_a_new_id_is_passed_over(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    log.add(VAN, 10)
    log.add(VAN, 11, version=1)

    await lane.take(log.records)

    assert [effect.miles for effect in await effects(reader.database)] == [10]
    assert reader.counted("makeready_events_skipped_total", cause="stale") == 1


COUNT_EVERYTHING = """
SELECT (SELECT count(*) FROM inbox),
       (SELECT count(*) FROM inbox_position),
       (SELECT count(*) FROM consumer_offset),
       (SELECT count(*) FROM consumer_attempt),
       (SELECT count(*) FROM parked_event),
       (SELECT count(*) FROM dead_event)
"""


async def test_nothing_of_the_inbox_is_seen_without_its_purpose(reader: Reader) -> None:
    log, lane = Log(), await reader.lane()
    for miles in (1, REFUSED_MILES):
        log.add(VAN, miles)
    log.append(replace(log.records[0], value=b"\xff"))
    await lane.take(log.records)

    async with reader.database.read(Scope(subject="anyone")) as tx:
        seen = await tx.fetchrow(COUNT_EVERYTHING)
    async with reader.database.read(Scope.system("consume")) as tx:
        there = await tx.fetchrow(COUNT_EVERYTHING)

    assert set(seen or ()) == {0}
    assert 0 not in set(there or (0,))
