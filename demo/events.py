"""What is on the topics, counted by reading them as anyone may: no gRPC call tells it."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.kernel.calendar import london_day

WAIT_MILLISECONDS: Final = 1000
TYPE: Final = "ce_type"
TIME: Final = "ce_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Events by topic and type: those that happened on the day, and all."""

    on_day: Counter[tuple[str, str]]
    in_all: Counter[tuple[str, str]]


async def count(bootstrap: str, topics: Iterable[str], day: date) -> Counts:
    """Read every topic from its first record to what is its last now."""
    counts = Counts(on_day=Counter(), in_all=Counter())
    async with reader(bootstrap, topics) as consumer:
        await _read(consumer, counts, day)
    return counts


@asynccontextmanager
async def reader(bootstrap: str, topics: Iterable[str]) -> AsyncGenerator[AIOKafkaConsumer]:
    """Read every partition of the topics, which must be there: a reader without a group does."""
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, counts: Counts, day: date) -> None:
    left = await consumer.end_offsets(consumer.assignment())
    while left := await _unread(consumer, left):
        batches = await consumer.getmany(*left, timeout_ms=WAIT_MILLISECONDS)
        for records in batches.values():
            for record in records:
                _add(record, counts, day)


async def _unread(
    consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]
) -> dict[TopicPartition, int]:
    positions = {partition: await consumer.position(partition) for partition in ends}
    return {partition: end for partition, end in ends.items() if positions[partition] < end}


def _add(record: "ConsumerRecord[bytes, bytes]", counts: Counts, day: date) -> None:
    headers = {name: value.decode() for name, value in record.headers}
    kind = headers[TYPE].rpartition(".")[2]
    counts.in_all[record.topic, kind] += 1
    if london_day(datetime.fromisoformat(headers[TIME])) == day:
        counts.on_day[record.topic, kind] += 1
