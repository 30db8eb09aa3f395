"""Rows of the outbox packed for the broker: batches per partition, each in the rows' order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiokafka.producer.message_accumulator import BatchBuilder

from services.runtime.outgoing import Outgoing, headers_of

# What headers, key and framing of one event may take beside its payload.
OVERHEAD_BYTES: Final = 4_096


@dataclass(slots=True)
class Parcel:
    """One batch for one partition. A row the broker refused before travels alone."""

    topic: str
    partition: int
    builder: BatchBuilder
    is_alone: bool
    rows: list[Outgoing] = field(default_factory=list)


class Packer:
    """Packs rows, which come in the order they are to be sent, into parcels."""

    def __init__(
        self, new_builder: Callable[[], BatchBuilder], source: str, fence: int, batch_bytes: int
    ) -> None:
        self.parcels: list[Parcel] = []
        self.too_large: list[Outgoing] = []
        self._new_builder = new_builder
        self._source = source
        self._fence = fence
        self._batch_bytes = batch_bytes
        self._open: dict[tuple[str, int], Parcel] = {}
        self._held: set[tuple[str, str]] = set()

    def add(self, row: Outgoing, partition: int, *, is_alone: bool) -> None:
        """Pack a row, unless it is too large for any batch, or behind such a row of its key."""
        if (row.topic, row.key) in self._held:
            return
        if len(row.payload) + OVERHEAD_BYTES > self._batch_bytes:
            self.too_large.append(row)
            self._held.add((row.topic, row.key))
            return
        parcel = self._open.get((row.topic, partition))
        if parcel is None or is_alone or parcel.is_alone or not self._put(row, parcel):
            self._put(row, self._new_parcel(row.topic, partition, is_alone=is_alone))

    def _new_parcel(self, topic: str, partition: int, *, is_alone: bool) -> Parcel:
        parcel = Parcel(topic, partition, self._new_builder(), is_alone)
        self.parcels.append(parcel)
        self._open[topic, partition] = parcel
        return parcel

    def _put(self, row: Outgoing, parcel: Parcel) -> bool:
        """Add a row to a parcel; False when it is full, which an empty one never is."""
        added = parcel.builder.append(
            timestamp=int(row.created_at.timestamp() * 1000),
            key=row.key.encode(),
            value=row.payload,
            headers=headers_of(row, self._source, self._fence),
        )
        if added is not None:
            parcel.rows.append(row)
        return added is not None
