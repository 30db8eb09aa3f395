"""A load: a process that calls one method over and over, some in flight, and says how it went.

Reads its orders as JSON from standard input and writes its findings as JSON to standard output:
so the client's work is not done by the process that is measured.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from uuid import uuid4

import grpc.aio
from google.protobuf.message import Message
from makeready.fleet.v1 import fleet_service_pb2 as fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What to call, where, on which vehicles, how many at once and a second (0: all it takes)."""

    address: str
    method: str
    token: str
    vehicle_ids: list[str]
    in_flight: int = 48
    per_second: float = 0
    repeat: bool = False
    seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Calls that succeeded, the seconds they took together, and single calls' milliseconds."""

    calls: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.calls / self.seconds


def request(method: str, vehicle_id: str) -> Message:
    """Return the request of the method for one vehicle."""
    if method == "GetVehicle":
        return fleet.GetVehicleRequest(vehicle_id=vehicle_id)
    if method == "DeployVehicle":
        return fleet.DeployVehicleRequest(request_id=str(uuid4()), vehicle_id=vehicle_id)
    raise ValueError(f"no load for {method}")


def _requests(orders: Orders) -> Iterator[bytes]:
    while True:
        for vehicle_id in orders.vehicle_ids:
            yield request(orders.method, vehicle_id).SerializeToString()
        if not orders.repeat:
            return


async def run(orders: Orders) -> Findings:
    """Call until the vehicles or the seconds run out."""
    async with grpc.aio.insecure_channel(orders.address) as channel:
        call: Callable[..., Awaitable[bytes]] = channel.unary_unary(
            f"/makeready.fleet.v1.FleetService/{orders.method}"
        )
        metadata = (("authorization", f"Bearer {orders.token}"),)
        took: list[float] = []
        requests = _requests(orders)
        began = time.perf_counter()
        pace = _Pace(orders.per_second, began)

        # All callers draw from one iterator: a slow one holds nobody up.
        async def caller() -> None:
            for body in requests:
                await pace.wait()
                start = time.perf_counter()
                if start - began > orders.seconds:
                    return
                await call(body, timeout=30, metadata=metadata)
                took.append(time.perf_counter() - start)

        await asyncio.gather(*(caller() for _ in range(orders.in_flight)))
        return _findings(took, time.perf_counter() - began)


class _Pace:
    """Lets calls through evenly; a late one does not make the next ones late."""

    def __init__(self, per_second: float, began: float) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = began

    async def wait(self) -> None:
        if self._gap:
            self._next += self._gap
            await asyncio.sleep(max(0.0, self._next - time.perf_counter()))


def _findings(took: list[float], seconds: float) -> Findings:
    took.sort()
    return Findings(
        calls=len(took),
        seconds=seconds,
        p50_ms=took[len(took) // 2] * 1000,
        p99_ms=took[len(took) * 99 // 100] * 1000,
    )


async def elsewhere(orders: Orders) -> Findings:
    """Run the load in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(asdict(orders)).encode())
    if process.returncode:
        raise RuntimeError(f"the load ended with {process.returncode}")
    found: Mapping[str, float] = json.loads(output)
    return Findings(
        calls=int(found["calls"]),
        seconds=found["seconds"],
        p50_ms=found["p50_ms"],
        p99_ms=found["p99_ms"],
    )


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(run(Orders(**json.load(sys.stdin)))))))
