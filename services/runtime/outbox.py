"""Events and the reply of a write, put down in one statement just before COMMIT.

The statement locks the head of every key before it draws an outbox id, so that for each key the
ids follow the commits and the versions run 1, 2, 3 without a hole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.kernel.ids import OdsCode
from services.runtime.pool import Connection

# NOTIFY inside the writing transaction would make every commit wait for the one before it, fsync
# included. Here it is a transaction of its own in the same message, which waits for no disk.
COMMIT_AND_RING: Final = "COMMIT; SET LOCAL synchronous_commit TO off; NOTIFY outbox"


FLUSH_ONE: Final = """
  WITH head AS (
           INSERT INTO outbox_stream AS stream (topic, key, org, version)
           VALUES ($1, $2, $3, 1)
               ON CONFLICT (topic, key) DO UPDATE
              SET version = stream.version + 1, org = excluded.org
           RETURNING version
       ), announced AS (
           INSERT INTO outbox
                  (topic, key, org, event_id, type, payload, occurred_at,
                   traceparent, version)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, head.version
             FROM head
       )
INSERT INTO request_log (subject, method, request_id, fingerprint, reply)
SELECT $9, $10, $11::uuid, $12::bytea, $13::bytea
 WHERE $11::uuid IS NOT NULL
"""

FLUSH_MANY: Final = """
  WITH event AS (
           SELECT topic, key, org, event_id, type, payload, occurred_at, nth
             FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[],
                         $6::bytea[], $7::timestamptz[])
                  WITH ORDINALITY
                  AS given (topic, key, org, event_id, type, payload, occurred_at, nth)
       ), head AS (
           INSERT INTO outbox_stream AS stream (topic, key, org, version)
           SELECT topic, key, (array_agg(org ORDER BY nth DESC))[1], count(*)
             FROM event
            GROUP BY topic, key
            ORDER BY topic, key
               ON CONFLICT (topic, key) DO UPDATE
              SET version = stream.version + excluded.version, org = excluded.org
           RETURNING topic, key, version
       ), announced AS (
           INSERT INTO outbox
                  (topic, key, org, event_id, type, payload, occurred_at,
                   traceparent, version)
           SELECT topic, key, org, event_id, type, payload, occurred_at, $8,
                  head.version + 1 - row_number() OVER stream
             FROM event
             JOIN head USING (topic, key)
           WINDOW stream AS (PARTITION BY topic, key ORDER BY nth DESC)
            ORDER BY nth
       )
INSERT INTO request_log (subject, method, request_id, fingerprint, reply)
SELECT $9, $10, $11::uuid, $12::bytea, $13::bytea
 WHERE $11::uuid IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event as its writer gave it; its version is drawn when it is put down."""

    topic: str
    key: str
    org: OdsCode
    event_id: UUID
    type: str
    payload: bytes
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply under the caller's key, to be given again when the same request comes again."""

    subject: str
    method: str
    request_id: UUID
    fingerprint: bytes
    reply: bytes


async def flush(
    connection: Connection, events: Sequence[Announcement], traceparent: str, answer: Answer | None
) -> None:
    """Write `events` in their order, and `answer` if there is one, in one round trip or none."""
    if len(events) == 1:
        await _flush_one(connection, events[0], traceparent, answer)
    elif events:
        await _flush_many(connection, events, traceparent, answer)
    elif answer is not None:
        await _answer(connection, answer)


async def _flush_one(
    connection: Connection, event: Announcement, traceparent: str, answer: Answer | None
) -> None:
    await connection.execute(
        FLUSH_ONE,
        event.topic,
        event.key,
        event.org,
        event.event_id,
        event.type,
        event.payload,
        event.occurred_at,
        traceparent,
        *_columns(answer),
    )


async def _flush_many(
    connection: Connection, events: Sequence[Announcement], traceparent: str, answer: Answer | None
) -> None:
    await connection.execute(
        FLUSH_MANY,
        [event.topic for event in events],
        [event.key for event in events],
        [event.org for event in events],
        [event.event_id for event in events],
        [event.type for event in events],
        [event.payload for event in events],
        [event.occurred_at for event in events],
        traceparent,
        *_columns(answer),
    )


async def _answer(connection: Connection, answer: Answer) -> None:
    await connection.execute(
        """
        INSERT INTO request_log (subject, method, request_id, fingerprint, reply)
        VALUES ($1, $2, $3, $4, $5)
        """,
        *_columns(answer),
    )


def _columns(answer: Answer | None) -> tuple[str | UUID | bytes | None, ...]:
    if answer is None:
        return (None,) * 5
    return answer.subject, answer.method, answer.request_id, answer.fingerprint, answer.reply
