"""The inbox in SQL: progress, what was seen, how far each key has come. One statement a batch.

It claims the batch's offsets first, and so holds the partition's row until the commit: two readers
of one partition, or a reader and an operator, never work on its keys at the same time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.runtime.contiguity import Known, Position, runs_of
from services.runtime.events import Arrival
from services.runtime.tx import Row, Tx


class Moved(Exception):
    """Another reader has moved the partition on: what is in hand is not ours to apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A partition as one consumer reads it."""

    consumer: str
    topic: str
    partition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one partition has to take in: `arrivals`, at least one, read from `position` on."""

    place: Place
    position: int
    arrivals: Sequence[Arrival]

    def __str__(self) -> str:
        return f"{self.place.topic}/{self.place.partition} at {self.position}"


async def hold(tx: Tx, place: Place) -> None:
    """Keep every reader off the partition until the transaction ends."""
    await tx.execute(
        """
        SELECT next_offset
          FROM consumer_offset
         WHERE consumer = $1
           AND topic = $2
           AND partition = $3
           FOR UPDATE
        """,
        place.consumer,
        place.topic,
        place.partition,
    )


async def open_at(tx: Tx, place: Place, first_offset: int) -> int:
    """Return where the partition is to be read on: at `first_offset` when it never was."""
    next_offset: int = await tx.fetchval(
        """
        INSERT INTO consumer_offset AS known (consumer, topic, partition, next_offset)
        VALUES ($1, $2, $3, $4)
            ON CONFLICT (consumer, topic, partition) DO UPDATE
           SET moved_at = known.moved_at
        RETURNING next_offset
        """,
        place.consumer,
        place.topic,
        place.partition,
        first_offset,
    )
    return next_offset


async def offsets(tx: Tx, consumer: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return where `consumer` goes on reading, by topic and partition, as far as it ever read."""
    rows = await tx.fetch(
        """
        SELECT topic, partition, next_offset
          FROM consumer_offset
         WHERE consumer = $1
           AND topic = ANY ($2)
        """,
        consumer,
        topics,
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def take_in(tx: Tx, batches: Sequence[Batch]) -> Known:
    """Move partitions of one topic past `batches`, note what is new, return what is known of them.

    Raises Moved when a partition no longer stands where its batch begins; holds their rows
    otherwise.
    """
    arrivals = [arrival for batch in batches for arrival in batch.arrivals]
    digests = {
        arrival.event.id: arrival.digest
        for arrival in reversed(arrivals)
        if arrival.event is not None and not arrival.is_dead
    }
    row = await _claimed(tx, batches, arrivals, digests)
    if row is None:
        raise Moved("no longer where they stood: " + ", ".join(map(str, batches)))
    fresh = frozenset(row["fresh"])
    seen = digests.keys() - fresh
    positions = map(Position, row["versions"], row["parked"])
    return Known(
        fresh=fresh,
        digests=await _digests(tx, batches[0].place.consumer, seen) if seen else {},
        positions=dict(zip(row["keys"], positions, strict=True)),
        advanced=frozenset(row["advanced"]),
    )


async def _claimed(
    tx: Tx,
    batches: Sequence[Batch],
    arrivals: Sequence[Arrival],
    digests: Mapping[UUID, bytes],
) -> Row | None:
    keys = {arrival.event.key for arrival in arrivals if arrival.event is not None}
    runs = runs_of(arrivals)
    return await tx.fetchrow(
        """
        SELECT fresh, keys, versions, parked, advanced
          FROM take_in_together($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        batches[0].place.consumer,
        batches[0].place.topic,
        [batch.place.partition for batch in batches],
        [batch.position for batch in batches],
        [batch.arrivals[-1].next_offset for batch in batches],
        list(digests),
        list(digests.values()),
        list(keys),
        list(runs),
        [run.first for run in runs.values()],
        [run.last for run in runs.values()],
    )


async def _digests(tx: Tx, consumer: str, event_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    rows = await tx.fetch(
        """
        SELECT event_id, digest
          FROM inbox
         WHERE consumer = $1
           AND event_id = ANY ($2)
        """,
        consumer,
        list(event_ids),
    )
    return {row["event_id"]: row["digest"] for row in rows}


async def advance(tx: Tx, place: Place, versions: Mapping[str, int]) -> None:
    """Set how far keys have come."""
    await tx.execute(
        """
        INSERT INTO inbox_position (consumer, topic, key, partition, version)
        SELECT $1, $2, key, $3, version
          FROM unnest($4::text[], $5::bigint[]) AS moved (key, version)
            ON CONFLICT (consumer, topic, key) DO UPDATE
           SET version = excluded.version
        """,
        place.consumer,
        place.topic,
        place.partition,
        list(versions),
        list(versions.values()),
    )


async def attempt(tx: Tx, place: Place, position: int, *, alone: bool) -> int:
    """Note that work at `position` is about to begin, and return how often it began there so."""
    attempts: int = await tx.fetchval(
        """
        INSERT INTO consumer_attempt AS last
               (consumer, topic, partition, next_offset, alone, attempts)
        VALUES ($1, $2, $3, $4, $5, 1)
            ON CONFLICT (consumer, topic, partition) DO UPDATE
           SET next_offset = excluded.next_offset,
               alone = excluded.alone,
               attempts = CASE
                   WHEN (last.next_offset, last.alone) = (excluded.next_offset, excluded.alone)
                   THEN last.attempts + 1
                   ELSE 1
               END,
               last_at = now()
        RETURNING attempts
        """,
        place.consumer,
        place.topic,
        place.partition,
        position,
        alone,
    )
    return attempts


async def died_at(tx: Tx, place: Place) -> int | None:
    """Return the offset at which a process began last; if it is still to be read, it died of it."""
    offset: int | None = await tx.fetchval(
        """
        SELECT next_offset
          FROM consumer_attempt
         WHERE consumer = $1
           AND topic = $2
           AND partition = $3
        """,
        place.consumer,
        place.topic,
        place.partition,
    )
    return offset


async def prune(tx: Tx, keep: timedelta) -> int:
    """Forget what came longer ago than `keep`, a bounded number at a time; return how many."""
    status = await tx.execute(
        """
        DELETE FROM inbox
         WHERE ctid = ANY (ARRAY(
                   SELECT ctid
                     FROM inbox
                    WHERE received_at < $1
                    LIMIT 50000
               ))
        """,
        tx.now - keep,
    )
    return int(status.removeprefix("DELETE "))
