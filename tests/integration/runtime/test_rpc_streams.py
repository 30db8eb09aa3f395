"""Streams: their caller is known, watched for expiry, limited, and sent elsewhere at the end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from grpc import StatusCode
from grpc_reflection.v1alpha import (  # type: ignore[import-untyped]  # ships no types
    reflection_pb2,
    reflection_pb2_grpc,
)
from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.runtime.auth.issue import Grant
from services.runtime.db import Database
from services.runtime.pool import Connection
from services.runtime.rpc import streaming
from services.runtime.rpc.limits import Limits
from tests.integration.runtime.rpc_site import PATH, Answer, Desk, answer, desk_of


@pytest.fixture
async def desk(database: Database, superuser: Connection, tmp_path: Path) -> AsyncIterator[Desk]:
    limits = Limits(streams_per_caller=1)
    async with desk_of(database, superuser, tmp_path, limits) as desk:
        yield desk


def open_stream(desk: Desk, authorization: str) -> "grpc.aio.UnaryStreamCall[bytes, bytes]":
    watch: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = desk.client.channel.unary_stream(
        PATH + "WatchVehicles"
    )
    return watch(b"", metadata=(("authorization", authorization),))


async def told(stream: "grpc.aio.UnaryStreamCall[bytes, bytes]") -> list[str]:
    return [pb.WatchVehiclesResponse.FromString(step).resume_token async for step in stream]


async def refusal(stream: "grpc.aio.UnaryStreamCall[bytes, bytes]") -> Answer:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await told(stream)
    return answer(refused.value)


async def test_a_stream_knows_its_caller(desk: Desk) -> None:
    assert await told(open_stream(desk, desk.client.bearer())) == ["alice", "end"]


async def test_a_stream_asks_for_a_token_a_role_and_a_body_like_any_call(desk: Desk) -> None:
    stranger = await refusal(open_stream(desk, "Bearer x"))
    clerk = await refusal(open_stream(desk, desk.client.bearer("capital.viewer")))

    assert stranger.code is StatusCode.UNAUTHENTICATED
    assert (clerk.code, clerk.message) == (
        StatusCode.PERMISSION_DENIED,
        "role may not call WatchVehicles",
    )


async def test_a_stream_ends_when_its_token_has_run_out(
    database: Database, superuser: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "EXPIRY_CHECK", timedelta(0))
    ahead = timedelta(0)

    def clock() -> float:
        return time.time() + ahead.total_seconds()

    async with desk_of(database, superuser, tmp_path, clock=clock) as desk:
        desk.fleet.gate.clear()
        stream = open_stream(desk, desk.client.bearer())
        await desk.fleet.waiting.wait()
        ahead = timedelta(days=1)
        desk.fleet.gate.set()

        ended = await refusal(stream)

    assert (ended.code, ended.reason) == (StatusCode.UNAUTHENTICATED, "TOKEN_REJECTED")
    assert ended.metadata == {"cause": "expired"}


async def test_one_stream_too_many_of_a_caller_is_refused_and_another_caller_served(
    desk: Desk,
) -> None:
    desk.fleet.gate.clear()
    first = open_stream(desk, desk.client.bearer())
    await desk.fleet.waiting.wait()

    second = await refusal(open_stream(desk, desk.client.bearer()))
    desk.fleet.gate.set()

    assert (second.code, second.reason) == (StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert await told(first) == ["alice", "end"]
    assert await told(open_stream(desk, desk.client.bearer(subject="bob"))) == ["bob", "end"]


async def told_in_the_end(desk: Desk) -> list[str]:
    """Open a stream until there is a place for it: the server hears of a reader's leaving late."""
    while True:
        with suppress(grpc.aio.AioRpcError):
            return await told(open_stream(desk, desk.client.bearer()))


async def test_a_reader_who_leaves_frees_his_place(desk: Desk) -> None:
    desk.fleet.gate.clear()
    stream = open_stream(desk, desk.client.bearer())
    await desk.fleet.waiting.wait()

    stream.cancel()
    desk.fleet.gate.set()

    async with asyncio.timeout(60):
        assert await told_in_the_end(desk) == ["alice", "end"]


async def test_a_server_that_stops_sends_streams_elsewhere_at_once(desk: Desk) -> None:
    desk.fleet.gate.clear()
    stream = open_stream(desk, desk.client.bearer())
    await desk.fleet.waiting.wait()

    async with asyncio.timeout(60):
        stopping = asyncio.ensure_future(desk.server.stop(timedelta(seconds=30)))
        ended = await refusal(stream)
        await stopping

    assert ended.code is StatusCode.UNAVAILABLE
    assert ended.message == "the server is stopping; resume elsewhere"


async def test_a_server_that_stops_lets_a_call_in_hand_finish(desk: Desk) -> None:
    desk.fleet.gate.clear()
    body = pb.GetVehicleRequest(vehicle_id=desk.ours).SerializeToString()
    running = asyncio.ensure_future(desk.client.call("GetVehicle", body))
    await desk.fleet.waiting.wait()

    async with asyncio.timeout(60):
        stopping = asyncio.ensure_future(desk.server.stop(timedelta(seconds=30)))
        desk.fleet.gate.set()
        await stopping

    assert (await running).code is StatusCode.OK


async def test_reflection_lists_the_service_in_development(desk: Desk) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(desk.client.channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")

    answered = [reply async for reply in stub.ServerReflectionInfo(iter([asked]))]

    names = {one.name for one in answered[0].list_services_response.service}
    assert "makeready.fleet.v1.FleetService" in names


async def test_an_expired_token_of_long_ago_opens_no_stream(desk: Desk) -> None:
    grant = Grant(subject="alice", roles=("fleet.manager",), orgs=("RYA",))
    token = desk.client.issuer.token(grant, datetime.now(UTC) - timedelta(days=2))

    ended = await refusal(open_stream(desk, f"Bearer {token}"))

    assert ended.message == "access token rejected: expired"
