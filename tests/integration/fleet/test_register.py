"""Vehicles taken into the register, found again, given another home."""

from datetime import timedelta

import pytest
from grpc import StatusCode
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_events_pb2 as facts
from makeready.fleet.v1.vehicle_pb2 import (
    REPLACEMENT_CYCLE_STATE_RUNNING,
    VEHICLE_STATE_COMMISSIONING,
    VEHICLE_STATE_MADE_READY,
    VEHICLE_STATE_OFF_ROAD,
    VEHICLE_STATE_UNSPECIFIED,
    VOR_CAUSE_MOT,
    Vehicle,
    VehicleState,
)
from makeready.hubs.v1 import hub_events_pb2 as hubs

from demo.client import Refused
from tests.integration.fleet.stage import DUDLEY, OLDBURY, OPENING, Fleet, stamp


async def test_a_vehicle_in_service_starts_its_cycle_when_it_is_taken_in(fleet: Fleet) -> None:
    vehicle = await fleet.register()

    registered, started = await fleet.told(vehicle.vehicle_id)
    assert isinstance(registered, facts.VehicleRegistered)
    assert isinstance(started, facts.ReplacementCycleStarted)
    assert registered.vehicle == vehicle == await fleet.get(vehicle.vehicle_id)
    assert (vehicle.vrm, vehicle.mot_expires_on, vehicle.tax_expires_on) == (
        "BX26GYT",
        "2027-03-19",
        "2027-06-09",
    )
    assert vehicle.allocatable
    assert (started.cycle.started_on, started.cycle.state) == (
        "2026-04-01",
        REPLACEMENT_CYCLE_STATE_RUNNING,
    )


async def test_a_new_vehicle_opens_in_commissioning_and_has_no_cycle_yet(fleet: Fleet) -> None:
    request = fleet.a_new_vehicle()
    request.opening_state = VEHICLE_STATE_UNSPECIFIED

    vehicle = await fleet.register(request)

    (registered,) = await fleet.told(vehicle.vehicle_id)
    assert isinstance(registered, facts.VehicleRegistered)
    assert (vehicle.state, vehicle.at_hub_id) == (VEHICLE_STATE_COMMISSIONING, OLDBURY)


async def test_a_vehicle_taken_in_without_an_mot_is_off_the_road_from_the_start(
    fleet: Fleet,
) -> None:
    request = fleet.a_new_vehicle()
    request.first_registered_on, request.in_service_on = "2025-06-10", "2025-06-20"

    vehicle = await fleet.register(request)

    registered, changed, taken, _ = await fleet.told(vehicle.vehicle_id)
    assert isinstance(registered, facts.VehicleRegistered)
    assert isinstance(changed, facts.VehicleStatusChanged)
    assert isinstance(taken, facts.VehicleTakenOffRoad)
    assert registered.vehicle.state == VEHICLE_STATE_MADE_READY
    assert (vehicle.state, taken.episode.cause) == (VEHICLE_STATE_OFF_ROAD, VOR_CAUSE_MOT)


@pytest.mark.parametrize("identifier", ["vrm", "vin", "fleet_number"])
async def test_a_name_that_is_taken_is_refused_by_its_kind(fleet: Fleet, identifier: str) -> None:
    first, second = fleet.a_new_vehicle(), fleet.a_new_vehicle()
    await fleet.register(first)
    setattr(second, identifier, getattr(first, identifier))

    with pytest.raises(Refused) as refused:
        await fleet.register(second)

    assert (refused.value.code, refused.value.reason) == (
        StatusCode.ALREADY_EXISTS,
        "VEHICLE_EXISTS",
    )
    assert identifier.replace("_", " ") in refused.value.message


async def test_a_vin_is_one_vehicles_whatever_the_trust_and_a_fleet_number_is_not(
    fleet: Fleet,
) -> None:
    first, same_vin, same_number = (fleet.a_new_vehicle() for _ in range(3))
    same_vin.trust = same_number.trust = "RYD"
    same_vin.vin, same_number.fleet_number = first.vin, first.fleet_number
    other = fleet.caller("fleet.manager", orgs=["RYD"])
    await fleet.register(first)

    with pytest.raises(Refused, match="a vehicle with this vin exists"):
        await fleet.register(same_vin, other)

    assert (await fleet.register(same_number, other)).trust == "RYD"


