"""The daily round over real gRPC: to a crew and back, off the road and on it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from grpc import StatusCode
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_events_pb2 as facts
from makeready.fleet.v1.vehicle_pb2 import (
    VEHICLE_STATE_AWAITING_MAKE_READY as AWAITING,
)
from makeready.fleet.v1.vehicle_pb2 import VEHICLE_STATE_DEPLOYED as DEPLOYED
from makeready.fleet.v1.vehicle_pb2 import VEHICLE_STATE_MADE_READY as MADE_READY
from makeready.fleet.v1.vehicle_pb2 import VEHICLE_STATE_OFF_ROAD as OFF_ROAD
from makeready.fleet.v1.vehicle_pb2 import VOR_CAUSE_BRAKES as BRAKES
from makeready.fleet.v1.vehicle_pb2 import VOR_CAUSE_TYRE as TYRE
from makeready.fleet.v1.vehicle_pb2 import ReturnFindings

from demo.client import Refused
from tests.integration.fleet.stage import OLDBURY, OPENING, Fleet, stamp


async def test_a_vehicle_goes_out_and_comes_back_and_each_is_told_once(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    fleet.clock.pass_(hours=1)

    out = await fleet.deploy(vehicle.vehicle_id)
    fleet.clock.pass_(hours=8)
    back = await fleet.bring_back(vehicle.vehicle_id)

    changes = await fleet.told_as(facts.VehicleStatusChanged, vehicle.vehicle_id)
    assert (out.state, out.at_hub_id) == (DEPLOYED, "")
    assert (back.state, back.at_hub_id, back.seal_number) == (AWAITING, OLDBURY, "")
    assert [(change.reason, change.to) for change in changes] == [
        ("deployed", DEPLOYED),
        ("returned", AWAITING),
    ]
    assert changes[1].findings.fuel_or_charge_percent == 100
    assert back == await fleet.get(vehicle.vehicle_id)


async def test_every_state_stands_in_the_history_with_who_and_why(fleet: Fleet) -> None:
    vehicle = await fleet.register()

    await fleet.deploy(vehicle.vehicle_id)

    rows = await fleet.rows(
        """
        SELECT version, from_state, to_state, reason, actor, source, effective_at, is_applied
          FROM status_history
         ORDER BY entry
        """
    )
    who = ("fleet.manager", "request", OPENING, True)
    assert [tuple(row) for row in rows] == [
        (1, None, "MADE_READY", "registered", *who),
        (2, "MADE_READY", "DEPLOYED", "deployed", *who),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE status_history SET reason = 'x'",
        "DELETE FROM status_history",
        "TRUNCATE status_history",
    ],
)
async def test_nobody_rewrites_the_history(fleet: Fleet, change: str) -> None:
    await fleet.register()

    with pytest.raises(asyncpg.RestrictViolationError, match="status_history only grows"):
        await fleet.do(change)


async def test_of_two_crews_that_want_one_vehicle_one_gets_it(fleet: Fleet) -> None:
    vehicle = await fleet.register()

    outcomes = await asyncio.gather(
        *(fleet.deploy(vehicle.vehicle_id) for _ in range(8)), return_exceptions=True
    )

    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert {refusal.reason for refusal in refusals} == {"VEHICLE_ILLEGAL_TRANSITION"}
    assert len(refusals) == 7
    assert len(await fleet.told_as(facts.VehicleStatusChanged, vehicle.vehicle_id)) == 1


async def test_a_stale_etag_deploys_nothing(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    await fleet.deploy(vehicle.vehicle_id)
    await fleet.bring_back(vehicle.vehicle_id)
    request = pb.TakeOffRoadRequest(vehicle_id=vehicle.vehicle_id, etag=vehicle.etag, cause=TYRE)

    with pytest.raises(Refused, match="version 1 was expected, current is 3"):
        await fleet.manager(fleet.manager.fleet.TakeOffRoad, request)


async def test_the_same_request_twice_deploys_once_and_answers_alike(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    request = pb.DeployVehicleRequest(request_id=str(uuid4()), vehicle_id=vehicle.vehicle_id)

    first = await fleet.manager(fleet.manager.fleet.DeployVehicle, request)
    second = await fleet.manager(fleet.manager.fleet.DeployVehicle, request)

    assert first == second
    assert len(await fleet.told_as(facts.VehicleStatusChanged, vehicle.vehicle_id)) == 1


async def test_what_is_only_rehearsed_shows_its_effect_and_leaves_none(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    request = pb.DeployVehicleRequest(vehicle_id=vehicle.vehicle_id, validate_only=True)

    shown = await fleet.manager(fleet.manager.fleet.DeployVehicle, request)

    assert shown.vehicle.state == DEPLOYED
    assert (await fleet.get(vehicle.vehicle_id)).state == MADE_READY


async def test_a_vehicle_without_what_the_shift_needs_stays_in(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    request = pb.DeployVehicleRequest(
        vehicle_id=vehicle.vehicle_id, required_capabilities=[kind.CAPABILITY_BARIATRIC]
    )

    with pytest.raises(Refused) as refused:
        await fleet.manager(fleet.manager.fleet.DeployVehicle, request)

    assert (refused.value.code, refused.value.reason) == (
        StatusCode.FAILED_PRECONDITION,
        "VEHICLE_LACKS_CAPABILITY",
    )


async def test_a_return_with_a_dangerous_defect_takes_the_vehicle_off_the_road(
    fleet: Fleet,
) -> None:
    vehicle = await fleet.register()
    await fleet.deploy(vehicle.vehicle_id)
    request = pb.ReturnVehicleRequest(
        vehicle_id=vehicle.vehicle_id,
        odometer_miles=1_200,
        findings=ReturnFindings(fuel_or_charge_percent=20, broken_seals=["S1"]),
        defects=[
            pb.Defect(cause=TYRE, severity=pb.DEFECT_SEVERITY_DANGEROUS, note="split wall"),
            pb.Defect(cause=BRAKES, severity=pb.DEFECT_SEVERITY_MINOR),
        ],
    )

    reply = await fleet.manager(fleet.manager.fleet.ReturnVehicle, request)

    *_, changed, taken, read = await fleet.told(vehicle.vehicle_id)
    defects = await fleet.rows("SELECT cause, severity, note FROM defect ORDER BY defect_id")
    assert reply.vehicle.state == OFF_ROAD
    assert [episode.note for episode in reply.vehicle.open_vor_episodes] == ["split wall"]
    assert reply.vehicle.not_allocatable_because == "it is off road: tyre"
    assert reply.odometer_accepted
    assert isinstance(changed, facts.VehicleStatusChanged)
    assert (changed.to, changed.findings.fuel_or_charge_percent) == (OFF_ROAD, 20)
    assert isinstance(taken, facts.VehicleTakenOffRoad)
    assert isinstance(read, facts.OdometerRecorded)
    assert [tuple(row) for row in defects] == [
        ("TYRE", "DANGEROUS", "split wall"),
        ("BRAKES", "MINOR", ""),
    ]
    assert reply.vehicle == await fleet.get(vehicle.vehicle_id)


async def test_episodes_of_two_causes_end_one_after_the_other(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    await fleet.take_off_road(vehicle_id, TYRE)
    fleet.clock.pass_(minutes=5)
    await fleet.take_off_road(vehicle_id, BRAKES)

    still = await fleet.return_to_road(vehicle_id, TYRE)
    back = await fleet.return_to_road(vehicle_id, BRAKES)

    ended = await fleet.told_as(facts.VehicleBackOnRoad, vehicle_id)
    assert [episode.cause for episode in still.open_vor_episodes] == [BRAKES]
    assert (back.state, list(back.open_vor_episodes)) == (AWAITING, [])
    assert [event.still_open for event in ended] == [1, 0]
    assert len(await fleet.told_as(facts.VehicleStatusChanged, vehicle_id)) == 2


async def test_of_one_cause_only_one_episode_opens_however_many_ask(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id

    outcomes = await asyncio.gather(
        *(fleet.take_off_road(vehicle_id, TYRE) for _ in range(6)), return_exceptions=True
    )

    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [refusal.reason for refusal in refusals] == ["VOR_EPISODE_OPEN"] * 5


async def test_the_last_of_two_episodes_ended_at_once_brings_the_vehicle_back(
    fleet: Fleet,
) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    await fleet.take_off_road(vehicle_id, TYRE)
    await fleet.take_off_road(vehicle_id, BRAKES)

    await asyncio.gather(
        fleet.return_to_road(vehicle_id, TYRE), fleet.return_to_road(vehicle_id, BRAKES)
    )

    assert (await fleet.get(vehicle_id)).state == AWAITING


async def test_a_note_with_a_patients_number_is_not_stored(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    request = pb.TakeOffRoadRequest(
        vehicle_id=vehicle_id, cause=TYRE, note="left by patient 943 476 5919"
    )

    with pytest.raises(Refused) as refused:
        await fleet.manager(fleet.manager.fleet.TakeOffRoad, request)

    assert refused.value.reason == "PATIENT_DATA"


async def test_an_act_told_of_late_takes_effect_when_it_happened(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    fleet.clock.pass_(hours=3)
    at = OPENING + timedelta(hours=1)

    request = pb.DeployVehicleRequest(vehicle_id=vehicle_id, at=stamp(at))
    reply = await fleet.manager(fleet.manager.fleet.DeployVehicle, request)
    with pytest.raises(Refused, match="EFFECTIVE_TIME_TOO_EARLY"):
        await fleet.manager(
            fleet.manager.fleet.ReturnVehicle,
            pb.ReturnVehicleRequest(vehicle_id=vehicle_id, at=stamp(OPENING)),
        )

    assert reply.vehicle.state_since == stamp(at)
    assert reply.vehicle.changed_at == stamp(fleet.clock())


async def test_a_clock_that_runs_ahead_blocks_nobody(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    ahead = stamp(fleet.clock() + timedelta(minutes=4))

    request = pb.DeployVehicleRequest(vehicle_id=vehicle_id, at=ahead)
    deployed = await fleet.manager(fleet.manager.fleet.DeployVehicle, request)
    returned = await fleet.bring_back(vehicle_id)

    assert deployed.vehicle.state_since == stamp(OPENING)
    assert returned.state == AWAITING


async def test_what_another_trust_runs_does_not_exist(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    other = fleet.caller("fleet.manager", orgs=["RYD"])

    with pytest.raises(Refused) as read:
        await other(other.fleet.GetVehicle, pb.GetVehicleRequest(vehicle_id=vehicle_id))
    with pytest.raises(Refused) as written:
        await other(other.fleet.DeployVehicle, pb.DeployVehicleRequest(vehicle_id=vehicle_id))

    assert (read.value.code, read.value.reason) == (StatusCode.NOT_FOUND, "VEHICLE_NOT_FOUND")
    assert (written.value.code, written.value.reason) == (read.value.code, read.value.reason)
