"""What fleet tells becomes work at hubs."""

import pytest
from makeready.common.v1 import vehicle_kind_pb2 as kind_pb
from makeready.fleet.v1 import vehicle_events_pb2 as fleet_pb
from makeready.fleet.v1 import vehicle_pb2
from makeready.hubs.v1 import hub_events_pb2 as events_pb
from makeready.hubs.v1 import hub_pb2 as hub_pb

from services.hubs.domain.hub import HubNotFound
from services.hubs.domain.vehicle import VehicleNotFound
from services.hubs.subscriptions import SUBSCRIPTIONS
from tests.integration.hubs.world import (
    NOON,
    State,
    World,
    a_bay,
    changed,
    minutes,
    moment,
    registered,
    returned,
    stamp,
)

READY, OUT = State.VEHICLE_STATE_MADE_READY, State.VEHICLE_STATE_DEPLOYED
AWAITING, AT_WORK = State.VEHICLE_STATE_AWAITING_MAKE_READY, State.VEHICLE_STATE_IN_MAKE_READY


async def test_a_vehicle_taken_over_to_be_made_ready_waits_with_a_place_and_a_promise(
    world: World,
) -> None:
    hub = await world.a_hub(bays=[a_bay()])

    await world.tell(registered(hub))

    (job,) = await world.jobs()
    assert (job.kind, job.state) == (hub_pb.JOB_KIND_FULL, hub_pb.JOB_STATE_QUEUED)
    assert (job.queue_position, job.fleet_number, job.trust) == (1, "4101", "RYA")
    assert moment(job.promised_at) == NOON + minutes(45)


async def test_each_job_is_told_of_once_and_its_first_promise_after_it(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])

    later = registered(hub, at=NOON + minutes(1), fleet_number="4102")
    await world.tell(registered(hub), later)

    told = await world.told_of_jobs(events_pb.MakeReadyQueued, events_pb.MakeReadyPromised)
    assert [(type(one).__name__, one.job.fleet_number) for one in told] == [
        ("MakeReadyQueued", "4101"),
        ("MakeReadyQueued", "4102"),
        ("MakeReadyPromised", "4101"),
        ("MakeReadyPromised", "4102"),
    ]
    assert [one.job.queue_position for one in told] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("findings", "kind"),
    [
        (vehicle_pb2.ReturnFindings(fuel_or_charge_percent=75), hub_pb.JOB_KIND_TURNAROUND),
        (vehicle_pb2.ReturnFindings(fuel_or_charge_percent=74), hub_pb.JOB_KIND_FULL),
        (
            vehicle_pb2.ReturnFindings(fuel_or_charge_percent=90, broken_seals=["S1"]),
            hub_pb.JOB_KIND_FULL,
        ),
        (
            vehicle_pb2.ReturnFindings(fuel_or_charge_percent=90, contaminated=True),
            hub_pb.JOB_KIND_DECONTAMINATION,
        ),
    ],
)
async def test_a_returned_vehicle_is_queued_for_what_its_crew_found(
    world: World, findings: vehicle_pb2.ReturnFindings, kind: hub_pb.JobKind.ValueType
) -> None:
    hub = await world.a_hub()
    vehicle = registered(hub, READY)

    await world.tell(vehicle, changed(vehicle.vehicle, OUT, READY))
    await world.tell(returned(vehicle.vehicle, NOON + minutes(5), findings))

    (job,) = await world.jobs()
    assert (job.kind, moment(job.queued_at)) == (kind, NOON + minutes(5))