async def test_a_vehicle_is_only_registered_for_ones_own_trust(fleet: Fleet) -> None:
    other = fleet.caller("fleet.manager", orgs=["RYD"], read_orgs=["RYA"])

    with pytest.raises(Refused) as refused:
        await fleet.register(fleet.a_new_vehicle(), other)

    assert refused.value.reason == "ORGANISATION_OUT_OF_SCOPE"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("vrm", "1234567", "vrm: not a UK registration"),
        ("vin", "ZFA25000002A1234O", "vin: "),
        ("in_service_on", "2026-02-30", "in_service_on: "),
        ("in_service_on", "2026-03-01", "first_registered_on: must not be after in_service_on"),
        ("in_service_on", "2026-06-11", "in_service_on: must not be in the future"),
        ("base_vehicle", "   ", "base_vehicle: must not be blank"),
        ("opening_state", VehicleState.Value("VEHICLE_STATE_DEPLOYED"), "opening_state"),
    ],
)
async def test_what_cannot_be_true_of_a_vehicle_is_refused(
    fleet: Fleet, field: str, value: object, rule: str
) -> None:
    request = fleet.a_new_vehicle()
    setattr(request, field, value)

    with pytest.raises(Refused) as refused:
        await fleet.register(request)

    assert refused.value.code is StatusCode.INVALID_ARGUMENT
    assert rule in refused.value.message


async def test_a_vehicle_is_found_by_each_of_its_names(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    viewer = fleet.caller("fleet.viewer")

    for request in (
        pb.LookupVehicleRequest(vrm=vehicle.vrm.lower()),
        pb.LookupVehicleRequest(vin=vehicle.vin),
        pb.LookupVehicleRequest(fleet_number=vehicle.fleet_number, trust="RYA"),
    ):
        reply = await viewer(viewer.fleet.LookupVehicle, request)

        assert reply.vehicle == vehicle


async def test_a_mark_is_the_vehicles_that_bore_it_at_the_time(fleet: Fleet) -> None:
    old = await fleet.register()
    fleet.clock.pass_(days=1)
    await fleet.withdraw(old.vehicle_id)
    await fleet.dispose(old.vehicle_id)
    fleet.clock.pass_(days=1)
    request = fleet.a_new_vehicle()
    request.vrm = old.vrm
    new = await fleet.register(request)

    bearers = [await _bearer(fleet, old.vrm, days) for days in (timedelta(0), timedelta(days=2))]

    assert bearers == [old.vehicle_id, new.vehicle_id]
    with pytest.raises(Refused, match="vehicle not found"):
        await _bearer(fleet, old.vrm, timedelta(days=1))


async def test_a_vehicle_that_moves_home_goes_there_and_tells_where_it_is(fleet: Fleet) -> None:
    vehicle = await fleet.register()

    moved = await _move(fleet, vehicle.vehicle_id, vehicle.etag, DUDLEY)
    again = await _move(fleet, vehicle.vehicle_id, moved.etag, DUDLEY)

    (told,) = await fleet.told_as(facts.VehicleMoved, vehicle.vehicle_id)
    assert (moved.home_hub_id, moved.at_hub_id) == (DUDLEY, DUDLEY)
    assert (told.from_hub_id, told.to_hub_id, told.at_hub_id) == (OLDBURY, DUDLEY, DUDLEY)
    assert again == moved


async def test_a_hub_known_to_be_another_trusts_is_refused(fleet: Fleet) -> None:
    vehicle = await fleet.register()
    others = await fleet.register_for("RYD", home_hub_id=DUDLEY)
    news = fleet.job(hubs.MakeReadyStarted, others.vehicle_id, hub_id=DUDLEY)
    await fleet.hear(news, org="RYD")

    with pytest.raises(Refused) as refused:
        await _move(fleet, vehicle.vehicle_id, vehicle.etag, DUDLEY)

    assert refused.value.reason == "HUB_OF_OTHER_TRUST"


async def _bearer(fleet: Fleet, vrm: str, after: timedelta) -> str:
    request = pb.LookupVehicleRequest(vrm=vrm, as_of=stamp(OPENING + after))
    reply = await fleet.manager(fleet.manager.fleet.LookupVehicle, request)
    return reply.vehicle.vehicle_id


async def _move(fleet: Fleet, vehicle_id: str, etag: str, to_hub_id: str) -> Vehicle:
    request = pb.MoveVehicleRequest(vehicle_id=vehicle_id, etag=etag, to_hub_id=to_hub_id)
    return (await fleet.manager(fleet.manager.fleet.MoveVehicle, request)).vehicle
