"""Readings in bulk: each is judged, none is lost, and only what is believed counts."""

import pytest
from grpc import StatusCode
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_events_pb2 as facts

from demo.client import Refused
from tests.integration.fleet.stage import OLDBURY, Fleet

ACCEPTED = pb.ODOMETER_OUTCOME_ACCEPTED
LOWER = pb.ODOMETER_OUTCOME_QUARANTINED_LOWER
JUMP = pb.ODOMETER_OUTCOME_QUARANTINED_JUMP


async def test_each_reading_is_judged_and_all_are_kept(fleet: Fleet) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(3)]
    await _record(fleet, *((vehicle_id, 10_000) for vehicle_id in ids))
    fleet.clock.pass_(days=1)

    results = await _record(fleet, (ids[0], 10_600), (ids[1], 9_000), (ids[2], 10_601))

    kept = await fleet.rows("SELECT outcome FROM odometer_reading ORDER BY reading_id")
    assert [(result.outcome, result.odometer_miles) for result in results] == [
        (ACCEPTED, 10_600),
        (LOWER, 10_000),
        (JUMP, 10_000),
    ]
    assert [row["outcome"] for row in kept] == [
        *["ACCEPTED"] * 4,
        "QUARANTINED_LOWER",
        "QUARANTINED_JUMP",
    ]
    assert [len(await fleet.told_as(facts.OdometerRecorded, each)) for each in ids] == [2, 1, 1]


async def test_a_vehicles_miles_go_on_over_a_new_odometer(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    await _record(fleet, (vehicle_id, 10_000))
    fleet.clock.pass_(days=1)
    fitted = pb.OdometerReading(vehicle_id=vehicle_id, odometer_miles=3, odometer_replaced=True)
    await fleet.manager(
        fleet.manager.fleet.RecordOdometer, pb.RecordOdometerRequest(readings=[fitted])
    )
    fleet.clock.pass_(days=1)

    (result,) = await _record(fleet, (vehicle_id, 203))

    assert (result.outcome, result.odometer_miles) == (ACCEPTED, 10_200)
    assert (await fleet.get(vehicle_id)).odometer_miles == 10_200


async def test_one_unknown_vehicle_refuses_the_whole_call(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id

    with pytest.raises(Refused) as refused:
        await _record(fleet, (vehicle_id, 10_000), (OLDBURY, 10_000))

    assert refused.value.code is StatusCode.NOT_FOUND
    assert (await fleet.get(vehicle_id)).odometer_miles == 0


async def test_one_vehicle_written_in_two_ways_is_still_one(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id

    with pytest.raises(Refused, match=r"readings\[1\].vehicle_id: duplicate of \[0\]"):
        await _record(fleet, (vehicle_id, 10_000), (vehicle_id.upper(), 10_100))


async def test_a_reading_set_aside_on_return_does_not_keep_the_vehicle_out(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    await _record(fleet, (vehicle_id, 10_000))
    await fleet.deploy(vehicle_id)
    fleet.clock.pass_(hours=8)
    request = pb.ReturnVehicleRequest(vehicle_id=vehicle_id, odometer_miles=1_010)

    reply = await fleet.manager(fleet.manager.fleet.ReturnVehicle, request)

    assert not reply.odometer_accepted
    assert reply.vehicle.odometer_miles == 10_000


async def _record(fleet: Fleet, *readings: tuple[str, int]) -> list[pb.OdometerResult]:
    operator = fleet.caller("hub.operator")
    request = pb.RecordOdometerRequest(
        readings=[
            pb.OdometerReading(vehicle_id=vehicle_id, odometer_miles=miles)
            for vehicle_id, miles in readings
        ]
    )
    return list((await operator(operator.fleet.RecordOdometer, request)).results)
