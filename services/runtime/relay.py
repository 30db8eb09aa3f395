"""Outbox to Kafka: one leader per service, oldest first, forgotten once acknowledged.

A leader in any doubt about what it sent ends its process. The next one sends again what was not
forgotten; readers know what they have seen.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, NoReturn

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.runtime import kafka
from services.runtime.db import Database
from services.runtime.dispatch import Dispatch, InDoubt
from services.runtime.kafka import ProducerSettings
from services.runtime.leader import Leader
from services.runtime.metrics import RelayMetrics
from services.runtime.outbox_queue import OutboxQueue

log = structlog.get_logger()

# Between two attempts at the lead, at a lost database, at a broker that is away.
RETRY_SECONDS: Final = 1.0
CONNECT_SECONDS: Final = 8.0
CLOSE_SECONDS: Final = 3.0
TROUBLE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Whose events are sent, and where. `source` as in "makeready/fleet"."""

    source: str
    bootstrap: str
    settings: ProducerSettings = field(default_factory=ProducerSettings)


def end_process(reason: str) -> NoReturn:
    """End the process at once, so that nothing in it can send any more."""
    log.critical("relay_in_doubt", reason=reason, page=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


async def nothing() -> None:
    """Do nothing while leading."""


class Relay:
    """Waits for the lead, then leads until stopped, or until in doubt.

    `beside` runs while this relay leads, and so in one process of the service at a time.
    """

    def __init__(
        self,
        database: Database,
        sending: Sending,
        metrics: RelayMetrics,
        beside: Callable[[], Coroutine[None, None, None]] = nothing,
        give_up: Callable[[str], NoReturn] = end_process,
    ) -> None:
        self._database = database
        self._sending = sending
        self._metrics = metrics
        self._beside = beside
        self._give_up = give_up
        self._stopping = asyncio.Event()
        self.ready = asyncio.Event()

    def stop(self) -> None:
        """Ask run() to return; it does once nothing waits to be sent."""
        self._stopping.set()

    async def run(self) -> None:
        """Stand by or lead until stop()."""
        while not self._stopping.is_set():
            try:
                async with self._queue() as queue:
                    self.ready.set()
                    await self._stand_by(queue)
            except TROUBLE as trouble:
                log.warning("relay_without_database", error=type(trouble).__name__)
            await self._pause()

    async def _stand_by(self, queue: OutboxQueue) -> None:
        while not self._stopping.is_set():
            fence = await queue.lead()
            if fence is not None:
                await self._lead(queue, fence)
                return
            await self._pause()

    async def _lead(self, queue: OutboxQueue, fence: int) -> None:
        log.info("relay_leads", fence=fence)

        def lost(_: object) -> None:
            self._give_up("the session that holds the lead has ended")

        queue.connection.add_termination_listener(lost)
        self._metrics.active.set(1)
        try:
            async with self._producer(queue) as producer:
                if producer is not None:
                    await self._send(queue, producer, fence)
        except* (InDoubt, KafkaError, *TROUBLE) as doubts:
            self._give_up("; ".join(map(str, doubts.exceptions)))
        finally:
            queue.connection.remove_termination_listener(lost)
            self._metrics.active.set(0)

    async def _send(self, queue: OutboxQueue, producer: AIOKafkaProducer, fence: int) -> None:
        batch_bytes = self._sending.settings.batch_bytes
        dispatch = Dispatch(producer, self._sending.source, fence, batch_bytes)
        leader = Leader(queue, dispatch, self._metrics)
        async with asyncio.TaskGroup() as tasks:
            beside = tasks.create_task(self._while_leading(leader), name="beside the relay")
            await leader.run()
            beside.cancel()

    async def _while_leading(self, leader: Leader) -> None:
        async with asyncio.TaskGroup() as tasks:
            beside = tasks.create_task(self._beside())
            await self._stopping.wait()
            beside.cancel()
        leader.stop()

    @asynccontextmanager
    async def _queue(self) -> AsyncIterator[OutboxQueue]:
        queue = await OutboxQueue.open(self._database)
        try:
            yield queue
        finally:
            queue.connection.terminate()

    @asynccontextmanager
    async def _producer(self, queue: OutboxQueue) -> AsyncIterator[AIOKafkaProducer | None]:
        """Yield a connected producer; None when stopped before the broker could be reached."""
        while not self._stopping.is_set():
            producer = kafka.producer(
                self._sending.bootstrap, self._sending.source, self._sending.settings
            )
            async with _stopped_in_time(producer):
                if await _is_started(producer):
                    yield producer
                    return
            depth = await queue.depth()
            log.warning("relay_without_broker", unsent=depth.unsent)
            await self._pause()
        yield None

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_SECONDS):
                await self._stopping.wait()


@asynccontextmanager
async def _stopped_in_time(producer: AIOKafkaProducer) -> AsyncIterator[None]:
    """Stop the producer at the end of the block; with dead brokers it would never return."""
    try:
        yield
    finally:
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await producer.stop()


async def _is_started(producer: AIOKafkaProducer) -> bool:
    """Whether the broker answered. Nothing was sent yet, so there is no doubt when it does not."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await producer.start()
    except (KafkaError, TimeoutError):
        return False
    return True
