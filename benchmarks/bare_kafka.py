"""Kafka's own ceilings: a bare producer and a bare consumer, with nothing decided in between."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final, Self
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

KEYS: Final = 3_000
# Of a status change with its headers.
RECORD_BYTES: Final = 300


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from one end to the other."""

    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Latency":
        cuts = quantiles(milliseconds, n=100)
        return cls(cuts[49], cuts[98])


async def new_topic(bootstrap: str) -> str:
    topic = f"bare-{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=6, replication_factor=1)])
    finally:
        await admin.close()
    return topic


class BareKafka:
    """A bare producer and a bare consumer of one topic, in one process: Kafka's own ceiling."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.topic = topic
        self.producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, compression_type="lz4"
        )
        self.consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )

    async def __aenter__(self) -> Self:
        await self.producer.start()
        await self.consumer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.producer.stop()
        await self.consumer.stop()

    async def receive(self, count: int, seen: list[float] | None = None) -> None:
        """Return once `count` records have come; note how long each was under way."""
        while count > 0:
            batches = await self.consumer.getmany(timeout_ms=1_000)
            now = time.time() * 1000
            for records in batches.values():
                count -= len(records)
                if seen is not None:
                    seen += [now - float(record.value or b"0") for record in records]


async def latency(bootstrap: str, per_second: int) -> Latency:
    async with BareKafka(bootstrap, await new_topic(bootstrap)) as kafka:
        seen: list[float] = []
        receiving = asyncio.create_task(kafka.receive(KEYS, seen))
        due = time.perf_counter()
        for number in range(KEYS):
            due += 1 / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            value = str(time.time() * 1000).encode()
            await kafka.producer.send(kafka.topic, value, key=str(number).encode())
        await receiving
    return Latency.of(seen)


async def rate(bootstrap: str, events: int) -> float:
    """Produce and consume records of an event's size at once; return records a second."""
    value = b"x" * RECORD_BYTES
    # Producer and consumer share a process here, as relay and reader share the two cores.
    async with BareKafka(bootstrap, await new_topic(bootstrap)) as kafka:
        began = time.perf_counter()
        receiving = asyncio.create_task(kafka.receive(events))
        for number in range(events):
            await kafka.producer.send(kafka.topic, value, key=str(number % KEYS).encode())
        await kafka.producer.flush()
        await receiving
        return events / (time.perf_counter() - began)
