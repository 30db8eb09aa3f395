"""A trust's vehicles and life policies as requests to fleet."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from makeready.common.v1.vehicle_kind_pb2 import Capability, Technology, VehicleType
from makeready.fleet.v1 import fleet_service_pb2, vehicle_pb2
from makeready.fleet.v1.vehicle_pb2 import VehicleState, VorCause

from demo.client import Client, each
from demo.load.instants import day, instant
from demo.scenario.trust import LifePolicy, Trust
from demo.scenario.vehicles import SeedVehicle
from services.kernel.calendar import add_months

# What the law asks to be done again after so many months.
TEST_MONTHS: Final = 12
LIFT_MONTHS: Final = 6


async def set_life_policies(manager: Client, trust: Trust) -> None:
    """Say how long vehicles of each type are to serve."""

    async def one(policy: LifePolicy) -> None:
        await manager(
            manager.fleet.SetLifePolicy,
            fleet_service_pb2.SetLifePolicyRequest(
                trust=trust.code,
                vehicle_type=VehicleType.Value(f"VEHICLE_TYPE_{policy.type}"),
                effective_from=day(trust.life_policies.effective_from),
                target_age_months=policy.target_age_months,
                maximum_age_months=policy.maximum_age_months,
                target_miles=policy.target_miles,
                planning_window_months=trust.life_policies.planning_window_months,
            ),
        )

    await each(trust.life_policies.list, one)


async def register(
    manager: Client,
    trust: Trust,
    vehicles: Iterable[SeedVehicle],
    today: date,
    tell: Callable[[vehicle_pb2.Vehicle], None],
) -> list[vehicle_pb2.Vehicle]:
    """Take vehicles into the register as they stood, and return them in their order."""

    async def one(seed: SeedVehicle) -> vehicle_pb2.Vehicle:
        request = registration(trust, seed, today)
        reply = await manager(manager.fleet.RegisterVehicle, request)
        vehicle = reply.vehicle
        if seed.off_road is not None:
            vehicle = await take_off_road(manager, vehicle.vehicle_id, seed)
        tell(vehicle)
        return vehicle

    return await each(vehicles, one)


async def take_off_road(manager: Client, vehicle_id: str, seed: SeedVehicle) -> vehicle_pb2.Vehicle:
    """Open the episode that a vehicle stands off the road for when the day begins."""
    if seed.off_road is None:
        raise ValueError(f"{seed.fleet_number} is on the road")
    reply = await manager(
        manager.fleet.TakeOffRoad,
        fleet_service_pb2.TakeOffRoadRequest(
            vehicle_id=vehicle_id,
            cause=VorCause.Value(f"VOR_CAUSE_{seed.off_road.cause}"),
            at=instant(seed.off_road.started_at),
            expected_back_at=instant(seed.off_road.back_at),
        ),
    )
    return reply.vehicle


def registration(
    trust: Trust, seed: SeedVehicle, today: date
) -> fleet_service_pb2.RegisterVehicleRequest:
    return fleet_service_pb2.RegisterVehicleRequest(
        trust=seed.trust,
        fleet_number=seed.fleet_number,
        vrm=seed.vrm,
        vin=seed.vin,
        vehicle_type=VehicleType.Value(f"VEHICLE_TYPE_{seed.type}"),
        technology=Technology.Value(f"TECHNOLOGY_{seed.technology}"),
        capabilities=[Capability.Value(f"CAPABILITY_{name}") for name in seed.capabilities],
        home_hub_id=str(trust.hub_id(seed.hub)),
        in_service_on=day(seed.in_service_on),
        first_registered_on=day(seed.first_registered_on),
        mot_expires_on=day(mot(seed, today)),
        lifting_expires_on=day(renewed(seed.lifting_expires_on, LIFT_MONTHS, today)),
        tax_expires_on=day(renewed(seed.tax_expires_on, TEST_MONTHS, today)),
        odometer_miles=seed.odometer_miles,
        base_vehicle=seed.base,
        opening_state=VehicleState.VEHICLE_STATE_MADE_READY,
        at=instant(seed.registered_at),
    )


def mot(seed: SeedVehicle, today: date) -> date | None:
    """Return when the MOT ends. None: the first is not due yet."""
    first = add_months(seed.first_registered_on, TEST_MONTHS)
    if seed.mot_expires_on is None and today < first:
        return None
    return renewed(seed.mot_expires_on or first, TEST_MONTHS, today)


def renewed(expires_on: date | None, months: int, today: date) -> date | None:
    """Return the day an item holds until, renewed as often as it took to hold today.

    The law is held against the clock on the wall, whatever day is played.
    """
    while expires_on is not None and expires_on <= today:
        expires_on = add_months(expires_on, months)
    return expires_on
