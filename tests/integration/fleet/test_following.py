"""News of the hubs' work, in order, in batches, late."""

from datetime import timedelta
from uuid import uuid4

import pytest
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_events_pb2 as facts
from makeready.fleet.v1.vehicle_pb2 import (
    VEHICLE_STATE_AWAITING_MAKE_READY,
    VEHICLE_STATE_COMMISSIONING,
    VEHICLE_STATE_IN_MAKE_READY,
    VEHICLE_STATE_MADE_READY,
    VEHICLE_STATE_OFF_ROAD,
    VOR_CAUSE_TYRE,
)
from makeready.hubs.v1 import hub_events_pb2 as hubs
from makeready.hubs.v1.hub_pb2 import JOB_KIND_COMMISSIONING

from services.fleet.domain.refusals import VehicleNotFound
from tests.integration.fleet.stage import DUDLEY, OPENING, Fleet


async def test_a_vehicle_follows_the_work_on_it_to_its_seal(fleet: Fleet) -> None:
    vehicle_id = await _a_returned_vehicle(fleet)

    await fleet.hear(fleet.job(hubs.MakeReadyStarted, vehicle_id))
    on_bay = await fleet.get(vehicle_id)
    fleet.clock.pass_(minutes=40)
    await fleet.hear(fleet.job(hubs.MakeReadyCompleted, vehicle_id, hub_id=DUDLEY))
    ready = await fleet.get(vehicle_id)

    assert on_bay.state == VEHICLE_STATE_IN_MAKE_READY
    assert (ready.state, ready.seal_number, ready.at_hub_id) == (
        VEHICLE_STATE_MADE_READY,
        "S7",
        DUDLEY,
    )
    assert ready.allocatable


@pytest.mark.parametrize("stopped", [hubs.MakeReadyBlocked, hubs.MakeReadyCancelled])
async def test_a_vehicle_that_leaves_its_bay_unready_waits_again(
    fleet: Fleet, stopped: type[hubs.MakeReadyBlocked | hubs.MakeReadyCancelled]
) -> None:
    vehicle_id = await _a_returned_vehicle(fleet)

    await fleet.hear(fleet.job(hubs.MakeReadyStarted, vehicle_id), fleet.job(stopped, vehicle_id))

    assert (await fleet.get(vehicle_id)).state == VEHICLE_STATE_AWAITING_MAKE_READY
    assert await _corrections(fleet) == []


async def test_a_batch_moves_each_vehicle_through_all_its_steps(fleet: Fleet) -> None:
    ids = [await _a_returned_vehicle(fleet) for _ in range(5)]

    await fleet.hear(
        *(fleet.job(hubs.MakeReadyStarted, vehicle_id) for vehicle_id in ids),
        *(fleet.job(hubs.MakeReadyCompleted, vehicle_id) for vehicle_id in reversed(ids)),
    )

    for vehicle_id in ids:
        told = await fleet.told_as(facts.VehicleStatusChanged, vehicle_id)
        assert (await fleet.get(vehicle_id)).state == VEHICLE_STATE_MADE_READY
        assert [change.reason for change in told[-2:]] == ["make-ready started", "made ready"]


async def test_a_seal_on_a_vehicle_that_went_off_the_road_is_a_correction(fleet: Fleet) -> None:
    vehicle_id = await _a_returned_vehicle(fleet)
    await fleet.hear(fleet.job(hubs.MakeReadyStarted, vehicle_id))
    fleet.clock.pass_(minutes=10)
    off_road = await fleet.take_off_road(vehicle_id, VOR_CAUSE_TYRE)
    sealed_at = fleet.clock() + timedelta(minutes=5)

    await fleet.hear(fleet.job(hubs.MakeReadyCompleted, vehicle_id, at=sealed_at))

    assert await fleet.get(vehicle_id) == off_road
    assert await _corrections(fleet) == [
        ("OFF_ROAD", "MADE_READY", "made ready", "makeready/hubs", sealed_at)
    ]


