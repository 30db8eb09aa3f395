"""Rows packed for the broker: in order per key, suspects alone, what is too large left out."""

from datetime import UTC, datetime
from uuid import uuid4

from aiokafka.producer.message_accumulator import BatchBuilder

from services.runtime.outgoing import Outgoing
from services.runtime.parcels import Packer

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def a_row(number: int, key: str = "van", size: int = 100) -> Outgoing:
    return Outgoing(
        id=number,
        event_id=uuid4(),
        topic="t",
        key=key,
        org="RYA",
        version=number,
        type="makeready.fleet.v1.VehicleMoved",
        payload=bytes(size),
        traceparent="",
        occurred_at=NOW,
        created_at=NOW,
    )


def a_packer(batch_bytes: int = 50_000) -> Packer:
    return Packer(lambda: BatchBuilder(batch_bytes, 0), "makeready/fleet", 1, batch_bytes)


def packed(packer: Packer) -> list[list[int]]:
    return [[row.id for row in parcel.rows] for parcel in packer.parcels]


def test_a_partition_gets_one_parcel_in_the_rows_order() -> None:
    packer = a_packer()

    for number in range(1, 7):
        packer.add(a_row(number), number % 2, is_alone=False)

    assert packed(packer) == [[1, 3, 5], [2, 4, 6]]


def test_a_full_parcel_is_followed_by_another() -> None:
    packer = a_packer()

    for number in range(1, 5):
        packer.add(a_row(number, size=20_000), 0, is_alone=False)

    assert packed(packer) == [[1, 2], [3, 4]]


def test_a_suspect_travels_alone_and_keeps_its_place() -> None:
    packer = a_packer()

    for number in range(1, 6):
        packer.add(a_row(number), 0, is_alone=number == 3)

    assert packed(packer) == [[1, 2], [3], [4, 5]]


def test_what_follows_a_row_too_large_on_its_key_is_held_and_other_keys_go() -> None:
    packer = a_packer()

    packer.add(a_row(1), 0, is_alone=False)
    packer.add(a_row(2, size=60_000), 0, is_alone=False)
    packer.add(a_row(3), 0, is_alone=False)
    packer.add(a_row(4, key="car"), 0, is_alone=False)

    assert packed(packer) == [[1, 4]]
    assert [row.id for row in packer.too_large] == [2]
