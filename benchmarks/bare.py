"""Ceilings of a call: a bare grpc.aio server, and bare asyncpg, that send the product's statements.

Neither authenticates, authorises, validates, decides, logs or counts: what is left is what the
transport and the database take.
"""

import asyncio
import pickle
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import grpc.aio
import uvloop
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message
from makeready.fleet.v1 import fleet_service_pb2 as fleet

from benchmarks.recipe import Recipe


def _message(full_name: str) -> type[Message]:
    found = descriptor_pool.Default().FindMessageTypeByName(full_name)
    return message_factory.GetMessageClass(found)


async def _no_reset(_: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Leave the connection as it is: every transaction ended cleanly."""


async def open_pool(dsn: str, size: int) -> "asyncpg.Pool[asyncpg.Record]":
    """Return a pool as lean as asyncpg's can be: without the reset query on release."""
    return await asyncpg.create_pool(dsn, min_size=size, max_size=size, reset=_no_reset)


async def serve(dsn: str, recipe: Recipe, connections: int) -> None:
    """Serve the recipe's method until ended; prints the port when ready."""
    pool = await open_pool(dsn, connections)
    request_type, reply_type = _message(recipe.request_type), _message(recipe.reply_type)

    async def method(request: Message, _: object) -> Message:
        vehicle_id = UUID(getattr(request, "vehicle_id"))  # noqa: B009 - known by its descriptor alone
        request_id = UUID(getattr(request, "request_id", "") or str(uuid4()))
        async with pool.acquire() as connection:
            await recipe.follow(connection, vehicle_id, request_id)
        return reply_type.FromString(recipe.reply)

    handler = grpc.unary_unary_rpc_method_handler(
        method,
        request_deserializer=request_type.FromString,
        response_serializer=reply_type.SerializeToString,
    )
    server = grpc.aio.server()
    service = fleet.DESCRIPTOR.services_by_name["FleetService"].full_name
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(service, {recipe.method: handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


async def statements_per_second(
    dsn: str, recipe: Recipe, vehicle_ids: Sequence[str], connections: int
) -> float:
    """Send the recipe for every vehicle over bare connections and return how many a second."""
    async with await open_pool(dsn, connections) as pool:
        waiting = iter(vehicle_ids)

        async def worker() -> None:
            async with pool.acquire() as connection:
                for vehicle_id in waiting:
                    await recipe.follow(connection, UUID(vehicle_id), uuid4())

        began = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(connections)))
        return len(vehicle_ids) / (time.perf_counter() - began)


if __name__ == "__main__":
    dsn, path, connections = sys.argv[1:]
    uvloop.run(serve(dsn, pickle.loads(Path(path).read_bytes()), int(connections)))  # noqa: S301 - our own file
