"""The chain in front of every method, over a real server and a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from grpc import StatusCode
from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.runtime.db import Database
from services.runtime.pool import Connection
from services.runtime.rpc.limits import Limits
from tests.integration.runtime.rpc_site import Desk, desk_of, get, move, moved


@pytest.fixture
async def desk(database: Database, superuser: Connection, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(database, superuser, tmp_path) as desk:
        yield desk


async def until_none_is_taken(database: Database) -> None:
    """A call may end at its caller before its transaction is rolled back."""
    async with asyncio.timeout(60):
        while database.pool.taken:  # noqa: ASYNC110 - a pool has no event for a test's sake
            await asyncio.sleep(0)


async def test_over_his_rate_a_caller_is_told_when_to_come_back(
    database: Database, superuser: Connection, tmp_path: Path
) -> None:
    limits = Limits(calls_per_second=0.25, burst_calls=1)
    async with desk_of(database, superuser, tmp_path, limits) as desk:
        await desk.client.call("GetVehicle", get(desk.ours))

        refused = await desk.client.call("GetVehicle", get(desk.ours))

    assert (refused.code, refused.reason) == (StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    assert refused.message == "rate limit for this caller; retry after 4 s"
    assert refused.retry_after == timedelta(seconds=4)


async def test_one_call_too_many_is_turned_away_at_once(
    database: Database, superuser: Connection, tmp_path: Path
) -> None:
    async with desk_of(database, superuser, tmp_path, Limits(calls_in_hand=1)) as desk:
        desk.fleet.gate.clear()
        first = asyncio.ensure_future(desk.client.call("GetVehicle", get(desk.ours)))
        await desk.fleet.waiting.wait()

        refused = await desk.client.call("GetVehicle", get(desk.ours))
        desk.fleet.gate.set()

        assert (await first).code is StatusCode.OK
        assert (await desk.client.call("GetVehicle", get(desk.ours))).code is StatusCode.OK
    assert (refused.code, refused.reason) == (StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert refused.retry_after == timedelta(seconds=1)


async def test_a_repeated_write_gets_the_first_reply(desk: Desk, superuser: Connection) -> None:
    body = move(desk.ours)

    first, second = [await desk.client.call("MoveVehicle", body) for _ in range(2)]

    assert (moved(first), moved(second)) == (1, 1)
    assert first.body == second.body
    assert await superuser.fetchval("SELECT count(*) FROM outbox") == 1


async def test_a_request_id_with_other_content_is_refused(desk: Desk) -> None:
    request_id = str(uuid4())
    await desk.client.call("MoveVehicle", move(desk.ours, request_id))

    refused = await desk.client.call("MoveVehicle", move(desk.ours, request_id, etag="v2"))

    assert (refused.code, refused.reason) == (StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
    assert refused.message == "request_id was used with different content"


async def test_the_same_request_still_running_is_told_to_wait(desk: Desk) -> None:
    body = move(desk.ours)
    desk.fleet.gate.clear()
    first = asyncio.ensure_future(desk.client.call("MoveVehicle", body))
    await desk.fleet.waiting.wait()

    refused = await desk.client.call("MoveVehicle", body)
    desk.fleet.gate.set()

    assert (refused.code, refused.reason) == (StatusCode.ABORTED, "REQUEST_IN_PROGRESS")
    assert refused.message == "same request is in progress; retry after 1 s"
    assert refused.retry_after == timedelta(seconds=1)
    assert moved(await first) == 1
    assert moved(await desk.client.call("MoveVehicle", body)) == 1


async def test_a_rehearsed_write_shows_its_effect_and_leaves_none(
    desk: Desk, superuser: Connection
) -> None:
    request_id = str(uuid4())

    shown = await desk.client.call("MoveVehicle", move(desk.ours, request_id, validate_only=True))
    real = await desk.client.call("MoveVehicle", move(desk.ours, request_id))

    assert (moved(shown), moved(real)) == (1, 1)
    assert await superuser.fetchval("SELECT count(*) FROM outbox") == 1


async def test_every_broken_field_is_named(desk: Desk) -> None:
    refused = await desk.client.call("MoveVehicle", b"")

    assert refused.fields == dict.fromkeys(
        ("request_id", "vehicle_id", "etag", "to_hub_id"), "is required"
    )


async def test_a_fault_of_ours_tells_a_reference_and_no_secret(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    body = pb.GetAvailabilityRequest().SerializeToString()

    failed = await desk.client.call("GetAvailability", body)

    assert (failed.code, failed.reason) == (StatusCode.INTERNAL, "INTERNAL")
    assert failed.message.endswith(failed.metadata["reference"])
    assert "hunter2" not in failed.message
    logged = capsys.readouterr().out
    assert "hunter2" in logged
    assert failed.metadata["reference"] in logged


async def test_a_database_that_goes_away_is_unavailable_and_says_no_more(
    desk: Desk, superuser: Connection
) -> None:
    desk.fleet.gate.clear()
    running = asyncio.ensure_future(desk.client.call("MoveVehicle", move(desk.ours)))
    await desk.fleet.waiting.wait()

    await superuser.execute(
        """
        SELECT pg_terminate_backend(pid)
          FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'test'
        """
    )
    desk.fleet.gate.set()
    failed = await running

    assert (failed.code, failed.reason) == (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")
    assert failed.message == "the database is away; try again"
    assert failed.retry_after == timedelta(seconds=1)


async def test_a_deadline_that_passes_leaves_nothing_and_no_connection_taken(
    desk: Desk, database: Database, superuser: Connection
) -> None:
    desk.fleet.gate.clear()

    late = await desk.client.call("MoveVehicle", move(desk.ours), timeout_seconds=0.2)

    assert late.code is StatusCode.DEADLINE_EXCEEDED
    await until_none_is_taken(database)
    assert await superuser.fetchval("SELECT max(miles) FROM vehicle") == 0


async def test_three_hundred_cancelled_calls_leak_no_connection(
    desk: Desk, database: Database
) -> None:
    async def cancelled(number: int) -> None:
        call = asyncio.ensure_future(desk.client.call("MoveVehicle", move(desk.ours)))
        await asyncio.wait([call], timeout=(number % 30) / 1000)
        call.cancel()
        await asyncio.wait([call])

    for start in range(0, 300, 20):
        await asyncio.gather(*(cancelled(number) for number in range(start, start + 20)))

    await until_none_is_taken(database)
    assert (await desk.client.call("MoveVehicle", move(desk.ours))).code is StatusCode.OK


async def test_calls_are_counted_by_method_and_code(desk: Desk) -> None:
    await desk.client.call("GetVehicle", get(desk.ours))
    await desk.client.call("GetVehicle", get(desk.theirs))

    def counted(code: str) -> float | None:
        labels = {"method": "GetVehicle", "code": code}
        return desk.registry.get_sample_value("makeready_rpc_seconds_count", labels)

    assert (counted("OK"), counted("NOT_FOUND"), counted("INTERNAL")) == (1, 1, None)


async def test_the_callers_trace_goes_on_in_the_outbox(desk: Desk, superuser: Connection) -> None:
    incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    await desk.client.call("MoveVehicle", move(desk.ours), metadata=(("traceparent", incoming),))

    written = await superuser.fetchval("SELECT traceparent FROM outbox")
    assert written.split("-")[1] == incoming.split("-")[1]
    assert written != incoming
