"""The embedded Kafka: the real broker, whose log outlives a kill."""

from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError

from demo.servers.kafka import EmbeddedKafka, KafkaServer

TOPIC = "fleet.vehicle.v1"


async def create_topic(server: KafkaServer) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=server.bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def produce(server: KafkaServer, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=server.bootstrap,
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=2_000,
    )
    await producer.start()
    try:
        await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def first_record(server: KafkaServer) -> bytes | None:
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=server.bootstrap, group_id="hubs", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return (await consumer.getone()).value
    finally:
        await consumer.stop()


async def test_a_record_is_there_for_its_group_after_the_broker_was_killed(tmp_path: Path) -> None:
    embedded = EmbeddedKafka(tmp_path)
    before = await embedded.start()
    await create_topic(before)
    await produce(before, TOPIC, b"VehicleRegistered")

    await embedded.kill()
    after = await embedded.start()

    try:
        assert after == before
        assert await first_record(after) == b"VehicleRegistered"
        with pytest.raises(UnknownTopicOrPartitionError):
            await produce(after, "never.declared", b"lost")
    finally:
        await embedded.stop()
