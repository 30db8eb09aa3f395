"""Commits events as fleet's own transactions do, at an even pace or as a backlog.

Run as a process of its own it reads its orders as JSON from standard input: what writes the events
takes nothing from what carries them.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

import uvloop
from google.protobuf.timestamp_pb2 import Timestamp
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import vehicle_events_pb2, vehicle_pb2

from benchmarks.stable import SCOPE
from services.kernel.ids import OdsCode
from services.runtime.db import Database, Limits
from services.runtime.tx import Tx

TOPIC = "fleet.vehicle.v1"
# Each connection plans and remembers the same statements: a load of the bench, not of the product.
WRITERS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Whose outbox (`dsn`), and the vehicles of which each has one event, `per_second` of them."""

    dsn: str
    vehicle_ids: list[str]
    per_second: float


async def elsewhere(orders: Orders) -> None:
    """Commit one event for each vehicle from a process of its own, each in its transaction."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.announce", stdin=asyncio.subprocess.PIPE
    )
    await process.communicate(json.dumps(asdict(orders)).encode())
    if process.returncode:
        raise RuntimeError(f"the writer ended with {process.returncode}")


async def run(orders: Orders) -> None:
    limits = Limits(connections=WRITERS)
    database = await Database.open(orders.dsn, "bench", limits)
    began = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as writers:
            for first in range(WRITERS):
                writers.create_task(_write(database, orders, began, first))
    finally:
        await database.close()


async def _write(database: Database, orders: Orders, began: float, first: int) -> None:
    """Commit every `WRITERS`th event when it is due; a late one makes none after it late."""
    for number in range(first, len(orders.vehicle_ids), WRITERS):
        due = began + number / orders.per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        async with database.write(SCOPE) as tx:
            announce(tx, orders.vehicle_ids, range(number, number + 1))


def announce(tx: Tx, vehicle_ids: Sequence[str], numbers: range) -> None:
    """Publish the `numbers`-th events of the vehicles, which take turns."""
    for number in numbers:
        vehicle_id = vehicle_ids[number % len(vehicle_ids)]
        message = _change(vehicle_id, number // len(vehicle_ids))
        tx.publish(TOPIC, vehicle_id, OdsCode("RYA"), message, tx.now)


def _change(vehicle_id: str, step: int) -> vehicle_events_pb2.VehicleStatusChanged:
    there_and_back = (
        vehicle_pb2.VEHICLE_STATE_DEPLOYED,
        vehicle_pb2.VEHICLE_STATE_AWAITING_MAKE_READY,
    )
    now = Timestamp()
    now.FromDatetime(datetime.now(UTC))
    message = vehicle_events_pb2.VehicleStatusChanged(
        vehicle_id=vehicle_id,
        trust="RYA",
        vehicle_type=kind.VEHICLE_TYPE_DCA,
        to=there_and_back[step % 2],
        occurred_at=now,
        reason="bench",
    )
    setattr(message, "from", there_and_back[(step + 1) % 2])  # a word of Python's own
    return message


if __name__ == "__main__":
    uvloop.run(run(Orders(**json.load(sys.stdin))))
