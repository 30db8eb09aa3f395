"""What operatives do with jobs, over gRPC."""

import asyncio
from uuid import uuid4

import pytest
from makeready.hubs.v1 import hub_events_pb2 as events_pb
from makeready.hubs.v1 import hub_pb2 as hub_pb
from makeready.hubs.v1 import hubs_service_pb2 as pb

from demo.client import Refused
from tests.integration.hubs.world import NOON, World, a_bay, minutes, moment, registered, stamp

DEEP = hub_pb.BAY_CAPABILITY_DEEP_CLEAN
BREAK = hub_pb.STOP_REASON_BREAK
DEFECT = hub_pb.STOP_REASON_VEHICLE_DEFECT


async def a_queue(world: World, hub: hub_pb.Hub, length: int = 1) -> list[hub_pb.Job]:
    await world.tell(*(registered(hub, fleet_number=f"{nth:03}") for nth in range(length)))
    return await world.jobs()


async def test_a_job_from_the_queue_to_the_seal(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)
    client = world.client()

    await world.start(job, NOON + minutes(5))
    world.clock.now = NOON + minutes(60)
    pause = pb.PauseJobRequest(job_id=job.job_id, reason=BREAK, at=stamp(NOON + minutes(20)))
    paused = (await client(client.hubs.PauseJob, pause)).job
    resumed = await world.start(job, NOON + minutes(35))
    done = await world.complete(job, NOON + minutes(50), "S-77")

    assert (paused.stop_reason, paused.bay_name, paused.worked_minutes) == (BREAK, "Bay 1", 15)
    assert (resumed.state, resumed.stop_reason) == (hub_pb.JOB_STATE_IN_PROGRESS, 0)
    assert (done.state, done.seal_number, done.worked_minutes) == (
        hub_pb.JOB_STATE_COMPLETED,
        "S-77",
        30,
    )
    assert moment(done.completed_at) == NOON + minutes(50)
    told = await world.told_of_jobs(events_pb.MakeReadyStarted, events_pb.MakeReadyCompleted)
    assert [moment(one.occurred_at) for one in told] == [
        NOON + minutes(5),
        NOON + minutes(35),
        NOON + minutes(50),
    ]
    assert told[-1].job == done


