"""A hub at a glance, and every change of it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from makeready.hubs.v1 import hub_events_pb2 as events_pb
from makeready.hubs.v1 import hub_pb2 as hub_pb
from makeready.hubs.v1 import hubs_service_pb2 as pb

from demo.client import Refused
from tests.integration.hubs.world import (
    NOON,
    State,
    World,
    a_bay,
    changed,
    minutes,
    moment,
    registered,
)

READY, OUT = State.VEHICLE_STATE_MADE_READY, State.VEHICLE_STATE_DEPLOYED


async def test_the_board_shows_bays_queue_starts_and_what_stands_ready(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 2"), a_bay("Bay 1")])
    await world.set_starts(hub, NOON + minutes(100), crews=4)
    await world.tell(
        registered(hub, READY, fleet_number="ready"),
        *(registered(hub, at=NOON + minutes(nth), fleet_number=f"{nth}") for nth in range(-4, 0)),
    )
    jobs = await world.jobs()
    await world.start(jobs[0])
    await world.start(jobs[1])
    client = world.client()
    block = pb.BlockJobRequest(job_id=jobs[0].job_id, reason=hub_pb.STOP_REASON_VEHICLE_DEFECT)
    await client(client.hubs.BlockJob, block)

    board = await world.board(hub, NOON + minutes(1))

    assert [(one.bay.name, one.job.fleet_number) for one in board.bays] == [
        ("Bay 1", ""),
        ("Bay 2", "-3"),
    ]
    assert [job.fleet_number for job in board.queue] == ["-2", "-1", "-4"]
    assert board.made_ready == 1
    (start,) = board.crew_starts
    assert (start.crew_start.crews, start.vehicles_ready, start.short) == (4, 3, 1)
    assert moment(board.as_at) == NOON + minutes(1)


async def test_the_board_of_another_time_shows_the_starts_of_then(world: World) -> None:
    hub = await world.a_hub()
    await world.set_starts(hub, NOON + minutes(10))

    later = await world.board(hub, NOON + minutes(10))

    assert len((await world.board(hub)).crew_starts) == 1
    assert len(later.crew_starts) == 0


async def test_crews_that_will_lack_a_vehicle_are_told_of_once_and_when_it_changes(
    world: World,
) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    vehicle = registered(hub, READY)
    await world.set_starts(hub, NOON + minutes(90), crews=2)

    await world.tell(vehicle)
    await world.tell(registered(hub, fleet_number="4102"))
    await world.foresee()

    told = await world.told(events_pb.CoverageShortfallForecast)
    assert [(one.crews, one.vehicles_ready) for one in told] == [(2, 0), (2, 1), (2, 2)]
    assert {moment(one.starts_at) for one in told} == {NOON + minutes(90)}


async def test_a_shortfall_is_foreseen_though_nothing_happens(world: World) -> None:
    hub = await world.a_hub()
    await world.set_starts(hub, NOON + minutes(180))
    await world.foresee()
    before = await world.told(events_pb.CoverageShortfallForecast)

    world.clock.now = NOON + minutes(60)
    await world.foresee()
    await world.foresee()

    assert before == []
    assert len(await world.told(events_pb.CoverageShortfallForecast)) == 1


async def test_a_crew_that_has_taken_its_vehicle_is_not_short(world: World) -> None:
    hub = await world.a_hub()
    vehicle = registered(hub, READY)
    await world.set_starts(hub, NOON + minutes(30))

    await world.tell(vehicle)
    await world.tell(changed(vehicle.vehicle, OUT, READY, NOON + minutes(20)))

    board = await world.board(hub, NOON + minutes(25))
    assert [(one.vehicles_ready, one.short) for one in board.crew_starts] == [(1, 0)]
    assert board.made_ready == 0


async def test_a_stream_shows_what_stands_and_then_what_changes(watched: World) -> None:
    hub = await watched.a_hub(bays=[a_bay()])
    await watched.tell(registered(hub))
    (job,) = await watched.jobs()

    async with aclosing(steps_of(watched, hub)) as steps:
        first, complete = await anext(steps), await anext(steps)
        started = await watched.start(job)
        second = await anext(steps)
        await pause(watched, job)
        third = await anext(steps)

    assert (first.job.job_id, first.resume_token) == (job.job_id, "")
    assert complete.HasField("snapshot_complete")
    assert second.job == started
    assert third.job.state == hub_pb.JOB_STATE_PAUSED


async def test_a_stream_goes_on_where_it_was_left_without_loss(watched: World) -> None:
    hub = await watched.a_hub(bays=[a_bay()])
    await watched.tell(registered(hub))
    (job,) = await watched.jobs()
    async with aclosing(steps_of(watched, hub)) as steps:
        _, complete = await anext(steps), await anext(steps)
    await watched.start(job)
    await watched.complete(job)

    async with aclosing(steps_of(watched, hub, complete.resume_token)) as steps:
        step = await anext(steps)

    assert (step.job.job_id, step.job.state) == (job.job_id, hub_pb.JOB_STATE_COMPLETED)


async def test_a_hub_of_another_trust_cannot_be_watched(watched: World) -> None:
    hub = await watched.a_hub()
    stranger = watched.client("hub.operator", orgs=["RX1"])

    with pytest.raises(Refused, match="NOT_FOUND HUB_NOT_FOUND"):
        await anext(
            stranger.stream(stranger.hubs.WatchBoard, pb.WatchBoardRequest(hub_id=hub.hub_id))
        )


async def steps_of(
    world: World, hub: hub_pb.Hub, token: str = ""
) -> AsyncGenerator[pb.WatchBoardResponse, None]:
    """Yield the steps of a stream, none of them later than ten seconds after the one before."""
    client = world.client()
    request = pb.WatchBoardRequest(hub_id=hub.hub_id, resume_token=token)
    stream = client.stream(client.hubs.WatchBoard, request)
    while True:
        async with asyncio.timeout(60):
            step = await anext(stream)
        yield step


async def pause(world: World, job: hub_pb.Job) -> None:
    client = world.client()
    request = pb.PauseJobRequest(job_id=job.job_id, reason=hub_pb.STOP_REASON_BREAK)
    await client(client.hubs.PauseJob, request)
