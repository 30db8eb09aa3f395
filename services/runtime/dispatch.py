"""Sends rows of the outbox and knows afterwards which were acknowledged, or that nobody knows."""

import asyncio
from collections.abc import Awaitable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.partitioner import murmur2

from services.runtime.outgoing import Outgoing
from services.runtime.parcels import Packer, Parcel

# For the last acknowledgement of a batch; after it nobody knows what was sent.
ACK_SECONDS: Final = 15.0
REFUSALS: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
CACHED_KEYS: Final = 65_536


class InDoubt(Exception):
    """Some of what was sent may have arrived and some not; only a new producer can go on.

    `acknowledged` did arrive, and all that was sent before it; `refused` are rows of batches that
    the broker called too large, though it was well.
    """

    def __init__(
        self,
        error: BaseException,
        acknowledged: Sequence[int] = (),
        refused: Sequence[Outgoing] = (),
    ) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.acknowledged = acknowledged
        self.refused = refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Ids that were acknowledged, and rows that fit into no batch."""

    acknowledged: list[int]
    too_large: list[Outgoing]


class Dispatch:
    """Sends as one leader; `fence` is that leader's."""

    def __init__(
        self, producer: AIOKafkaProducer, source: str, fence: int, batch_bytes: int
    ) -> None:
        self._producer = producer
        self._source = source
        self._fence = fence
        self._batch_bytes = batch_bytes
        self._partitions: dict[str, int] = {}
        self._hash = lru_cache(CACHED_KEYS)(_hash)

    async def send(self, rows: Sequence[Outgoing], suspects: Container[int]) -> Sent:
        """Send `rows` and return once all that could be sent are acknowledged.

        What follows a row too large on its key is not sent either. `suspects` are ids that were
        refused before. Raises InDoubt after any error, and after 15 s.
        """
        try:
            async with asyncio.timeout(ACK_SECONDS):
                await self._learn({row.topic for row in rows})
                packer = self._pack(rows, suspects)
                acks = [await self._post(parcel) for parcel in packer.parcels]
                results = await asyncio.gather(*acks, return_exceptions=True)
        except (KafkaError, TimeoutError) as error:
            raise InDoubt(error) from error
        _require_acknowledged(packer.parcels, results)
        acknowledged = [row.id for parcel in packer.parcels for row in parcel.rows]
        return Sent(acknowledged=acknowledged, too_large=packer.too_large)

    async def _learn(self, topics: Iterable[str]) -> None:
        """Count the partitions of topics, once per leader, so that keys stay where they are."""
        for topic in topics:
            if topic not in self._partitions:
                self._partitions[topic] = len(await self._producer.partitions_for(topic))

    def _pack(self, rows: Sequence[Outgoing], suspects: Container[int]) -> Packer:
        packer = Packer(self._producer.create_batch, self._source, self._fence, self._batch_bytes)
        for row in rows:
            partition = self._hash(row.key) % self._partitions[row.topic]
            packer.add(row, partition, is_alone=row.id in suspects)
        return packer

    async def _post(self, parcel: Parcel) -> Awaitable[object]:
        ack: Awaitable[object] = await self._producer.send_batch(
            parcel.builder, parcel.topic, partition=parcel.partition
        )
        return ack


def _hash(key: str) -> int:
    """Return the hash by which every Kafka client chooses a key's partition."""
    return int(murmur2(key.encode())) & 0x7FFFFFFF


def _require_acknowledged(parcels: Sequence[Parcel], results: Sequence[object]) -> None:
    outcomes = list(zip(parcels, results, strict=True))
    errors = [result for result in results if isinstance(result, BaseException)]
    if not errors:
        return
    broken: set[tuple[str, int]] = set()
    acknowledged: list[int] = []
    for parcel, result in outcomes:
        if isinstance(result, BaseException):
            broken.add((parcel.topic, parcel.partition))
        elif (parcel.topic, parcel.partition) not in broken:
            acknowledged += [row.id for row in parcel.rows]
    refused = [
        row for parcel, result in outcomes if isinstance(result, REFUSALS) for row in parcel.rows
    ]
    raise InDoubt(errors[0], acknowledged, refused)
