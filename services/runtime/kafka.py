"""Kafka clients with settings that lose, skip and reorder nothing; others are refused at the start.

The library's own defaults are unsafe: one replica's word is enough to it, it commits offsets of
records still in hand, and it begins where the log ends.
"""

from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

# What a topic takes by default, in bytes of a compressed batch; topics.py checks that ours do.
TOPIC_MESSAGE_BYTES: Final = 1_048_588


class UnsafeSettings(Exception):
    """A client with these settings could lose, skip or reorder events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerSettings:
    """How events are sent. `batch_bytes` bounds a batch before compression, and a single event."""

    acks: str = "all"
    idempotent: bool = True
    compression: str = "lz4"
    linger_ms: int = 0
    batch_bytes: int = 943_718
    request_timeout_ms: int = 10_000

    def __post_init__(self) -> None:
        if self.acks != "all" or not self.idempotent:
            raise UnsafeSettings("a producer must be idempotent and wait for all replicas")
        if not 0 < self.batch_bytes <= TOPIC_MESSAGE_BYTES * 9 // 10:
            raise UnsafeSettings("batches must stay 10 % under what a topic takes")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerSettings:
    """How records are read. `offset_reset` "none": where to begin is the database's to say."""

    auto_commit: bool = False
    offset_reset: str = "none"
    session_ms: int = 30_000
    # How long a new member waits for the others to join anew: one that was killed never does.
    rebalance_ms: int = 6_000
    max_poll_ms: int = 300_000
    fetch_wait_ms: int = 200
    partition_bytes: int = 1_048_576

    def __post_init__(self) -> None:
        if self.auto_commit:
            raise UnsafeSettings("a consumer must not commit what is still in hand")
        if self.offset_reset != "none":
            raise UnsafeSettings("a consumer must not choose by itself where to begin")

    @property
    def heartbeat_ms(self) -> int:
        """A session outlasts three heartbeats at least."""
        return min(3_000, self.session_ms // 3)


def producer(bootstrap: str, client_id: str, settings: ProducerSettings) -> AIOKafkaProducer:
    """Return a producer, not started."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        client_id=client_id,
        acks=settings.acks,
        enable_idempotence=settings.idempotent,
        compression_type=settings.compression,
        linger_ms=settings.linger_ms,
        max_batch_size=settings.batch_bytes,
        max_request_size=settings.batch_bytes,
        request_timeout_ms=settings.request_timeout_ms,
    )


def consumer(bootstrap: str, group: str, settings: ConsumerSettings) -> AIOKafkaConsumer:
    """Return a member of `group`, not started and not subscribed."""
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        client_id=group,
        group_id=group,
        enable_auto_commit=settings.auto_commit,
        auto_offset_reset=settings.offset_reset,
        session_timeout_ms=settings.session_ms,
        heartbeat_interval_ms=settings.heartbeat_ms,
        rebalance_timeout_ms=settings.rebalance_ms,
        max_poll_interval_ms=settings.max_poll_ms,
        fetch_max_wait_ms=settings.fetch_wait_ms,
        max_partition_fetch_bytes=settings.partition_bytes,
    )
