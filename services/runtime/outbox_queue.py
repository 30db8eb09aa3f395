"""The outbox as its relay sees it, over one connection that is leader for as long as it lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.runtime.db import Database
from services.runtime.outgoing import Outgoing
from services.runtime.pool import Connection

CHANNEL: Final = "outbox"
# Any number, the same in every version of this file.
LOCK: Final = 7_202_604_012
# How long a leader may be silent, as when its process is stopped, before the server ends its
# session and with it its leadership. Longer than the relay waits for the broker.
SILENCE_SECONDS: Final = 20
BATCH_ROWS: Final = 1_000
BATCH_BYTES: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much waits to be sent, and since when; `oldest_at` None: nothing."""

    unsent: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the broker refused: attempts by outbox id, and where the keys stop that wait.

    `parked` has the outbox id of the first event of a stream, "topic/key", that is not sent.
    """

    attempts: Mapping[int, int]
    parked: Mapping[str, int]


class OutboxQueue:
    """Reads from the oldest on, forgets what was sent, remembers what was refused."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @classmethod
    async def open(cls, database: Database) -> "OutboxQueue":
        """Return a queue on a connection of its own; the caller closes it."""
        connection = await database.connect()
        await connection.execute(
            """
            SELECT set_config('idle_session_timeout', $1, false),
                   set_config('app.purpose', 'relay', false)
            """,
            f"{SILENCE_SECONDS}s",
        )
        return cls(connection)

    async def lead(self) -> int | None:
        """Try to become leader; return the fence, which grows with every leader, or None."""
        if not await self.connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            return None
        fence: int = await self.connection.fetchval(
            """
            INSERT INTO relay_leader AS last (fence)
            VALUES (1)
                ON CONFLICT (singleton) DO UPDATE
               SET fence = last.fence + 1, led_since = now()
            RETURNING fence
            """
        )
        # A crash of the server may now bring rows back that were sent: readers know them.
        await self.connection.execute("SET synchronous_commit TO off")
        return fence

    async def advance(self, sent: Sequence[int], parked: Mapping[str, int]) -> list[Outgoing]:
        """Forget what was `sent` and return the oldest of the rest, without what is `parked`.

        Always from the oldest: ids commit out of order, and what commits late must not be missed.
        Within a key they commit in order, so a row is never returned before its key's earlier ones.
        """
        rows = await self.connection.fetch(
            """
              WITH gone AS (
                       DELETE FROM outbox
                        WHERE id = ANY ($1::bigint[])
                   ), oldest AS (
                       SELECT id, event_id, topic, key, org, version, type, payload, traceparent,
                              occurred_at, created_at,
                              sum(octet_length(payload)) OVER (ORDER BY id) AS bytes
                         FROM outbox
                        WHERE id <> ALL ($1::bigint[])
                          AND coalesce(
                                  id < ($3::bigint[])[array_position($2, topic || '/' || key)],
                                  true
                              )
                        ORDER BY id
                        LIMIT $4
                   )
            SELECT id, event_id, topic, key, org, version, type, payload, traceparent,
                   occurred_at, created_at
              FROM oldest
             WHERE bytes - octet_length(payload) < $5
             ORDER BY id
            """,
            sent,
            list(parked),
            list(parked.values()),
            BATCH_ROWS,
            BATCH_BYTES,
        )
        return [Outgoing(*row) for row in rows]

    async def depth(self) -> Depth:
        row = await self.connection.fetchrow(
            """
            SELECT count(*) AS unsent, min(created_at) AS oldest_at
              FROM outbox
            """
        )
        assert row is not None  # noqa: S101 - an aggregate without GROUP BY is one row
        return Depth(unsent=row["unsent"], oldest_at=row["oldest_at"])

    async def refusals(self) -> Refusals:
        rows = await self.connection.fetch(
            """
              SELECT outbox_id, attempts, topic || '/' || key AS stream,
                     parked_at IS NOT NULL AS parked
                FROM relay_attempt
            ORDER BY outbox_id DESC
            """
        )
        attempts = {row["outbox_id"]: row["attempts"] for row in rows if not row["parked"]}
        return Refusals(
            attempts, {row["stream"]: row["outbox_id"] for row in rows if row["parked"]}
        )

    async def refuse(self, row: Outgoing, error: str, most: int) -> int:
        """Note that the broker refused an event; the `most`th time its key is parked."""
        attempts: int = await self.connection.fetchval(
            """
            INSERT INTO relay_attempt AS last (outbox_id, topic, key, attempts, error)
            VALUES ($1, $2, $3, 1, $4)
                ON CONFLICT (outbox_id) DO UPDATE
               SET attempts = last.attempts + 1,
                   error = excluded.error,
                   last_at = now(),
                   parked_at = CASE WHEN last.attempts + 1 >= $5 THEN now() END
            RETURNING attempts
            """,
            row.id,
            row.topic,
            row.key,
            error,
            most,
        )
        return attempts

    async def forgive(self, outbox_ids: Sequence[int]) -> None:
        """Forget refusals of events that were sent after all."""
        await self.connection.execute(
            """
            DELETE FROM relay_attempt
             WHERE outbox_id = ANY ($1)
            """,
            outbox_ids,
        )
