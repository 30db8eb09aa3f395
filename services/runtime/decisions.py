"""What operators decide about events that wait, in SQL; every decision is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.runtime.faults import Reason
from services.runtime.inbox import Place
from services.runtime.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided what, and why; `reason` may be empty for a retry."""

    verdict: str
    operator: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The events a decision was about: `events` of them, from `first` to `last`."""

    events: int
    first: int
    last: int


async def record(tx: Tx, place: Place, key: str, decision: Decision, versions: Versions) -> None:
    """Write a decision down, in the transaction that carries it out."""
    await tx.execute(
        """
        INSERT INTO parked_decision (consumer, topic, key, verdict, operator, reason, versions)
        VALUES ($1, $2, $3, $4, $5, $6, int8range($7, $8, '[]'))
        """,
        place.consumer,
        place.topic,
        key,
        decision.verdict,
        decision.operator,
        decision.reason,
        versions.first,
        versions.last,
    )


async def give_up(tx: Tx, place: Place, key: str, detail: str) -> Versions | None:
    """Make dead events of all that waits on a key, and let it go on after them; None: none does."""
    row = await tx.fetchrow(
        """
          WITH given_up AS (
                   DELETE FROM parked_event
                    WHERE consumer = $1
                      AND topic = $2
                      AND key = $3
                RETURNING consumer, topic, partition, kafka_offset, recorded_at, key, event_id,
                          type, header_names, header_values, value, version, traceparent
               ), buried AS (
                   INSERT INTO dead_event
                          (consumer, topic, partition, kafka_offset, recorded_at, key, event_id,
                           type, header_names, header_values, value, reason, status, detail,
                           traceparent)
                   SELECT consumer, topic, partition, kafka_offset, recorded_at,
                          convert_to(key, 'UTF8'), event_id, type, header_names, header_values,
                          value, $4, $5, $6, traceparent
                     FROM given_up
                       ON CONFLICT DO NOTHING
               ), passed AS (
                   UPDATE inbox_position
                      SET version = greatest(version, (SELECT max(version) FROM given_up)),
                          parked_reason = NULL,
                          parked_at = NULL
                    WHERE consumer = $1
                      AND topic = $2
                      AND key = $3
               )
        SELECT count(*) AS events, min(version) AS first, max(version) AS last
          FROM given_up
        """,
        place.consumer,
        place.topic,
        key,
        Reason.DISCARDED,
        Reason.DISCARDED.status,
        detail,
    )
    return _versions(row) if row is not None and row["events"] else None


def _versions(row: Row) -> Versions:
    return Versions(events=row["events"], first=row["first"], last=row["last"])


async def dead_by_reason(tx: Tx, consumer: str) -> Mapping[str, int]:
    """Return how many records are dead, by reason."""
    rows = await tx.fetch(
        """
          SELECT reason, count(*) AS events
            FROM dead_event
           WHERE consumer = $1
        GROUP BY reason
        ORDER BY reason
        """,
        consumer,
    )
    return {row["reason"]: row["events"] for row in rows}


async def unsendable(tx: Tx) -> list[str]:
    """Return what the relay could not send, a line for each event; under the purpose "relay"."""
    rows = await tx.fetch(
        """
          SELECT topic, key, attempts, error, parked_at IS NOT NULL AS parked
            FROM relay_attempt
        ORDER BY outbox_id
        """
    )
    return [
        f"{row['topic']} {row['key']}: {'held' if row['parked'] else 'being tried'} after"
        f" {row['attempts']} attempts: {row['error']}"
        for row in rows
    ]


async def send_again(tx: Tx, key: str) -> int:
    """Let the relay try the events of a key afresh; return how many; under the purpose "relay"."""
    status = await tx.execute(
        """
        DELETE FROM relay_attempt
         WHERE key = $1
        """,
        key,
    )
    return int(status.removeprefix("DELETE "))
