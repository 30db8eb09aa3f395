"""What fleet and hubs tell, as facts of capital's projections. Read from events, never written."""

from datetime import UTC, date
from typing import Final, TypeAlias, cast
from uuid import UUID

from google.protobuf.message import Message
from makeready.fleet.v1 import vehicle_events_pb2 as fleet_pb
from makeready.fleet.v1 import vehicle_pb2
from makeready.hubs.v1 import hub_events_pb2 as hubs_pb
from makeready.hubs.v1 import hub_pb2

from services.capital.domain.fleet import (
    CycleState,
    Disposed,
    Driven,
    KnownCycle,
    KnownVehicle,
    Moved,
    Registered,
    Standing,
    Told,
)
from services.capital.domain.hub import MeasuredCapacity, MeasuredHour
from services.capital.wire.kinds import kind_from
from services.kernel.ids import HubId, OdsCode, VehicleId

CycleMessage: TypeAlias = (
    fleet_pb.ReplacementCycleStarted
    | fleet_pb.ReplacementCycleRevised
    | fleet_pb.ReplacementCycleDue
    | fleet_pb.ReplacementCycleClosed
)

# Every state not named here is one in service.
STANDING: Final = {
    vehicle_pb2.VEHICLE_STATE_ORDERED: Standing.PRE_SERVICE,
    vehicle_pb2.VEHICLE_STATE_CHASSIS_RECEIVED: Standing.PRE_SERVICE,
    vehicle_pb2.VEHICLE_STATE_IN_CONVERSION: Standing.PRE_SERVICE,
    vehicle_pb2.VEHICLE_STATE_COMMISSIONING: Standing.PRE_SERVICE,
    vehicle_pb2.VEHICLE_STATE_OFF_ROAD: Standing.OFF_ROAD,
    vehicle_pb2.VEHICLE_STATE_ON_LOAN_OUT: Standing.LENT,
    vehicle_pb2.VEHICLE_STATE_ON_LOAN_IN: Standing.BORROWED,
    vehicle_pb2.VEHICLE_STATE_AWAITING_DISPOSAL: Standing.LEAVING,
    vehicle_pb2.VEHICLE_STATE_DISPOSED: Standing.GONE,
}
CYCLE_STATE: Final = {
    vehicle_pb2.REPLACEMENT_CYCLE_STATE_RUNNING: CycleState.RUNNING,
    vehicle_pb2.REPLACEMENT_CYCLE_STATE_DUE: CycleState.DUE,
    vehicle_pb2.REPLACEMENT_CYCLE_STATE_SCHEDULED: CycleState.SCHEDULED,
    vehicle_pb2.REPLACEMENT_CYCLE_STATE_CLOSED: CycleState.CLOSED,
}


def told_from(message: Message) -> Told:
    match message:
        case fleet_pb.VehicleRegistered():
            return Registered(vehicle=_vehicle(message.vehicle))
        case fleet_pb.VehicleStatusChanged():
            return Moved(
                vehicle_id=VehicleId(UUID(message.vehicle_id)),
                standing=STANDING.get(message.to, Standing.IN_SERVICE),
                at=message.occurred_at.ToDatetime(tzinfo=UTC),
            )
        case fleet_pb.OdometerRecorded():
            return Driven(
                vehicle_id=VehicleId(UUID(message.vehicle_id)),
                odometer_miles=message.odometer_miles,
            )
        case fleet_pb.VehicleDisposed():
            return Disposed(
                vehicle_id=VehicleId(UUID(message.vehicle_id)),
                on=date.fromisoformat(message.disposed_on),
            )
    raise TypeError(f"{message.DESCRIPTOR.full_name} tells nothing that is kept of a vehicle")


def cycle_from(message: Message) -> KnownCycle:
    cycle = cast(CycleMessage, message).cycle
    return KnownCycle(
        vehicle_id=VehicleId(UUID(cycle.vehicle_id)),
        trust=OdsCode(cycle.trust),
        kind=kind_from(cycle.vehicle_type, cycle.technology),
        state=CYCLE_STATE[cycle.state],
        started_on=date.fromisoformat(cycle.started_on),
        due_on=_day(cycle.due_on),
        is_due_by_age=cycle.due_because == vehicle_pb2.DUE_BECAUSE_AGE,
        must_leave_on=_day(cycle.must_leave_on),
    )


def measured_from(message: Message) -> MeasuredHour | MeasuredCapacity:
    match message:
        case hubs_pb.HubThroughputMeasured():
            return _hour(message.throughput)
        case hubs_pb.CommissioningCapacityRevised():
            return _capacity(message)
    raise TypeError(f"{message.DESCRIPTOR.full_name} tells nothing that is kept of a hub")


def _hour(measured: hub_pb2.HourlyThroughput) -> MeasuredHour:
    return MeasuredHour(
        hub_id=HubId(UUID(measured.hub_id)),
        trust=OdsCode(measured.trust),
        hour=measured.hour.ToDatetime(tzinfo=UTC),
        revision=measured.revision,
        arrivals=measured.arrivals,
        jobs_completed=sum(row.jobs for row in measured.completions),
        bay_minutes_offered=measured.bay_minutes_offered,
        bay_minutes_used=measured.bay_minutes_used,
        staff_minutes_offered=measured.staff_minutes_offered,
        staff_minutes_used=measured.staff_minutes_used,
        queue_length=measured.queue_length,
        turnaround_p80_minutes=measured.turnaround_p80_minutes,
    )


def _capacity(message: hubs_pb.CommissioningCapacityRevised) -> MeasuredCapacity:
    return MeasuredCapacity(
        hub_id=HubId(UUID(message.hub_id)),
        trust=OdsCode(message.trust),
        vehicles_per_week=message.vehicles_per_week,
        jobs_measured=message.jobs_measured,
    )


def _vehicle(message: vehicle_pb2.Vehicle) -> KnownVehicle:
    standing = STANDING.get(message.state, Standing.IN_SERVICE)
    since = message.state_since.ToDatetime(tzinfo=UTC)
    return KnownVehicle(
        id=VehicleId(UUID(message.vehicle_id)),
        trust=OdsCode(message.trust),
        fleet_number=message.fleet_number,
        kind=kind_from(message.vehicle_type, message.technology),
        standing=standing,
        in_service_on=date.fromisoformat(message.in_service_on),
        odometer_miles=message.odometer_miles,
        off_road_since=since if standing is Standing.OFF_ROAD else None,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
