"""Records of one partition on their way from the broker to its lane, in batches of bounded size."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from services.runtime.events import Record
from services.runtime.inbox import Moved
from services.runtime.lane import Lane

MAX_RECORDS: Final = 1_000
MAX_BATCH_BYTES: Final = 4_000_000
# Beyond this the partition is not fetched until its lane has caught up.
MAX_BACKLOG_RECORDS: Final = 4 * MAX_RECORDS


class Pump:
    """Feeds one lane."""

    def __init__(
        self,
        partition: TopicPartition,
        lane: Lane,
        client: AIOKafkaConsumer,
        reseat: Callable[["Pump"], Awaitable[bool]],
    ) -> None:
        self.partition = partition
        self.lane = lane
        self.next_fetch = lane.position
        self.is_paused = False
        self.done = asyncio.Event()
        self._client = client
        self._reseat = reseat
        self._backlog: deque[Record] = deque()
        self._arrived = asyncio.Event()
        self._is_stopping = False

    def offer(self, records: Sequence[Record]) -> None:
        """Add records; those offered before are left out."""
        if records[0].offset < self.next_fetch:
            records = [record for record in records if record.offset >= self.next_fetch]
        if records:
            self.next_fetch = records[-1].offset + 1
        self._backlog.extend(records)
        self._arrived.set()
        self._throttle()

    def restart_at(self, position: int) -> None:
        """Forget what is in hand: the partition is read on from `position`."""
        self._backlog.clear()
        self.next_fetch = self.lane.position = position

    def stop(self) -> None:
        """End after the batch in hand."""
        self._is_stopping = True
        self._arrived.set()

    async def run(self) -> None:
        """Feed the lane until stopped, or until the partition is another reader's."""
        try:
            await self.lane.cure()
            while not self._is_stopping and await self._feed():
                pass
        finally:
            self.done.set()

    async def _feed(self) -> bool:
        batch = self._next_batch()
        if not batch:
            self._arrived.clear()
            await self._arrived.wait()
            return True
        try:
            await self.lane.take(batch)
        except Moved:
            return await self._reseat(self)
        return True

    def _throttle(self) -> None:
        """Have the partition fetched while there is room, and not while there is none."""
        waiting = len(self._backlog)
        with suppress(IllegalStateError):
            if not self.is_paused and waiting > MAX_BACKLOG_RECORDS:
                self._client.pause(self.partition)
                self.is_paused = True
            elif self.is_paused and waiting <= MAX_BACKLOG_RECORDS // 2:
                self._client.resume(self.partition)
                self.is_paused = False

    def _next_batch(self) -> list[Record]:
        batch: list[Record] = []
        room_bytes = MAX_BATCH_BYTES
        while self._backlog and len(batch) < MAX_RECORDS and room_bytes > 0:
            record = self._backlog.popleft()
            room_bytes -= len(record.value or b"")
            batch.append(record)
        self._throttle()
        return batch
