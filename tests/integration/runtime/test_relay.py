"""From the outbox to the broker and into another database: each event once, and in order."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from makeready.fleet.v1.vehicle_events_pb2 import OdometerRecorded

from services.runtime import decisions, topics
from services.runtime.db import Database
from services.runtime.kafka import ProducerSettings
from services.runtime.metrics import Metrics
from services.runtime.outbox import Announcement, flush
from services.runtime.scope import Scope
from services.runtime.telemetry import span
from services.runtime.topics import Topic
from tests.conftest import NewTopic, OpenDatabase
from tests.eventually import eventually, say
from tests.integration.runtime.members import consuming, relaying
from tests.integration.runtime.scratch.service import (
    MIGRATIONS,
    TRUST,
    WRITER,
    Scratch,
    a_reading,
    effect_count,
    publish,
    unsent,
    versions_by_key,
)

WRITERS = 8
EVENTS = 2_000


async def test_two_thousand_events_of_eight_writers_arrive_once_and_in_order_per_key(
    open_database: OpenDatabase, new_topic: NewTopic, bootstrap: str
) -> None:
    writer = await open_database("scratch", MIGRATIONS)
    reader = await open_database("scratch", MIGRATIONS)
    topic, keys = await new_topic(), [str(uuid4()) for _ in range(40)]
    seed = random.randrange(2**32)
    say(f"seed {seed}: {EVENTS} events of {WRITERS} writers on {len(keys)} keys")

    async with (
        relaying(writer, bootstrap),
        consuming(reader, bootstrap, Scratch().subscription(topic)),
        asyncio.TaskGroup() as writers,
    ):
        for number in range(WRITERS):
            writers.create_task(_write(writer, topic, keys, random.Random(seed + number)))
        await eventually(lambda: effect_count(reader), EVENTS)

    versions = await versions_by_key(reader)
    assert sum(map(len, versions.values())) == EVENTS
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())
    assert await unsent(writer) == 0


async def _write(database: Database, topic: str, keys: list[str], chance: random.Random) -> None:
    left = EVENTS // WRITERS
    while left:
        burst = min(left, chance.choice((1, 1, 1, 2, 5, 20)))
        await publish(database, topic, chance.choice(keys), *range(burst))
        left -= burst


async def test_what_commits_late_under_an_older_id_is_sent_all_the_same(
    open_database: OpenDatabase, new_topic: NewTopic, bootstrap: str
) -> None:
    database, topic = await open_database("scratch", MIGRATIONS), await new_topic()
    late, early = str(uuid4()), str(uuid4())
    slow = await database.connect()
    await slow.execute(f"BEGIN; {WRITER.settings}")
    await flush(slow, [an_announcement(topic, late)], "", None)

    async with relaying(database, bootstrap):
        await publish(database, topic, early, 1, 2, 3)
        await eventually(lambda: unsent(database), 0)
        await slow.execute("COMMIT")
        await eventually(lambda: unsent(database), 0)
        sent = await records(bootstrap, topic, 4)

    await slow.close()
    keys = sorted((record.key or b"").decode() for record in sent)
    assert keys == sorted([late, early, early, early])


def an_announcement(topic: str, key: str) -> Announcement:
    reading = a_reading(key, 1)
    kind, payload = reading.DESCRIPTOR.full_name, reading.SerializeToString()
    return Announcement(topic, key, TRUST, uuid4(), kind, payload, datetime.now(UTC))


async def records(bootstrap: str, topic: str, number: int) -> list[ConsumerRecord[bytes, bytes]]:
    """Return the first records of a topic, of whatever partition."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(60):
            return [await consumer.getone() for _ in range(number)]
    finally:
        await consumer.stop()


async def test_an_event_says_where_it_comes_from(
    open_database: OpenDatabase, new_topic: NewTopic, bootstrap: str
) -> None:
    database, topic, key = await open_database("scratch", MIGRATIONS), await new_topic(), "van"
    with span("a request") as traceparent:
        await publish(database, topic, key, 10)

    async with relaying(database, bootstrap), relaying(database, bootstrap):
        [record] = await records(bootstrap, topic, 1)

    headers = dict(record.headers)
    assert headers["ce_type"] == b"makeready.fleet.v1.OdometerRecorded"
    assert headers["ce_source"] == b"makeready/scratch"
    assert headers["ce_aggregateversion"] == b"1"
    assert headers["ce_orgid"] == b"RYA"
    assert headers["ce_fence"] == b"1"
    assert headers["content-type"] == b"application/protobuf"
    assert headers["traceparent"] == traceparent.encode()


async def test_an_event_too_large_for_any_batch_stops_its_key_and_no_other(
    open_database: OpenDatabase, new_topic: NewTopic, bootstrap: str
) -> None:
    database, topic = await open_database("scratch", MIGRATIONS), await new_topic()
    await publish_large(database, topic, "van")
    await publish(database, topic, "car", 1)

    async with relaying(database, bootstrap, ProducerSettings(batch_bytes=20_000)) as metrics:
        await eventually(lambda: unsent(database), 2)
        await publish(database, topic, "car", 2)
        await eventually(lambda: unsent(database), 2)
        await eventually(lambda: parked_keys(metrics), 1.0)
    async with database.write(Scope.system("relay")) as tx:
        again = await decisions.send_again(tx, "van")
    async with relaying(database, bootstrap):
        await eventually(lambda: unsent(database), 0)

    assert again == 1


async def publish_large(database: Database, topic: str, key: str) -> None:
    """Commit a small event, one of 30 kB that does not compress, and another small one."""
    noise = random.Random(1).randbytes(15_000).hex()
    async with database.write(WRITER) as tx:
        for trust in ("RYA", noise, "RYA"):
            reading = OdometerRecorded(vehicle_id=key, trust=trust)
            tx.publish(topic, key, TRUST, reading, datetime.now(UTC))


async def parked_keys(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("makeready_outbox_parked_keys") or 0.0


async def test_an_event_the_broker_refuses_is_given_up_after_five_leaders(
    open_database: OpenDatabase, bootstrap: str
) -> None:
    database, topic = await open_database("scratch", MIGRATIONS), f"test.{uuid4()}"
    narrow = Topic(name=topic, partitions=1, replication=1, config={"max.message.bytes": "20000"})
    await topics.create(bootstrap, [narrow])
    await publish_large(database, topic, "van")
    await publish(database, topic, "car", 1)

    terms = 0
    while await unsent(database) > 2:
        terms += 1
        with suppress(ExceptionGroup):
            async with relaying(database, bootstrap):
                await eventually(lambda: unsent(database), 2)

    say(f"terms of office: {terms}")
    assert 5 <= terms <= 7
    assert await unsent(database) == 2
