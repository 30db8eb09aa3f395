"""Vehicles and what hangs on them, as messages."""

from collections.abc import Iterable
from datetime import date, datetime

from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_pb2 as fleet

from services.fleet.domain.availability import Availability
from services.fleet.domain.events import OdometerRead
from services.fleet.domain.kinds import Capability
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Findings, VorEpisode
from services.fleet.wire.kinds import (
    CAPABILITY,
    OUTCOME,
    OWNERSHIP,
    STATE,
    TECHNOLOGY,
    VEHICLE_TYPE,
    VOR_CAUSE,
    optional_timestamp,
    timestamp,
)
from services.runtime.rpc.etags import etag_of


def vehicle_message(vehicle: Vehicle, today: date) -> fleet.Vehicle:
    """Render a vehicle as it stands, and what may be done with it today."""
    because = vehicle.not_allocatable_because(today)
    lifting_expires_on = vehicle.legal.lifting_expires_on
    odometer = vehicle.odometer
    return fleet.Vehicle(
        vehicle_id=str(vehicle.id),
        trust=vehicle.org,
        fleet_number=vehicle.fleet_number,
        vrm=vehicle.vrm,
        vin=vehicle.vin,
        vehicle_type=VEHICLE_TYPE[vehicle.vehicle_type],
        technology=TECHNOLOGY[vehicle.technology],
        capabilities=capabilities(vehicle.capabilities),
        state=STATE[vehicle.state],
        home_hub_id=str(vehicle.home_hub_id),
        at_hub_id=str(vehicle.at_hub_id or ""),
        in_service_on=vehicle.in_service_on.isoformat(),
        first_registered_on=vehicle.first_registered_on.isoformat(),
        mot_expires_on=vehicle.legal.mot_expires_on.isoformat(),
        lifting_expires_on=lifting_expires_on.isoformat() if lifting_expires_on else "",
        tax_expires_on=vehicle.legal.tax_expires_on.isoformat(),
        odometer_miles=odometer.miles,
        odometer_at=optional_timestamp(odometer.read_at),
        open_vor_episodes=map(episode_message, vehicle.open_episodes),
        ownership=OWNERSHIP[vehicle.ownership],
        base_vehicle=vehicle.base_vehicle,
        seal_number=vehicle.seal_number,
        state_since=timestamp(vehicle.state_since),
        changed_at=timestamp(vehicle.changed_at),
        etag=etag_of(vehicle.version),
        allowed_next_states=sorted(map(STATE.__getitem__, vehicle.allowed_next_states(today))),
        allocatable=not because,
        not_allocatable_because=because,
    )


def capabilities(held: Iterable[Capability]) -> list[kind.Capability.ValueType]:
    return sorted(map(CAPABILITY.__getitem__, held))


def episode_message(episode: VorEpisode) -> fleet.VorEpisode:
    return fleet.VorEpisode(
        episode_id=str(episode.id),
        cause=VOR_CAUSE[episode.cause],
        started_at=timestamp(episode.started_at),
        expected_back_at=optional_timestamp(episode.expected_back_at),
        ended_at=optional_timestamp(episode.ended_at),
        note=episode.note,
    )


def findings_message(findings: Findings) -> fleet.ReturnFindings:
    return fleet.ReturnFindings(
        fuel_or_charge_percent=findings.fuel_or_charge_percent,
        contaminated=findings.is_contaminated,
        broken_seals=findings.broken_seals,
    )


def result_message(read: OdometerRead) -> pb.OdometerResult:
    return pb.OdometerResult(
        vehicle_id=str(read.vehicle_id), outcome=OUTCOME[read.outcome], odometer_miles=read.miles
    )


def availability_message(availability: Availability, as_at: datetime) -> pb.GetAvailabilityResponse:
    return pb.GetAvailabilityResponse(
        counts=[
            pb.AvailabilityCount(
                trust=count.org,
                vehicle_type=VEHICLE_TYPE[count.vehicle_type],
                state=STATE[count.state],
                vehicles=count.vehicles,
            )
            for count in availability.counts
        ],
        usable=availability.usable,
        off_road=availability.off_road,
        in_service=availability.in_service,
        definition=availability.definition,
        as_at=timestamp(as_at),
    )