async def test_a_new_vehicle_is_commissioned(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1", hub_pb.BAY_CAPABILITY_COMMISSIONING)])

    await world.tell(registered(hub, State.VEHICLE_STATE_COMMISSIONING))

    (job,) = await world.jobs()
    assert job.kind == hub_pb.JOB_KIND_COMMISSIONING
    assert moment(job.promised_at) == NOON + minutes(480)


async def test_what_fleet_makes_of_our_own_work_queues_nothing(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    vehicle = registered(hub)
    await world.tell(vehicle)
    (job,) = await world.jobs()
    await world.start(job)

    await world.tell(changed(vehicle.vehicle, AT_WORK, AWAITING))
    await world.complete(job)
    await world.tell(
        changed(vehicle.vehicle, AWAITING, AT_WORK), changed(vehicle.vehicle, READY, AWAITING)
    )

    assert await world.jobs() == []
    assert len(await world.told(events_pb.MakeReadyQueued)) == 1
    assert (await world.board(hub)).made_ready == 1


@pytest.mark.parametrize(
    "state",
    [
        State.VEHICLE_STATE_OFF_ROAD,
        State.VEHICLE_STATE_AWAITING_DISPOSAL,
        State.VEHICLE_STATE_ON_LOAN_OUT,
    ],
)
async def test_a_vehicle_that_goes_elsewhere_leaves_its_bay_and_the_queue(
    world: World, state: State.ValueType
) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    one, two = registered(hub), registered(hub, at=NOON + minutes(1), fleet_number="4102")
    await world.tell(one, two)
    first, second = await world.jobs()
    await world.start(first, NOON + minutes(1))

    await world.tell(changed(one.vehicle, state, AT_WORK, NOON + minutes(4)))

    (cancelled,) = await world.told(events_pb.MakeReadyCancelled)
    assert cancelled.job.job_id == first.job_id
    assert (await world.start(second, NOON + minutes(4))).bay_name == "Bay 1"


async def test_a_vehicle_off_the_road_is_held_whichever_event_says_so(world: World) -> None:
    hub = await world.a_hub()
    vehicle = registered(hub)
    await world.tell(vehicle)
    episode = vehicle_pb2.VorEpisode(started_at=stamp(NOON))

    await world.tell(
        fleet_pb.VehicleTakenOffRoad(
            vehicle_id=vehicle.vehicle.vehicle_id, trust="RYA", episode=episode
        ),
        changed(vehicle.vehicle, State.VEHICLE_STATE_OFF_ROAD, AWAITING),
    )

    assert await world.jobs() == []
    assert len(await world.told(events_pb.MakeReadyCancelled)) == 1


async def test_a_vehicle_back_on_the_road_is_made_ready_in_full(world: World) -> None:
    hub = await world.a_hub()
    vehicle = registered(hub)
    off_road = State.VEHICLE_STATE_OFF_ROAD

    await world.tell(
        vehicle,
        changed(vehicle.vehicle, off_road, AWAITING, NOON + minutes(1)),
        changed(vehicle.vehicle, AWAITING, off_road, NOON + minutes(60)),
    )

    (job,) = await world.jobs()
    assert (job.kind, moment(job.queued_at)) == (hub_pb.JOB_KIND_FULL, NOON + minutes(60))


async def test_a_disposed_vehicle_has_no_job(world: World) -> None:
    hub = await world.a_hub()
    vehicle = registered(hub)

    await world.tell(vehicle)
    await world.tell(fleet_pb.VehicleDisposed(vehicle_id=vehicle.vehicle.vehicle_id, trust="RYA"))

    assert await world.jobs() == []


async def test_a_vehicle_moved_to_another_hub_waits_there(world: World) -> None:
    oldbury, dudley = await world.a_hub("Oldbury"), await world.a_hub("Dudley")
    vehicle = registered(oldbury)
    moved = fleet_pb.VehicleMoved(
        vehicle_id=vehicle.vehicle.vehicle_id,
        trust="RYA",
        from_hub_id=oldbury.hub_id,
        to_hub_id=dudley.hub_id,
        at_hub_id=dudley.hub_id,
        state=AWAITING,
        occurred_at=stamp(NOON + minutes(20)),
    )

    await world.tell(vehicle, moved)

    (job,) = await world.jobs()
    told = await world.told_of_jobs(events_pb.MakeReadyQueued, events_pb.MakeReadyCancelled)
    assert (job.hub_id, job.queue_position) == (dudley.hub_id, 1)
    assert [(type(one).__name__, one.job.hub_id) for one in told] == [
        ("MakeReadyQueued", oldbury.hub_id),
        ("MakeReadyCancelled", oldbury.hub_id),
        ("MakeReadyQueued", dudley.hub_id),
    ]


async def test_a_vehicle_that_only_belongs_elsewhere_keeps_its_place(world: World) -> None:
    oldbury, dudley = await world.a_hub("Oldbury"), await world.a_hub("Dudley")
    vehicle = registered(oldbury)
    await world.tell(vehicle)
    before = await world.jobs()

    await world.tell(
        fleet_pb.VehicleMoved(
            vehicle_id=vehicle.vehicle.vehicle_id,
            trust="RYA",
            from_hub_id=oldbury.hub_id,
            to_hub_id=dudley.hub_id,
            at_hub_id=oldbury.hub_id,
            state=AWAITING,
            occurred_at=stamp(NOON),
        )
    )

    assert await world.jobs() == before


async def test_a_vehicle_at_a_hub_unknown_here_is_refused_and_changes_nothing(
    world: World,
) -> None:
    hub = await world.a_hub()
    unknown = hub_pb.Hub(hub_id="6ba7b810-9dad-11d1-80b4-00c04fd430c8", trust="RYA")

    with pytest.raises(HubNotFound):
        await world.tell(registered(hub), registered(unknown, fleet_number="4102"))

    assert await world.jobs() == []
    assert await world.told(events_pb.MakeReadyQueued) == []


async def test_a_vehicle_of_another_trust_is_not_made_ready_at_ours(world: World) -> None:
    hub = await world.a_hub()
    stranger = registered(hub_pb.Hub(hub_id=hub.hub_id, trust="RX1"))

    with pytest.raises(HubNotFound):
        await world.tell(stranger, org="RX1")


async def test_a_vehicle_whose_registration_was_not_told_of_is_refused(world: World) -> None:
    hub = await world.a_hub()
    vehicle = registered(hub).vehicle

    with pytest.raises(VehicleNotFound):
        await world.tell(fleet_pb.VehicleDisposed(vehicle_id=vehicle.vehicle_id, trust="RYA"))


async def test_odometer_readings_are_passed_over() -> None:
    (subscription,) = SUBSCRIPTIONS

    assert fleet_pb.OdometerRecorded.DESCRIPTOR.full_name not in subscription.types


async def test_the_vehicle_for_the_next_crew_comes_before_one_that_waited_longer(
    world: World,
) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    await world.set_starts(hub, NOON + minutes(90))
    car = registered(hub, fleet_number="car", vehicle_type=kind_pb.VEHICLE_TYPE_RRV)

    await world.tell(car)
    await world.tell(registered(hub, at=NOON + minutes(5), fleet_number="ambulance"))

    first, second = await world.jobs()
    assert (first.fleet_number, first.priority_reason) == (
        "ambulance",
        hub_pb.PRIORITY_REASON_CREW_START,
    )
    assert moment(first.serves_start_at) == NOON + minutes(90)
    assert (second.fleet_number, second.queue_position) == ("car", 2)


async def test_a_thousand_events_of_one_batch_settle_every_hub_once(world: World) -> None:
    hubs = [await world.a_hub(f"Hub {nth}", bays=[a_bay()]) for nth in range(3)]
    vehicles = [registered(hubs[nth % 3], READY, fleet_number=f"{nth}") for nth in range(200)]
    round_trip = [
        event
        for one in vehicles
        for event in (
            changed(one.vehicle, OUT, READY, NOON + minutes(1)),
            returned(one.vehicle, NOON + minutes(2)),
            changed(one.vehicle, State.VEHICLE_STATE_OFF_ROAD, AWAITING, NOON + minutes(3)),
            changed(one.vehicle, AWAITING, State.VEHICLE_STATE_OFF_ROAD, NOON + minutes(4)),
        )
    ]

    await world.tell(*vehicles, *round_trip)

    boards = [await world.board(hub) for hub in hubs]
    assert [len(board.queue) for board in boards] == [67, 67, 66]
    assert [job.queue_position for job in boards[2].queue] == list(range(1, 67))
    assert len(await world.told(events_pb.MakeReadyQueued)) == 400
    assert len(await world.told(events_pb.MakeReadyCancelled)) == 200
