"""The partitions this process reads: opened where the database says, closed between batches."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from services.runtime import inbox
from services.runtime.attempts import patiently
from services.runtime.batch import Intake
from services.runtime.db import Database
from services.runtime.desk import Desk
from services.runtime.events import Reader, Record, Unreadable
from services.runtime.ferry import Ferry
from services.runtime.inbox import Place
from services.runtime.lane import Lane
from services.runtime.metrics import ConsumerMetrics
from services.runtime.pump import Pump
from services.runtime.report import Report
from services.runtime.scope import Scope
from services.runtime.subscription import Subscription

PROBE_MS: Final = 200


class Desks:
    """Makes the desk of a partition; what is known of each topic's types is worked out once.

    `parallel` transactions take in events at once.
    """

    def __init__(
        self,
        database: Database,
        consumer: str,
        subscriptions: Sequence[Subscription],
        parallel: int = 4,
    ) -> None:
        self.database = database
        self.consumer = consumer
        turns = asyncio.Semaphore(parallel)
        self._by_topic = {
            each.topic: (
                Ferry(Intake(database=database, subscription=each), turns),
                Reader(each.source, each.types, each.aggregate),
            )
            for each in subscriptions
        }

    @property
    def topics(self) -> list[str]:
        return list(self._by_topic)

    def of(self, topic: str, partition: int) -> Desk:
        ferry, reader = self._by_topic[topic]
        place = Place(consumer=self.consumer, topic=topic, partition=partition)
        return Desk(reader=reader, place=place, ferry=ferry)


class Adoption:
    """Which partitions are read here now, and by which pump."""

    def __init__(
        self,
        client: AIOKafkaConsumer,
        desks: Desks,
        metrics: ConsumerMetrics,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.pumps: dict[TopicPartition, Pump] = {}
        self._client = client
        self._desks = desks
        self._metrics = metrics
        self._tasks = tasks
        self._proving = asyncio.Lock()

    @property
    def positions(self) -> dict[TopicPartition, int]:
        """How far the database is, by partition."""
        return {tp: pump.lane.position for tp, pump in self.pumps.items()}

    def hand_out(self, batches: Mapping[TopicPartition, Sequence[Record]]) -> None:
        """Give records to the pumps of their partitions."""
        for tp, records in batches.items():
            if (pump := self.pumps.get(tp)) is not None:
                pump.offer(records)

    async def step_over(self, is_current: Callable[[], bool]) -> None:
        """Find the records that cannot be taken apart, and have them kept as dead.

        What the client had fetched is fetched again, record by record. It cannot read what follows
        such a record in the same batch of its producer either, and so that is given up with it.
        """
        for tp, pump in list(self.pumps.items()):
            self._seek(tp, pump.next_fetch)
        for pump in list(self.pumps.values()):
            while is_current() and await self._is_read_on(pump, is_current):
                pass

    async def _is_read_on(self, pump: Pump, is_current: Callable[[], bool]) -> bool:
        """Read one record, or give it up; False when there is none for now."""
        tp = pump.partition
        try:
            batches = await self._client.getmany(tp, timeout_ms=PROBE_MS, max_records=1)
        except UnicodeDecodeError:
            offset = pump.next_fetch
            pump.offer([Unreadable(topic=tp.topic, partition=tp.partition, offset=offset)])
            return self._seek(tp, pump.next_fetch)
        if is_current():
            self.hand_out(batches)
        return bool(batches) and not pump.is_paused

    async def adopt(self, partitions: frozenset[TopicPartition]) -> bool:
        """Read `partitions` and no others; False when the group meanwhile decided otherwise."""
        await self.drop(self.pumps.keys() - partitions)
        new = partitions - self.pumps.keys()
        positions = await self._positions(new) if new else {}
        starts = {tp: pump.next_fetch for tp, pump in self.pumps.items()} | positions
        if not all(self._seek(tp, offset) for tp, offset in starts.items()):
            return False
        for pump in self.pumps.values():
            pump.is_paused = False
        for tp, position in positions.items():
            self._open(tp, position)
        return True

    async def drop(self, partitions: Iterable[TopicPartition]) -> None:
        """Stop reading `partitions`, each after the batch in hand."""
        gone = [self.pumps.pop(tp) for tp in list(partitions)]
        for pump in gone:
            pump.stop()
        for pump in gone:
            await pump.done.wait()

    async def reseat(self, pump: Pump) -> bool:
        """Go on where another reader left the partition; False when it is not ours any more."""
        known = await patiently(self._known)
        position = known[pump.partition]
        if self.pumps.get(pump.partition) is not pump:
            return False
        if not self._seek(pump.partition, position):
            del self.pumps[pump.partition]
            return False
        pump.restart_at(position)
        return True

    def _open(self, tp: TopicPartition, position: int) -> None:
        desk = self._desks.of(tp.topic, tp.partition)
        lane = Lane(desk, position, Report(desk.place, self._metrics), self._proving)
        pump = Pump(tp, lane, self._client, self.reseat)
        self.pumps[tp] = pump
        self._tasks.create_task(pump.run(), name=f"lane {tp.topic}/{tp.partition}")

    def _seek(self, tp: TopicPartition, offset: int) -> bool:
        try:
            self._client.seek(tp, offset)
        except IllegalStateError:
            return False
        return True

    async def _positions(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        known = await patiently(self._known)
        missing = [tp for tp in partitions if tp not in known]
        if missing:
            first: Mapping[TopicPartition, int] = await self._client.beginning_offsets(missing)
            known |= await patiently(partial(self._begin, first))
        return {tp: known[tp] for tp in partitions}

    async def _known(self) -> dict[TopicPartition, int]:
        async with self._desks.database.read(Scope.system("consume")) as tx:
            rows = await inbox.offsets(tx, self._desks.consumer, self._desks.topics)
        return {TopicPartition(*place): offset for place, offset in rows.items()}

    async def _begin(self, first: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        async with self._desks.database.write(Scope.system("consume")) as tx:
            return {
                tp: await inbox.open_at(tx, self._desks.of(*tp).place, offset)
                for tp, offset in first.items()
            }
