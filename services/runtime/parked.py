"""What was not applied, in SQL: events that wait behind their key, and records that never will."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias
from uuid import UUID

from services.kernel.ids import OdsCode
from services.runtime.contiguity import Held
from services.runtime.events import Headers, Record
from services.runtime.faults import Fault, Reason
from services.runtime.inbox import Place
from services.runtime.tx import Row, Tx

Columns: TypeAlias = tuple[object, ...]
# The end of the year 9999, beyond which there is no datetime.
LAST_MILLISECOND: Final = 253_402_300_799_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as it was parked; it is read like one that Kafka delivers."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first of a key's parked events, and the version its key has come to."""

    record: Kept
    event_id: UUID
    org: OdsCode
    version: int
    position: int


async def park(tx: Tx, place: Place, held: Sequence[Held]) -> None:
    """Keep events to be applied later; the keys of those that are not behind another stop here."""
    await tx.executemany(
        """
        INSERT INTO parked_event
               (consumer, topic, partition, kafka_offset, recorded_at, header_names, header_values,
                value, key, version, event_id, type, org, traceparent, reason, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT DO NOTHING
        """,
        [(*_record(place, one.arrival.record), *_event(one)) for one in held],
    )
    causes = [
        (one.arrival.event.key, one.fault.reason)
        for one in held
        if one.arrival.event is not None and one.fault.reason is not Reason.BEHIND
    ]
    for key, reason in causes:
        await stop(tx, place, key, reason)


async def stop(tx: Tx, place: Place, key: str, reason: Reason) -> None:
    """Let a key that has a position wait from now on, or for another reason than before."""
    await tx.execute(
        """
        UPDATE inbox_position
           SET parked_reason = $4, parked_at = coalesce(parked_at, now())
         WHERE consumer = $1
           AND topic = $2
           AND key = $3
        """,
        place.consumer,
        place.topic,
        key,
        reason,
    )


async def bury(tx: Tx, place: Place, held: Sequence[Held]) -> None:
    """Keep records that will never be applied, byte for byte."""
    await tx.executemany(
        """
        INSERT INTO dead_event
               (consumer, topic, partition, kafka_offset, recorded_at, header_names, header_values,
                value, key, event_id, type, traceparent, reason, status, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT DO NOTHING
        """,
        [(*_record(place, one.arrival.record), *_remains(one)) for one in held],
    )


async def first(tx: Tx, place: Place, key: str) -> First | None:
    """Return the parked event of a key that is to be applied next; None when none waits."""
    row = await tx.fetchrow(
        """
          SELECT event.partition, event.kafka_offset, event.recorded_at, event.header_names,
                 event.header_values, event.value, event.version, event.event_id, event.org,
                 head.version AS position
            FROM parked_event AS event
            JOIN inbox_position AS head USING (consumer, topic, key)
           WHERE consumer = $1
             AND topic = $2
             AND key = $3
        ORDER BY event.version, event.event_id
           LIMIT 1
        """,
        place.consumer,
        place.topic,
        key,
    )
    return None if row is None else _first(place.topic, key, row)


async def take_out(tx: Tx, place: Place, key: str, parked: First) -> None:
    """Forget a parked event: it has just been applied, or was seen before."""
    await tx.execute(
        """
        DELETE FROM parked_event
         WHERE consumer = $1
           AND topic = $2
           AND key = $3
           AND version = $4
           AND event_id = $5
        """,
        place.consumer,
        place.topic,
        key,
        parked.version,
        parked.event_id,
    )


async def go_on(tx: Tx, place: Place, key: str) -> None:
    """Let the events of a key through again, behind which none waits any more."""
    await tx.execute(
        """
        UPDATE inbox_position
           SET parked_reason = NULL, parked_at = NULL
         WHERE consumer = $1
           AND topic = $2
           AND key = $3
        """,
        place.consumer,
        place.topic,
        key,
    )


async def note_failure(tx: Tx, place: Place, key: str, parked: First, fault: Fault) -> None:
    """Write down that a parked event failed again, and why."""
    await tx.execute(
        """
        UPDATE parked_event
           SET reason = $6, detail = $7, attempts = attempts + 1, last_at = now()
         WHERE consumer = $1
           AND topic = $2
           AND key = $3
           AND version = $4
           AND event_id = $5
        """,
        place.consumer,
        place.topic,
        key,
        parked.version,
        parked.event_id,
        fault.reason,
        fault.detail,
    )
    await stop(tx, place, key, fault.reason)


def _first(topic: str, key: str, row: Row) -> First:
    record = Kept(
        topic=topic,
        partition=row["partition"],
        offset=row["kafka_offset"],
        timestamp=round(row["recorded_at"].timestamp() * 1000),
        key=key.encode(),
        value=row["value"],
        headers=tuple(zip(row["header_names"], row["header_values"], strict=True)),
    )
    return First(
        record=record,
        event_id=row["event_id"],
        org=OdsCode(row["org"]),
        version=row["version"],
        position=row["position"],
    )


def _record(place: Place, record: Record) -> Columns:
    return (
        place.consumer,
        place.topic,
        place.partition,
        record.offset,
        datetime.fromtimestamp(min(max(record.timestamp, 0), LAST_MILLISECOND) / 1000, UTC),
        [name.replace("\0", "") for name, _ in record.headers],
        [value for _, value in record.headers],
        record.value,
    )


def _event(held: Held) -> Columns:
    event = held.arrival.event
    assert event is not None  # noqa: S101 - only events with an envelope are parked
    return (
        event.key,
        event.version,
        event.id,
        event.type,
        event.org,
        event.traceparent,
        held.fault.reason,
        held.fault.detail,
    )


def _remains(held: Held) -> Columns:
    event, key = held.arrival.event, held.arrival.record.key
    named = (event.id, event.type, event.traceparent) if event else (None, None, "")
    return (key, *named, held.fault.reason, held.fault.reason.status, held.fault.detail)
