"""A member of the service's consumer group: joins, hands records to the lanes, watches over them.

The database says where a partition goes on. What the group remembers is a courtesy to its tools.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from services.runtime import kafka
from services.runtime.adoption import Adoption, Desks
from services.runtime.attempts import TROUBLE
from services.runtime.db import Database
from services.runtime.events import Record
from services.runtime.kafka import ConsumerSettings
from services.runtime.metrics import ConsumerMetrics
from services.runtime.progress import NoProgress, Progress, Standing
from services.runtime.scope import Scope
from services.runtime.subscription import Subscription
from services.runtime.waiting import keys_waiting_by_topic

log = structlog.get_logger()

POLL_MS: Final = 1_000
COURTESY_SECONDS: Final = 1.0
WATCH_SECONDS: Final = 5.0
# For an answer of the broker that nothing depends on, and for leaving the group.
PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is read, and as which group. `parallel` transactions take in events at once."""

    group: str
    bootstrap: str
    subscriptions: Sequence[Subscription]
    settings: ConsumerSettings = field(default_factory=ConsumerSettings)
    parallel: int = 4


class Assignment(ConsumerRebalanceListener):
    """What the group gave this member at the last rebalance; None during one."""

    def __init__(self, metrics: ConsumerMetrics) -> None:
        self.partitions: frozenset[TopicPartition] | None = None
        self._metrics = metrics

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self.partitions = None

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self.partitions = frozenset(assigned)
        self._metrics.rebalances.inc()
        log.info("consumer_assigned", partitions=len(self.partitions))


class Consumer:
    """One member. Runs until stopped, or raises what only a new process can cure."""

    def __init__(self, database: Database, reading: Reading, metrics: ConsumerMetrics) -> None:
        self._reading = reading
        self._desks = Desks(database, reading.group, reading.subscriptions, reading.parallel)
        self._metrics = metrics
        self._assignment = Assignment(metrics)
        self._adopted: frozenset[TopicPartition] | None = None
        self._told: dict[TopicPartition, int] = {}
        self._stopping = asyncio.Event()
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Read until stop(); every batch that was begun is ended first."""
        client = kafka.consumer(
            self._reading.bootstrap, self._reading.group, self._reading.settings
        )
        client.subscribe(self._desks.topics, listener=self._assignment)
        try:
            await client.start()
            self.ready.set()
            async with asyncio.TaskGroup() as tasks:
                await self._run(client, tasks)
        finally:
            with suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await client.stop()

    def stop(self) -> None:
        """Ask run() to return; it does when the batches in hand are done."""
        self._stopping.set()

    async def _run(self, client: AIOKafkaConsumer, tasks: asyncio.TaskGroup) -> None:
        adoption = Adoption(client, self._desks, self._metrics, tasks)
        work = [
            tasks.create_task(self._read(client, adoption), name="read"),
            tasks.create_task(self._tell_group(client, adoption), name="tell group"),
            tasks.create_task(self._watch(client, adoption), name="watch"),
        ]
        await self._stopping.wait()
        for task in work:
            task.cancel()
        await adoption.drop(adoption.pumps.keys())
        await self._tell(client, adoption)

    async def _read(self, client: AIOKafkaConsumer, adoption: Adoption) -> None:
        while True:
            given = self._assignment.partitions
            if given is not None and given is not self._adopted:
                self._adopted = given if await adoption.adopt(given) else None
            try:
                batches = await self._fetch(client)
            except UnicodeDecodeError:
                await adoption.step_over(self._is_current)
                continue
            # What was fetched for an older assignment is fetched again, from where its lane stands.
            if self._is_current():
                adoption.hand_out(batches)

    def _is_current(self) -> bool:
        """Whether the partitions read are those the group last gave."""
        return self._adopted is not None and self._adopted is self._assignment.partitions

    async def _fetch(self, client: AIOKafkaConsumer) -> Mapping[TopicPartition, Sequence[Record]]:
        try:
            batches: Mapping[TopicPartition, Sequence[Record]] = await client.getmany(
                timeout_ms=POLL_MS
            )
        except (NoOffsetForPartitionError, OffsetOutOfRangeError):
            # Before its lane is open a partition may stand anywhere; after that, events were lost.
            if self._is_current():
                raise
            return {}
        return batches

    async def _tell_group(self, client: AIOKafkaConsumer, adoption: Adoption) -> None:
        while True:
            await asyncio.sleep(COURTESY_SECONDS)
            await self._tell(client, adoption)

    async def _tell(self, client: AIOKafkaConsumer, adoption: Adoption) -> None:
        """Let the group know how far the database is; whether it hears does not matter."""
        positions = adoption.positions
        news = {tp: at for tp, at in positions.items() if self._told.get(tp) != at}
        if not news:
            return
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await client.commit(news)
            self._told = positions

    async def _watch(self, client: AIOKafkaConsumer, adoption: Adoption) -> None:
        progress = Progress(time.monotonic())
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            standings = await self._standings(client, adoption)
            for tp, standing in standings.items():
                lag = -1 if standing.lag is None else standing.lag
                self._metrics.lag.labels(tp.topic, str(tp.partition)).set(lag)
            await self._count_waiting()
            is_assigned = self._assignment.partitions is not None
            fault = progress.observe(standings, time.monotonic(), is_assigned=is_assigned)
            if fault is not None:
                raise NoProgress(fault)

    async def _count_waiting(self) -> None:
        with suppress(*TROUBLE):
            async with self._desks.database.read(Scope.system("consume")) as tx:
                waiting = await keys_waiting_by_topic(tx, self._desks.consumer)
            for topic in self._desks.topics:
                self._metrics.keys_waiting.labels(topic).set(waiting.get(topic, 0))

    async def _standings(
        self, client: AIOKafkaConsumer, adoption: Adoption
    ) -> dict[TopicPartition, Standing]:
        positions = adoption.positions
        ends: Mapping[TopicPartition, int] = {}
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                ends = await client.end_offsets(list(positions))
        return {tp: Standing(at, ends.get(tp)) for tp, at in positions.items()}
