"""What hubs got through, measured by the hour and asked for over gRPC."""

from datetime import datetime
from uuid import UUID

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
    stamp,
)

COMMISSIONING = hub_pb.BAY_CAPABILITY_COMMISSIONING
MORNING = NOON - minutes(6 * 60)


async def throughput(
    world: World, hub: hub_pb.Hub, begin: datetime, end: datetime
) -> pb.GetThroughputResponse:
    client = world.client("capital.planner")
    request = pb.GetThroughputRequest(hub_id=hub.hub_id, until=stamp(end))
    getattr(request, "from").CopyFrom(stamp(begin))
    return await client(client.hubs.GetThroughput, request)


async def do(
    world: World,
    hub: hub_pb.Hub,
    *,
    came: datetime,
    began: datetime,
    done: datetime,
    name: str = "4101",
    state: State.ValueType = State.VEHICLE_STATE_AWAITING_MAKE_READY,
) -> hub_pb.Job:
    """Play one visit of one vehicle, whenever it was."""
    await world.tell(registered(hub, state, came, name))
    job = next(job for job in await world.jobs() if job.fleet_number == name)
    await world.start(job, began)
    return await world.complete(job, done)


async def test_hours_are_measured_one_after_the_other_as_they_end(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay(), a_bay("Bay 2")], staff=3)
    await world.measure()
    world.clock.now = NOON + minutes(185)

    await world.measure()
    await world.measure()

    told = [one.throughput for one in await world.told(events_pb.HubThroughputMeasured)]
    assert [moment(one.hour) for one in told] == [NOON + minutes(60 * nth) for nth in range(3)]
    assert {(one.bay_minutes_offered, one.staff_minutes_offered) for one in told} == {(120, 180)}
    assert {(one.revision, one.arrivals, one.queue_length) for one in told} == {(1, 0, 0)}
    assert {one.hub_id for one in told} == {hub.hub_id}


async def test_a_hub_that_was_idle_for_long_is_made_up_for_two_days(world: World) -> None:
    await world.a_hub()
    world.clock.now = NOON + minutes(60 * 24 * 5)

    await world.measure()

    assert len(await world.told(events_pb.HubThroughputMeasured)) == 48