async def test_of_twenty_that_want_one_bay_exactly_one_gets_it(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    jobs = await a_queue(world, hub, 20)
    bay = hub.bays[0].bay_id

    outcomes = await asyncio.gather(
        *(world.start(job, bay=bay) for job in jobs), return_exceptions=True
    )

    won = [one for one in outcomes if isinstance(one, hub_pb.Job)]
    refused = [(one.code.name, one.reason) for one in outcomes if isinstance(one, Refused)]
    assert [one.bay_id for one in won] == [bay]
    assert refused == [("FAILED_PRECONDITION", "BAY_OCCUPIED")] * 19
    assert len(await world.jobs(hub_pb.JOB_STATE_IN_PROGRESS)) == 1
    assert len(await world.told(events_pb.MakeReadyStarted)) == 1


async def test_who_names_no_bay_gets_the_first_that_is_free_and_no_two_the_same(
    world: World,
) -> None:
    bays = [a_bay("Bay 3"), a_bay("Bay 1"), a_bay("Bay 2"), a_bay("Bay 0", DEEP)]
    hub = await world.a_hub(bays=bays)
    jobs = await a_queue(world, hub, 12)

    first = await world.start(jobs[0])
    outcomes = await asyncio.gather(*(world.start(job) for job in jobs[1:]), return_exceptions=True)

    won = sorted(one.bay_name for one in outcomes if isinstance(one, hub_pb.Job))
    refused = {one.reason for one in outcomes if isinstance(one, Refused)}
    assert first.bay_name == "Bay 1"
    assert (won, refused) == (["Bay 2", "Bay 3"], {"BAY_OCCUPIED"})


async def test_a_bay_that_was_held_then_is_not_free_in_hindsight(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    first, second = await a_queue(world, hub, 2)
    world.clock.now = NOON + minutes(120)
    await world.start(first, NOON + minutes(10))
    await world.complete(first, NOON + minutes(40))

    with pytest.raises(Refused, match="BAY_OCCUPIED"):
        await world.start(second, NOON + minutes(39))

    assert (await world.start(second, NOON + minutes(40))).bay_name == "Bay 1"


async def test_a_blocked_vehicle_leaves_its_bay_to_another(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    first, second = await a_queue(world, hub, 2)
    client = world.client()
    await world.start(first)

    block = pb.BlockJobRequest(job_id=first.job_id, reason=DEFECT)
    blocked = (await client(client.hubs.BlockJob, block)).job
    started = await world.start(second)

    assert (blocked.state, blocked.stop_reason) == (hub_pb.JOB_STATE_BLOCKED, DEFECT)
    assert not blocked.HasField("promised_at")
    assert started.bay_name == "Bay 1"
    (told,) = await world.told(events_pb.MakeReadyBlocked)
    assert told.job == blocked


async def test_a_paused_vehicle_keeps_its_bay_and_goes_on_there(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    (job,) = await a_queue(world, hub)
    client = world.client()
    await world.start(job)
    await client(client.hubs.PauseJob, pb.PauseJobRequest(job_id=job.job_id, reason=BREAK))

    with pytest.raises(Refused, match="VEHICLE_ON_ANOTHER_BAY"):
        await world.start(job, bay=hub.bays[1].bay_id)

    assert (await world.start(job)).bay_name == "Bay 1"


async def test_nobody_starts_where_nobody_is_on_duty(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()], staff=0)
    (job,) = await a_queue(world, hub)

    with pytest.raises(Refused, match="FAILED_PRECONDITION NO_STAFF_ON_DUTY"):
        await world.start(job)

    assert not job.HasField("promised_at")


async def test_a_bay_must_be_the_hubs_and_fit_for_the_work(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1", DEEP)])
    (job,) = await a_queue(world, hub)

    with pytest.raises(Refused, match="FAILED_PRECONDITION BAY_LACKS_CAPABILITY"):
        await world.start(job, bay=hub.bays[0].bay_id)
    with pytest.raises(Refused, match="FAILED_PRECONDITION BAY_LACKS_CAPABILITY"):
        await world.start(job)
    with pytest.raises(Refused, match="NOT_FOUND BAY_NOT_FOUND"):
        await world.start(job, bay=str(uuid4()))


async def test_a_seal_is_used_once_in_a_trust(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    jobs = await a_queue(world, hub, 2)
    for job in jobs:
        await world.start(job)
    await world.complete(jobs[0], seal="S-1")

    with pytest.raises(Refused, match="ALREADY_EXISTS SEAL_NUMBER_USED"):
        await world.complete(jobs[1], seal="S-1")

    assert (await world.complete(jobs[1], seal="S-2")).seal_number == "S-2"


@pytest.mark.parametrize(("fuel", "checks"), [(74, True), (75, False)])
async def test_a_vehicle_that_is_not_fit_is_not_released(
    world: World, fuel: int, *, checks: bool
) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)
    client = world.client()
    await world.start(job)
    request = pb.CompleteJobRequest(
        job_id=job.job_id, seal_number="S-1", fuel_or_charge_percent=fuel, checks_passed=checks
    )

    with pytest.raises(Refused, match="FAILED_PRECONDITION RELEASE_CHECK_FAILED"):
        await client(client.hubs.CompleteJob, request)


async def test_what_is_done_is_done(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)
    await world.start(job)
    await world.complete(job)

    with pytest.raises(Refused, match="FAILED_PRECONDITION JOB_ILLEGAL_TRANSITION"):
        await world.complete(job)
    with pytest.raises(Refused, match="FAILED_PRECONDITION JOB_ILLEGAL_TRANSITION"):
        await world.start(job)


async def test_nothing_happens_before_what_happened_last(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)

    with pytest.raises(Refused, match="FAILED_PRECONDITION EFFECTIVE_TIME_TOO_EARLY"):
        await world.start(job, NOON - minutes(1))


async def test_who_read_an_older_job_must_read_again(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)
    client = world.client()
    await world.start(job)
    request = pb.PauseJobRequest(job_id=job.job_id, etag=job.etag, reason=BREAK)

    with pytest.raises(Refused, match="ABORTED ETAG_MISMATCH"):
        await client(client.hubs.PauseJob, request)


async def test_a_repeated_start_is_answered_and_not_done_again(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)
    client = world.client()
    request = pb.StartJobRequest(request_id=str(uuid4()), job_id=job.job_id)

    once = await client(client.hubs.StartJob, request)
    again = await client(client.hubs.StartJob, request)

    assert once == again
    assert len(await world.told(events_pb.MakeReadyStarted)) == 1


async def test_a_start_can_be_tried_without_being_done(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    before = await a_queue(world, hub)
    client = world.client()
    request = pb.StartJobRequest(job_id=before[0].job_id, validate_only=True)

    shown = (await client(client.hubs.StartJob, request)).job

    assert shown.state == hub_pb.JOB_STATE_IN_PROGRESS
    assert await world.jobs() == before


async def test_jobs_of_another_trust_do_not_exist(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    (job,) = await a_queue(world, hub)
    stranger = world.client("hub.supervisor", orgs=["RX1"])

    with pytest.raises(Refused, match="NOT_FOUND JOB_NOT_FOUND"):
        await stranger(stranger.hubs.StartJob, pb.StartJobRequest(job_id=job.job_id))
    with pytest.raises(Refused, match="NOT_FOUND HUB_NOT_FOUND"):
        await stranger(stranger.hubs.ListJobs, pb.ListJobsRequest(hub_id=hub.hub_id))
    assert (await stranger(stranger.hubs.ListJobs, pb.ListJobsRequest())).jobs == []


async def test_the_jobs_of_a_hub_come_in_pages_in_the_order_of_its_queue(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    queue = await a_queue(world, hub, 7)
    client = world.client()
    started = await world.start(queue[0])
    request = pb.ListJobsRequest(hub_id=hub.hub_id, page_size=3)

    seen: list[hub_pb.Job] = []
    while not seen or request.page_token:
        page = await client(client.hubs.ListJobs, request)
        seen += page.jobs
        request.page_token = page.next_page_token

    assert seen[0] == started
    assert [job.queue_position for job in seen] == [0, 1, 2, 3, 4, 5, 6]


async def test_jobs_can_be_asked_for_by_state_and_time_of_coming_in(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    await world.tell(registered(hub, fleet_number="early"))
    await world.tell(registered(hub, at=NOON + minutes(1), fleet_number="late"))
    client = world.client()
    (early, _) = await world.jobs()
    await world.start(early)
    await world.complete(early)

    late = pb.ListJobsRequest(queued_from=stamp(NOON + minutes(1)))
    done = pb.ListJobsRequest(states=[hub_pb.JOB_STATE_COMPLETED])
    found = [await client(client.hubs.ListJobs, request) for request in (late, done)]

    assert [[job.fleet_number for job in page.jobs] for page in found] == [["late"], ["early"]]
