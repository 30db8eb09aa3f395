"""Which keys wait, and why, in SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.runtime.faults import Reason
from services.runtime.inbox import Place
from services.runtime.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A key whose events wait behind `position`: `events` of them, from `version` on."""

    topic: str
    key: str
    partition: int
    position: int
    reason: Reason
    since: datetime
    events: int
    version: int
    last_version: int
    type: str
    detail: str
    attempts: int


async def keys_waiting_for(tx: Tx, place: Place, reasons: Iterable[Reason]) -> list[str]:
    """Return the keys of a partition that wait for one of `reasons`."""
    rows = await tx.fetch(
        """
        SELECT key
          FROM inbox_position
         WHERE consumer = $1
           AND topic = $2
           AND partition = $3
           AND parked_reason = ANY ($4)
        """,
        place.consumer,
        place.topic,
        place.partition,
        list(reasons),
    )
    return [row["key"] for row in rows]


async def keys_waiting_by_topic(tx: Tx, consumer: str) -> Mapping[str, int]:
    """Return how many keys wait, by topic, where any does."""
    rows = await tx.fetch(
        """
          SELECT topic, count(*) AS keys
            FROM inbox_position
           WHERE consumer = $1
             AND parked_reason IS NOT NULL
        GROUP BY topic
        """,
        consumer,
    )
    return {row["topic"]: row["keys"] for row in rows}


async def keys_waiting(tx: Tx, consumer: str) -> list[Waiting]:
    """Return every key that waits, the longest first."""
    rows = await tx.fetch(
        """
          SELECT head.topic, head.key, head.partition, head.version AS position,
                 head.parked_reason, head.parked_at, event.type, event.version, event.detail,
                 event.attempts, behind.events, behind.last_version
            FROM inbox_position AS head
            JOIN LATERAL (
                     SELECT type, version, detail, attempts
                       FROM parked_event
                      WHERE (consumer, topic, key) = (head.consumer, head.topic, head.key)
                      ORDER BY version, event_id
                      LIMIT 1
                 ) AS event ON true
            JOIN LATERAL (
                     SELECT count(*) AS events, max(version) AS last_version
                       FROM parked_event
                      WHERE (consumer, topic, key) = (head.consumer, head.topic, head.key)
                 ) AS behind ON true
           WHERE head.consumer = $1
             AND head.parked_reason IS NOT NULL
        ORDER BY head.parked_at, head.topic, head.key
        """,
        consumer,
    )
    return [_waiting(row) for row in rows]


def _waiting(row: Row) -> Waiting:
    return Waiting(
        topic=row["topic"],
        key=row["key"],
        partition=row["partition"],
        position=row["position"],
        reason=Reason(row["parked_reason"]),
        since=row["parked_at"],
        events=row["events"],
        version=row["version"],
        last_version=row["last_version"],
        type=row["type"],
        detail=row["detail"],
        attempts=row["attempts"],
    )