async def test_a_day_played_back_ends_with_every_touched_hour_measured(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])

    await do(
        world,
        hub,
        came=MORNING + minutes(10),
        began=MORNING + minutes(130),
        done=MORNING + minutes(190),
    )
    await world.measure()

    hours = (await throughput(world, hub, MORNING, NOON)).hours
    assert [(moment(one.hour) - MORNING) // minutes(60) for one in hours] == [0, 1, 2, 3]
    assert [one.arrivals for one in hours] == [1, 0, 0, 0]
    assert [one.queue_length for one in hours] == [1, 1, 0, 0]
    assert [one.bay_minutes_used for one in hours] == [0, 0, 50, 10]
    assert [one.staff_minutes_used for one in hours] == [0, 0, 100, 20]
    assert [one.turnaround_p50_minutes for one in hours] == [0, 0, 0, 180]
    assert [[(done.kind, done.jobs) for done in one.completions] for one in hours] == [
        [],
        [],
        [],
        [(hub_pb.JOB_KIND_FULL, 1)],
    ]
    # Promised for the first hour; when work began at last, for the third; done in the fourth.
    assert [one.promises_due for one in hours] == [1, 0, 1, 0]
    assert [one.promises_kept for one in hours] == [0, 0, 0, 0]


async def test_a_pause_holds_the_bay_and_takes_no_hands(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    client = world.client()
    await world.tell(registered(hub, at=MORNING))
    (job,) = await world.jobs()
    await world.start(job, MORNING + minutes(5))
    at = stamp(MORNING + minutes(15))
    stop = pb.PauseJobRequest(job_id=job.job_id, reason=hub_pb.STOP_REASON_BREAK, at=at)
    await client(client.hubs.PauseJob, stop)
    await world.start(job, MORNING + minutes(35))
    await world.complete(job, MORNING + minutes(45))

    await world.measure()

    hour = (await throughput(world, hub, MORNING, NOON)).hours[0]
    assert (hour.bay_minutes_used, hour.staff_minutes_used) == (40, 40)


async def test_a_late_record_makes_its_hour_be_measured_once_more(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    await do(world, hub, came=MORNING, began=MORNING, done=MORNING + minutes(40), name="one")
    await world.measure()

    later = MORNING + minutes(5)
    await do(world, hub, came=MORNING, began=later, done=later + minutes(14), name="two")
    await world.measure()
    await world.measure()

    told = [one.throughput for one in await world.told(events_pb.HubThroughputMeasured)]
    assert [(one.revision, one.arrivals) for one in told] == [(1, 1), (2, 2)]
    assert (told[1].turnaround_p50_minutes, told[1].turnaround_p80_minutes) == (19, 40)


async def test_an_hour_is_left_alone_until_it_is_quiet(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    await do(world, hub, came=MORNING, began=MORNING, done=MORNING + minutes(40))

    await world.measure(quiet=minutes(1))
    before = await world.told(events_pb.HubThroughputMeasured)
    world.clock.now = NOON + minutes(1)
    await world.measure(quiet=minutes(1))

    assert before == []
    assert len(await world.told(events_pb.HubThroughputMeasured)) == 1


async def test_an_hour_that_comes_out_the_same_is_not_told_of_again(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    await do(world, hub, came=MORNING, began=MORNING, done=MORNING + minutes(40))
    await world.measure()
    vehicle = registered(hub, at=MORNING, fleet_number="two")

    await world.tell(vehicle)
    await world.measure()
    off_road = State.VEHICLE_STATE_OFF_ROAD
    await world.tell(changed(vehicle.vehicle, off_road, vehicle.vehicle.state, MORNING))
    await world.measure()
    await world.measure()

    told = [one.throughput for one in await world.told(events_pb.HubThroughputMeasured)]
    assert [(one.revision, one.queue_length) for one in told] == [(1, 0), (2, 1), (3, 0)]


async def test_a_span_of_time_is_counted_from_the_jobs_themselves(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    begin = MORNING
    for nth, length in enumerate((10, 20, 30, 40, 50)):
        done = begin + minutes(length)
        await do(world, hub, came=begin, began=begin, done=done, name=f"{nth}")
        begin = done

    whole = await throughput(world, hub, MORNING, NOON)
    part = await throughput(world, hub, MORNING, MORNING + minutes(60))

    assert (whole.jobs_completed, part.jobs_completed) == (5, 2)
    assert (whole.turnaround_p50_minutes, whole.turnaround_p80_minutes) == (30, 40)
    assert (part.turnaround_p50_minutes, part.turnaround_p80_minutes) == (10, 20)
    assert (whole.promises_due, whole.promises_kept) == (5, 4)
    assert "30 minutes" in whole.definition


async def test_a_promise_that_was_missed_counts_though_another_was_kept(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    await world.tell(registered(hub, at=MORNING))
    (job,) = await world.jobs()

    await world.start(job, MORNING + minutes(60))
    await world.complete(job, MORNING + minutes(100))

    whole = await throughput(world, hub, MORNING, NOON)
    assert (whole.promises_due, whole.promises_kept) == (2, 1)


async def test_a_job_that_is_recorded_late_has_kept_the_promise_it_kept(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    await world.tell(registered(hub, at=MORNING))
    (job,) = await world.jobs()
    await world.start(job, MORNING)
    await world.measure()

    await world.tell(registered(hub, at=MORNING + minutes(70), fleet_number="4102"))
    moved = next(one for one in await world.jobs() if one.job_id == job.job_id)
    await world.complete(job, MORNING + minutes(40))
    await world.measure()

    assert moment(job.promised_at) == MORNING + minutes(45)
    assert moment(moved.promised_at) == MORNING + minutes(80)
    whole = await throughput(world, hub, MORNING, MORNING + minutes(90))
    assert (whole.promises_due, whole.promises_kept) == (2, 2)
    assert [(one.promises_due, one.promises_kept) for one in whole.hours] == [(1, 1), (2, 1)]


async def test_a_vehicle_done_again_within_half_an_hour_counts_once(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    ready, off_road = State.VEHICLE_STATE_MADE_READY, State.VEHICLE_STATE_OFF_ROAD
    vehicle = registered(hub, at=MORNING).vehicle
    await world.tell(registered(hub, at=MORNING, vehicle_id=UUID(vehicle.vehicle_id)))
    (job,) = await world.jobs()
    await world.start(job, MORNING)
    await world.complete(job, MORNING + minutes(30))

    await world.tell(
        changed(vehicle, ready, vehicle.state, MORNING + minutes(30)),
        changed(vehicle, off_road, ready, MORNING + minutes(40)),
        changed(vehicle, vehicle.state, off_road, MORNING + minutes(60)),
    )
    (again,) = await world.jobs()
    await world.start(again, MORNING + minutes(60))
    await world.complete(again, MORNING + minutes(90))
    await world.measure()

    whole = await throughput(world, hub, MORNING, NOON)
    assert whole.jobs_completed == 1
    assert [sum(done.jobs for done in hour.completions) for hour in whole.hours] == [0, 1]


async def test_what_a_hub_needed_replaces_the_standard_from_thirty_jobs_on(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    for nth in range(30):
        came = MORNING + minutes(10 * nth)
        await do(world, hub, came=came, began=came, done=came + minutes(10), name=f"{nth}")
    await world.measure()

    await world.tell(registered(hub, fleet_number="next"))

    (job,) = await world.jobs()
    assert moment(job.promised_at) == NOON + minutes(10)


async def test_what_stands_free_on_bays_fit_for_it_can_be_used_to_commission(
    world: World,
) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2", COMMISSIONING)])
    world.clock.now = NOON + minutes(60)
    await world.measure()
    world.clock.now = NOON + minutes(120)
    await world.measure()

    (told,) = await world.told(events_pb.CommissioningCapacityRevised)
    # Half of 10,080 free minutes a week, at 480 for each vehicle.
    assert (told.vehicles_per_week, told.free_bay_minutes_per_week) == (10, 10_080)
    assert (told.bay_minutes_per_vehicle, told.jobs_measured) == (480, 0)
    assert (await world.board(hub)).hub.commissioning_per_week == 10


async def test_a_hub_without_a_bay_for_it_commissions_nothing(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    world.clock.now = NOON + minutes(60)

    await world.measure()

    assert await world.told(events_pb.CommissioningCapacityRevised) == []
    assert (await world.board(hub)).hub.commissioning_per_week == 0


async def test_capacity_follows_what_vehicles_really_took(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 2", COMMISSIONING)])
    state = State.VEHICLE_STATE_COMMISSIONING
    begin = NOON - minutes(24 * 60)

    await do(world, hub, came=begin, began=begin, done=begin + minutes(240), state=state)
    await world.measure()

    (told,) = await world.told(events_pb.CommissioningCapacityRevised)
    # Of the nine hours to that of its promise, four were full.
    assert (told.free_bay_minutes_per_week, told.bay_minutes_per_vehicle) == (5_600, 240)
    assert (told.vehicles_per_week, told.jobs_measured) == (11, 1)


@pytest.mark.parametrize(
    ("length", "rule"), [(0, "later than from"), (31 * 24 * 60 + 1, "at most 31 days")]
)
async def test_a_span_has_a_length(world: World, length: int, rule: str) -> None:
    hub = await world.a_hub()

    with pytest.raises(Refused, match=f"INVALID_ARGUMENT FIELD_INVALID until.*{rule}"):
        await throughput(world, hub, MORNING, MORNING + minutes(length))


async def test_the_throughput_of_another_trusts_hub_is_not_found(world: World) -> None:
    client = world.client(orgs=["RX1"])
    hub = await world.a_hub("Ashford", client=client, trust="RX1")

    with pytest.raises(Refused, match="NOT_FOUND HUB_NOT_FOUND"):
        await throughput(world, hub, MORNING, NOON)
