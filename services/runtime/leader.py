"""The relay while it leads: reads, sends, forgets, round after round, and sleeps in between."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import structlog

from services.runtime.dispatch import Dispatch, InDoubt, Sent
from services.runtime.metrics import RelayMetrics
from services.runtime.outbox_queue import CHANNEL, OutboxQueue, Refusals
from services.runtime.outgoing import Outgoing

log = structlog.get_logger()

# Where no NOTIFY comes; also what keeps the leader's session from falling silent.
POLL_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 5.0
MAX_ATTEMPTS: Final = 5
# So few were all there was: the bell tells of more. What was sent is forgotten with what comes
# then, in the same round trip, or after this long.
FEW_ROWS: Final = 10
FORGET_SECONDS: Final = 0.02
# After a bell, for the events of the next moment to go the same way with the first: at 300 a second
# a batch of two wakes everybody on its way half as often.
GATHER_SECONDS: Final = 0.002


class Leader:
    """One term of office, on one connection and with one producer."""

    def __init__(self, queue: OutboxQueue, dispatch: Dispatch, metrics: RelayMetrics) -> None:
        self._queue = queue
        self._dispatch = dispatch
        self._metrics = metrics
        self._rung = asyncio.Event()
        self._refusals = Refusals({}, {})
        self._looked_seconds = 0.0
        self._stopping = False

    def stop(self) -> None:
        """Let run() return once nothing waits any more."""
        self._stopping = True
        self._rung.set()

    async def run(self) -> None:
        """Send until stopped. Raises InDoubt, and whatever the database raises."""
        await self._queue.connection.add_listener(CHANNEL, lambda *_: self._rung.set())
        sent: Sequence[int] = ()
        while True:
            await self._look_around()
            self._rung.clear()
            rows = await self._queue.advance(sent, self._refusals.parked)
            sent = await self._send(rows) if rows else ()
            if not rows and self._stopping:
                return
            if len(rows) < FEW_ROWS:
                await self._sleep(FORGET_SECONDS if rows else POLL_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        """Wait for the bell, and a moment for what comes with it; or until the seconds are over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
                await asyncio.sleep(GATHER_SECONDS)

    async def _send(self, rows: Sequence[Outgoing]) -> list[int]:
        began_seconds = time.perf_counter()
        try:
            sent = await self._dispatch.send(rows, self._refusals.attempts)
        except InDoubt as doubt:
            await self._queue.advance(doubt.acknowledged, self._refusals.parked)
            for row in doubt.refused:
                await self._refuse(row, str(doubt))
            raise
        for row in sent.too_large:
            await self._refuse(row, "larger than a batch may be")
        await self._forgive(sent.acknowledged)
        self._count(rows, sent, time.perf_counter() - began_seconds)
        return sent.acknowledged

    async def _refuse(self, row: Outgoing, error: str) -> None:
        attempts = await self._queue.refuse(row, error, MAX_ATTEMPTS)
        parked = attempts >= MAX_ATTEMPTS
        log.error(
            "event_unsendable",
            topic=row.topic,
            key=row.key,
            event_id=str(row.event_id),
            attempts=attempts,
            error=error,
            page=parked,
        )
        await self._learn_refusals()

    async def _forgive(self, acknowledged: Sequence[int]) -> None:
        forgiven = [each for each in acknowledged if each in self._refusals.attempts]
        if forgiven:
            await self._queue.forgive(forgiven)
            await self._learn_refusals()

    async def _learn_refusals(self) -> None:
        self._refusals = await self._queue.refusals()
        self._metrics.parked.set(len(self._refusals.parked))

    async def _look_around(self) -> None:
        """Measure the queue, and see what operators have decided since."""
        if time.monotonic() - self._looked_seconds < LOOK_SECONDS:
            return
        self._looked_seconds = time.monotonic()
        await self._learn_refusals()
        depth = await self._queue.depth()
        age = datetime.now(UTC) - depth.oldest_at if depth.oldest_at else None
        self._metrics.unsent.set(depth.unsent)
        self._metrics.oldest_seconds.set(age.total_seconds() if age else 0)

    def _count(self, rows: Sequence[Outgoing], sent: Sent, seconds: float) -> None:
        self._metrics.sent.inc(len(sent.acknowledged))
        self._metrics.batch_rows.observe(len(rows))
        self._metrics.ack_seconds.observe(seconds)
