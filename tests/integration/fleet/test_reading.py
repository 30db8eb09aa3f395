"""The fleet as it is read: listed, counted, watched."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import cast

import pytest
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1.vehicle_pb2 import (
    VEHICLE_STATE_DEPLOYED,
    VEHICLE_STATE_MADE_READY,
    VEHICLE_STATE_OFF_ROAD,
    VOR_CAUSE_TYRE,
)

from demo.client import Refused
from tests.integration.fleet.stage import DUDLEY, OLDBURY, Fleet

Steps = AsyncGenerator[pb.WatchVehiclesResponse, None]


async def test_vehicles_are_listed_by_number_a_page_at_a_time_with_their_episodes(
    fleet: Fleet,
) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(5)]
    await fleet.take_off_road(ids[2], VOR_CAUSE_TYRE)
    viewer = fleet.caller("fleet.viewer")
    listed, token, pages = [], "", 0

    while pages == 0 or token:
        request = pb.ListVehiclesRequest(page_size=2, page_token=token)
        reply = await viewer(viewer.fleet.ListVehicles, request)
        listed += list(reply.vehicles)
        token, pages = reply.next_page_token, pages + 1

    assert [vehicle.vehicle_id for vehicle in listed] == ids
    assert [len(vehicle.open_vor_episodes) for vehicle in listed] == [0, 0, 1, 0, 0]
    assert pages == 3


async def test_filters_choose_by_hub_state_and_type(fleet: Fleet) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(3)]
    await fleet.deploy(ids[1])
    request = pb.ListVehiclesRequest(
        home_hub_id=OLDBURY,
        states=[VEHICLE_STATE_DEPLOYED],
        vehicle_types=[kind.VEHICLE_TYPE_DCA],
    )

    reply = await fleet.manager(fleet.manager.fleet.ListVehicles, request)

    assert [vehicle.vehicle_id for vehicle in reply.vehicles] == [ids[1]]


async def test_vehicles_that_are_set_apart_are_counted_only_when_asked_for(fleet: Fleet) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(3)]
    set_apart = fleet.a_new_vehicle()
    set_apart.vehicle_type = kind.VEHICLE_TYPE_HART
    await fleet.register(set_apart)
    await fleet.deploy(ids[0])
    await fleet.take_off_road(ids[1], VOR_CAUSE_TYRE)
    planner = fleet.caller("system.planner")

    general = await planner(planner.fleet.GetAvailability, pb.GetAvailabilityRequest())
    request = pb.GetAvailabilityRequest(include_ring_fenced=True, home_hub_id=OLDBURY)
    everything = await planner(planner.fleet.GetAvailability, request)

    assert (general.usable, general.off_road, general.in_service) == (2, 1, 3)
    assert (everything.usable, everything.in_service) == (3, 4)
    assert {(count.state, count.vehicles) for count in general.counts} == {
        (VEHICLE_STATE_DEPLOYED, 1),
        (VEHICLE_STATE_MADE_READY, 1),
        (VEHICLE_STATE_OFF_ROAD, 1),
    }
    assert "without vehicles that are set apart" in general.definition
    assert general.as_at.ToDatetime() == fleet.clock().replace(tzinfo=None)


@pytest.mark.parametrize("role", ["system.planner", "reviewer", "capital.planner"])
async def test_who_plans_capital_sees_no_vehicles_place(fleet: Fleet, role: str) -> None:
    planner = fleet.caller(role)

    with pytest.raises(Refused) as refused:
        await planner(planner.fleet.ListVehicles, pb.ListVehiclesRequest())

    assert refused.value.reason == "ROLE_FORBIDDEN"


async def test_a_trust_outside_the_scope_is_not_counted(fleet: Fleet) -> None:
    request = pb.GetAvailabilityRequest(trust="RYD")

    with pytest.raises(Refused) as refused:
        await fleet.manager(fleet.manager.fleet.GetAvailability, request)

    assert refused.value.reason == "ORGANISATION_OUT_OF_SCOPE"


async def test_a_stream_gives_what_stands_and_then_what_changes(fleet: Fleet) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(2)]

    async with _watch(fleet, pb.WatchVehiclesRequest()) as steps:
        snapshot = [await _next(steps) for _ in range(3)]
        await fleet.deploy(ids[1])
        changed = await _next(steps)

    assert [step.vehicle.vehicle_id for step in snapshot[:2]] == ids
    assert snapshot[2].WhichOneof("step") == "snapshot_complete"
    assert (changed.vehicle.vehicle_id, changed.vehicle.state) == (ids[1], VEHICLE_STATE_DEPLOYED)


async def test_a_stream_resumes_with_all_that_it_missed(fleet: Fleet) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(3)]
    async with _watch(fleet, pb.WatchVehiclesRequest()) as steps:
        token = [await _next(steps) for _ in range(4)][-1].resume_token
    for vehicle_id in ids:
        await fleet.deploy(vehicle_id)

    async with _watch(fleet, pb.WatchVehiclesRequest(resume_token=token)) as resumed:
        missed = {(await _next(resumed)).vehicle.vehicle_id for _ in ids}

    assert missed == set(ids)


async def test_a_hubs_stream_tells_once_of_a_vehicle_that_leaves_it(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    home = pb.MoveVehicleRequest(vehicle_id=vehicle.vehicle_id, etag=vehicle.etag, to_hub_id=DUDLEY)

    async with _watch(fleet, pb.WatchVehiclesRequest(hub_id=OLDBURY)) as steps:
        snapshot = [await _next(steps) for _ in range(2)]
        await fleet.manager(fleet.manager.fleet.MoveVehicle, home)
        left = await _next(steps)
        await fleet.deploy(vehicle.vehicle_id)
        stays = await fleet.register()
        after = await _next(steps)

    assert snapshot[0].vehicle.vehicle_id == vehicle.vehicle_id
    assert (left.vehicle.vehicle_id, left.vehicle.home_hub_id) == (vehicle.vehicle_id, DUDLEY)
    assert after.vehicle.vehicle_id == stays.vehicle_id


async def test_a_stream_of_another_trust_is_refused(fleet: Fleet) -> None:
    async with _watch(fleet, pb.WatchVehiclesRequest(trust="RYD")) as steps:
        with pytest.raises(Refused) as refused:
            await _next(steps)

    assert refused.value.reason == "ORGANISATION_OUT_OF_SCOPE"


@asynccontextmanager
async def _watch(fleet: Fleet, request: pb.WatchVehiclesRequest) -> AsyncIterator[Steps]:
    viewer = fleet.caller("fleet.viewer")
    steps = cast("Steps", viewer.stream(viewer.fleet.WatchVehicles, request))
    async with aclosing(steps):
        yield steps


async def _next(steps: Steps) -> pb.WatchVehiclesResponse:
    async with asyncio.timeout(60):
        return await anext(steps)
