"""Faults of the log itself, on a real broker: what a reader does when records cannot be had."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import OffsetOutOfRangeError
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from services.runtime import topics
from services.runtime.db import Database
from services.runtime.events import Record
from services.runtime.kafka import ProducerSettings
from services.runtime.scope import Scope
from tests.conftest import NewTopic, OpenDatabase
from tests.delivery import Fact, a_record
from tests.eventually import eventually
from tests.integration.runtime.members import GaveUp, consuming, relaying
from tests.integration.runtime.scratch.service import (
    MIGRATIONS,
    SOURCE,
    Scratch,
    a_reading,
    effect_count,
    publish,
    unsent,
    versions_by_key,
)


class NotUtf8(str):
    """The name of a header as a broken producer would write it."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


@pytest.fixture
async def database(open_database: OpenDatabase) -> Database:
    return await open_database("scratch", MIGRATIONS)


async def write(bootstrap: str, *batches: Sequence[Record]) -> None:
    """Write batches to partition 0 byte by byte, as any program may that can reach the broker."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for records in batches:
            batch = producer.create_batch()
            batch._builder = _DefaultRecordBatchBuilderPy(
                2,
                0,
                is_transactional=0,
                producer_id=-1,
                producer_epoch=-1,
                base_sequence=0,
                batch_size=900_000,
            )
            for each in records:
                batch.append(
                    timestamp=None, key=each.key, value=each.value, headers=list(each.headers)
                )
            await (await producer.send_batch(batch, records[0].topic, partition=0))


async def test_a_record_the_client_cannot_take_apart_is_stepped_over(
    database: Database, new_topic: NewTopic, bootstrap: str
) -> None:
    topic, keys = await new_topic(), [str(uuid4()) for _ in range(6)]
    good = [a_record(topic, SOURCE, Fact(key=key, message=a_reading(key, 1))) for key in keys]
    broken = a_record(topic, SOURCE, Fact(key="x", message=a_reading("x", 1)))
    broken.headers.append((NotUtf8("x"), b""))  # type: ignore[attr-defined]
    await write(bootstrap, good[:2], [good[2], broken, good[3]], good[4:])

    async with consuming(database, bootstrap, Scratch().subscription(topic)):
        await eventually(lambda: effect_count(database), 5)

    assert set(await versions_by_key(database)) == {*keys[:3], *keys[4:]}
    async with database.read(Scope.system("consume")) as tx:
        rows = await tx.fetch("SELECT kafka_offset, reason FROM dead_event ORDER BY kafka_offset")
    assert [tuple(row) for row in rows] == [(3, "unreadable"), (4, "unreadable")]


async def test_events_the_broker_forgot_before_they_were_read_stop_the_reader(
    database: Database, new_topic: NewTopic, bootstrap: str
) -> None:
    topic, keys = await new_topic(), [str(uuid4()) for _ in range(4)]
    log = [a_record(topic, SOURCE, Fact(key=key, message=a_reading(key, 1))) for key in keys]
    await write(bootstrap, log[:1])
    async with consuming(database, bootstrap, Scratch().subscription(topic)):
        await eventually(lambda: effect_count(database), 1)
    await write(bootstrap, log[1:])
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=3)})
    await admin.close()

    with pytest.raises(ExceptionGroup) as stopped:
        async with consuming(database, bootstrap, Scratch().subscription(topic)):
            await asyncio.Event().wait()

    assert stopped.value.subgroup(OffsetOutOfRangeError) is not None
    assert await effect_count(database) == 1


async def test_a_topic_that_is_not_there_is_not_made_and_its_events_stay(
    database: Database, bootstrap: str
) -> None:
    name = f"never.{uuid4()}"
    await publish(database, name, "van", 10)

    with pytest.raises(ExceptionGroup) as given_up:
        async with relaying(database, bootstrap, ProducerSettings(request_timeout_ms=1_000)):
            await asyncio.Event().wait()

    assert given_up.value.subgroup(GaveUp) is not None
    assert await unsent(database) == 1
    with pytest.raises(topics.TopicsWrong, match="missing; create it with"):
        await topics.require(bootstrap, [name], largest_bytes=1_000)
