"""One effect for one request key, whoever asks how often from wherever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1.vehicle_events_pb2 import VehicleMoved

from services.kernel.errors import RuleBroken
from services.runtime.db import Database, Limits
from services.runtime.idempotency import (
    RequestIdReused,
    RequestInProgress,
    RequestKey,
    once,
    prune,
)
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from tests.integration.runtime.conftest import RYA, Site

METHOD = "/makeready.fleet.v1.FleetService/MoveVehicle"
Work = Callable[[Tx], Awaitable[pb.MoveVehicleResponse]]


class NotToday(RuleBroken):
    reason = "VEHICLE_ILLEGAL_TRANSITION"


def a_key(request_id: UUID, etag: str = "v1", method: str = METHOD) -> RequestKey:
    return RequestKey.of(method, request_id, pb.MoveVehicleRequest(etag=etag))


async def insert(tx: Tx) -> pb.MoveVehicleResponse:
    """Make a vehicle and announce it: an effect that shows when it is had twice."""
    vehicle = str(await tx.fetchval("INSERT INTO vehicle (org) VALUES ('RYA') RETURNING id"))
    tx.publish("fleet.vehicle.v1", vehicle, RYA, VehicleMoved(vehicle_id=vehicle), tx.now)
    reply = pb.MoveVehicleResponse()
    reply.vehicle.vehicle_id = vehicle
    return reply


async def effects(superuser: Connection) -> tuple[int, int, int]:
    row = await superuser.fetchrow(
        """
        SELECT (SELECT count(*) FROM vehicle),
               (SELECT count(*) FROM outbox),
               (SELECT count(*) FROM request_log)
        """
    )
    assert row is not None
    return row[0], row[1], row[2]


@pytest.fixture
async def another(site: Site) -> AsyncIterator[Database]:
    """The same database through another process's connections."""
    database = await Database.open(site.app_dsn, "another", Limits(connections=4))
    yield database
    await database.close()


async def test_a_repeated_request_gets_the_first_reply_and_changes_nothing(
    database: Database, another: Database, manager: Scope, superuser: Connection
) -> None:
    key = a_key(uuid4())

    first = await once(database, manager, key, insert)
    second = await once(another, manager, key, insert)

    assert first == second
    assert await effects(superuser) == (1, 1, 1)


async def test_a_key_with_other_content_is_refused(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    request_id = uuid4()
    await once(database, manager, a_key(request_id), insert)

    with pytest.raises(RequestIdReused, match=r"^request_id was used with different content$"):
        await once(database, manager, a_key(request_id, etag="v2"), insert)

    assert await effects(superuser) == (1, 1, 1)


async def test_a_key_belongs_to_one_caller_and_one_method(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    request_id = uuid4()
    bob = Scope(subject="bob", orgs=manager.orgs)

    await once(database, manager, a_key(request_id), insert)
    await once(database, manager, a_key(request_id, method=METHOD + "2"), insert)
    await once(database, bob, a_key(request_id, etag="v2"), insert)

    assert await effects(superuser) == (3, 3, 3)


async def test_while_the_first_runs_the_second_is_told_to_come_back(
    database: Database, another: Database, manager: Scope, superuser: Connection
) -> None:
    key, begun, finish = a_key(uuid4()), asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> pb.MoveVehicleResponse:
        begun.set()
        await finish.wait()
        return await insert(tx)

    first = asyncio.ensure_future(once(database, manager, key, slow))
    await begun.wait()
    with pytest.raises(RequestInProgress, match=r"retry after 1 s$") as refused:
        await once(another, manager, key, insert)
    finish.set()
    reply = await first

    assert refused.value.retry_after == timedelta(seconds=1)
    assert await once(another, manager, key, insert) == reply
    assert await effects(superuser) == (1, 1, 1)


async def test_a_storm_of_the_same_request_has_one_effect_and_one_reply(
    database: Database, another: Database, manager: Scope, superuser: Connection
) -> None:
    key = a_key(uuid4())

    async def insist(through: Database) -> bytes:
        while True:
            try:
                return await once(through, manager, key, insert)
            except RequestInProgress:
                continue

    replies = await asyncio.gather(*(insist(d) for d in (database, another) * 10))

    assert len(set(replies)) == 1
    assert await effects(superuser) == (1, 1, 1)


async def test_a_refused_request_leaves_its_key_free(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    key = a_key(uuid4())

    async def refuse(tx: Tx) -> pb.MoveVehicleResponse:
        await insert(tx)
        raise NotToday("not today")

    with pytest.raises(NotToday):
        await once(database, manager, key, refuse)
    assert await effects(superuser) == (0, 0, 0)
    await once(database, manager, key, insert)

    assert await effects(superuser) == (1, 1, 1)


async def test_a_cancelled_request_leaves_its_key_free(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    key, begun = a_key(uuid4()), asyncio.Event()

    async def hang(tx: Tx) -> pb.MoveVehicleResponse:
        await insert(tx)
        begun.set()
        await tx.execute("SELECT pg_sleep(60)")
        raise AssertionError("unreachable")

    task = asyncio.ensure_future(once(database, manager, key, hang))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    await once(database, manager, key, insert)

    assert await effects(superuser) == (1, 1, 1)


async def test_replies_are_kept_for_seven_days_and_pruned_by_the_schedule_alone(
    site: Site, manager: Scope, superuser: Connection
) -> None:
    now = datetime.now(UTC)
    database = await Database.open(site.app_dsn, "test", clock=lambda: now)
    await once(database, manager, a_key(uuid4()), insert)
    await superuser.execute("UPDATE request_log SET created_at = $1", now - timedelta(days=7))
    await once(database, manager, a_key(uuid4()), insert)

    await database.writing(manager, prune)
    await database.writing(Scope.system("schedule"), prune)
    assert (await effects(superuser))[2] == 2
    now += timedelta(seconds=1)
    await database.writing(manager, prune)
    assert (await effects(superuser))[2] == 2
    await database.writing(Scope.system("schedule"), prune)

    assert (await effects(superuser))[2] == 1
    await database.close()