async def test_news_that_the_vehicles_return_has_overtaken_does_not_move_it(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    fleet.clock.pass_(hours=1)
    await fleet.deploy(vehicle_id)
    fleet.clock.pass_(hours=8)
    await fleet.bring_back(vehicle_id)

    await fleet.hear(fleet.job(hubs.MakeReadyStarted, vehicle_id, at=OPENING))

    assert (await fleet.get(vehicle_id)).state == VEHICLE_STATE_AWAITING_MAKE_READY
    assert len(await _corrections(fleet)) == 1


async def test_a_new_vehicle_enters_service_and_starts_its_cycle_when_commissioned(
    fleet: Fleet,
) -> None:
    request = fleet.a_new_vehicle()
    request.opening_state = VEHICLE_STATE_COMMISSIONING
    request.in_service_on = "2026-09-01"
    vehicle_id = (await fleet.register(request)).vehicle_id
    await fleet.hear(fleet.job(hubs.MakeReadyStarted, vehicle_id, job_kind=JOB_KIND_COMMISSIONING))
    on_bay = await fleet.get(vehicle_id)

    await fleet.hear(
        fleet.job(hubs.MakeReadyCompleted, vehicle_id, job_kind=JOB_KIND_COMMISSIONING)
    )

    (started,) = await fleet.told_as(facts.ReplacementCycleStarted, vehicle_id)
    ready = await fleet.get(vehicle_id)
    assert on_bay.state == VEHICLE_STATE_COMMISSIONING
    assert (ready.state, ready.in_service_on) == (VEHICLE_STATE_MADE_READY, "2026-06-10")
    assert started.cycle.started_on == "2026-06-10"


async def test_a_vehicle_made_ready_without_an_mot_goes_off_the_road_at_once(
    fleet: Fleet,
) -> None:
    vehicle_id = await _a_returned_vehicle(fleet)
    await fleet.hear(fleet.job(hubs.MakeReadyStarted, vehicle_id))
    fleet.clock.pass_(days=300)

    await fleet.hear(fleet.job(hubs.MakeReadyCompleted, vehicle_id))

    *_, ready, off_road, _taken = await fleet.told(vehicle_id)
    assert isinstance(ready, facts.VehicleStatusChanged)
    assert isinstance(off_road, facts.VehicleStatusChanged)
    assert (ready.to, off_road.to) == (VEHICLE_STATE_MADE_READY, VEHICLE_STATE_OFF_ROAD)
    assert (await fleet.get(vehicle_id)).state == VEHICLE_STATE_OFF_ROAD


async def test_work_on_a_vehicle_nobody_registered_is_refused_so_that_its_key_parks(
    fleet: Fleet,
) -> None:
    with pytest.raises(VehicleNotFound):
        await fleet.hear(fleet.job(hubs.MakeReadyStarted, str(uuid4())))


async def test_what_lapses_at_midnight_in_london_leaves_the_road_with_the_next_sweep(
    fleet: Fleet,
) -> None:
    request = fleet.a_new_vehicle()
    request.mot_expires_on = "2026-06-10"
    lapsing, deployed = await fleet.register(request), await fleet.register()
    await fleet.deploy(deployed.vehicle_id)
    # 23:59 in London, then midnight.
    fleet.clock.pass_(hours=13, minutes=59)
    await fleet.sweep()
    eve = await fleet.get(lapsing.vehicle_id)
    fleet.clock.pass_(minutes=1)

    await fleet.sweep()
    await fleet.sweep()

    lapsed = await fleet.get(lapsing.vehicle_id)
    assert eve.state == VEHICLE_STATE_MADE_READY
    assert lapsed.state == VEHICLE_STATE_OFF_ROAD
    assert len(await fleet.told_as(facts.VehicleTakenOffRoad, lapsing.vehicle_id)) == 1
    assert await fleet.rows(
        "SELECT FROM status_history WHERE source = 'schedule' AND actor = 'system:schedule'"
    )
    assert (await fleet.get(deployed.vehicle_id)).open_vor_episodes == []


async def test_whatever_touches_a_vehicle_finds_out_what_has_lapsed(fleet: Fleet) -> None:
    read, moved = await fleet.register(), await fleet.register()
    fleet.clock.pass_(days=300)

    await fleet.manager(
        fleet.manager.fleet.RecordOdometer,
        pb.RecordOdometerRequest(
            readings=[pb.OdometerReading(vehicle_id=read.vehicle_id, odometer_miles=9_000)]
        ),
    )
    await fleet.manager(
        fleet.manager.fleet.MoveVehicle,
        pb.MoveVehicleRequest(vehicle_id=moved.vehicle_id, etag=moved.etag, to_hub_id=DUDLEY),
    )

    assert (await fleet.get(read.vehicle_id)).state == VEHICLE_STATE_OFF_ROAD
    assert (await fleet.get(moved.vehicle_id)).state == VEHICLE_STATE_OFF_ROAD


async def test_an_item_that_lapses_while_the_vehicle_is_off_the_road_keeps_it_there(
    fleet: Fleet,
) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    await fleet.take_off_road(vehicle_id, VOR_CAUSE_TYRE)
    fleet.clock.pass_(days=300)
    await fleet.sweep()

    still = await fleet.return_to_road(vehicle_id, VOR_CAUSE_TYRE)

    assert still.not_allocatable_because == "it is off road: MOT"
    assert len(await fleet.told_as(facts.VehicleStatusChanged, vehicle_id)) == 1


async def _a_returned_vehicle(fleet: Fleet) -> str:
    vehicle_id = (await fleet.register()).vehicle_id
    await fleet.deploy(vehicle_id)
    await fleet.bring_back(vehicle_id)
    return vehicle_id


async def _corrections(fleet: Fleet) -> list[tuple[object, ...]]:
    rows = await fleet.rows(
        """
        SELECT from_state, to_state, reason, source, effective_at
          FROM status_history
         WHERE NOT is_applied
        """
    )
    return [tuple(row) for row in rows]
