"""Enums on the wire, and the values they stand for. The names agree but for the prefix."""

from datetime import datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_pb2 as fleet

from services.fleet.domain.cycles import CycleState, DueBecause
from services.fleet.domain.kinds import (
    Capability,
    DefectSeverity,
    DisposalRoute,
    Ownership,
    VorCause,
)
from services.fleet.domain.odometer import Outcome
from services.fleet.domain.states import VehicleState
from services.kernel.vehicle import Technology, VehicleType

STATE: Final = {state: fleet.VehicleState.Value(f"VEHICLE_STATE_{state}") for state in VehicleState}
STATE_OF: Final = {code: state for state, code in STATE.items()}
VEHICLE_TYPE: Final = {
    vehicle_type: kind.VehicleType.Value(f"VEHICLE_TYPE_{vehicle_type}")
    for vehicle_type in VehicleType
}
VEHICLE_TYPE_OF: Final = {code: vehicle_type for vehicle_type, code in VEHICLE_TYPE.items()}
TECHNOLOGY: Final = {
    technology: kind.Technology.Value(f"TECHNOLOGY_{technology}") for technology in Technology
}
TECHNOLOGY_OF: Final = {code: technology for technology, code in TECHNOLOGY.items()}
CAPABILITY: Final = {
    capability: kind.Capability.Value(f"CAPABILITY_{capability}") for capability in Capability
}
CAPABILITY_OF: Final = {code: capability for capability, code in CAPABILITY.items()}
VOR_CAUSE: Final = {cause: fleet.VorCause.Value(f"VOR_CAUSE_{cause}") for cause in VorCause}
VOR_CAUSE_OF: Final = {code: cause for cause, code in VOR_CAUSE.items()}
OWNERSHIP: Final = {
    ownership: fleet.Ownership.Value(f"OWNERSHIP_{ownership}") for ownership in Ownership
}
OWNERSHIP_OF: Final = {code: ownership for ownership, code in OWNERSHIP.items()}
SEVERITY_OF: Final = {
    pb.DefectSeverity.Value(f"DEFECT_SEVERITY_{severity}"): severity for severity in DefectSeverity
}
ROUTE_OF: Final = {
    pb.DisposalRoute.Value(f"DISPOSAL_ROUTE_{route}"): route for route in DisposalRoute
}
OUTCOME: Final = {
    outcome: pb.OdometerOutcome.Value(f"ODOMETER_OUTCOME_{outcome}") for outcome in Outcome
}
CYCLE_STATE: Final = {
    state: fleet.ReplacementCycleState.Value(f"REPLACEMENT_CYCLE_STATE_{state}")
    for state in CycleState
}
CYCLE_STATE_OF: Final = {code: state for state, code in CYCLE_STATE.items()}
DUE_BECAUSE: Final = {
    because: fleet.DueBecause.Value(f"DUE_BECAUSE_{because}") for because in DueBecause
}


def timestamp(instant: datetime) -> Timestamp:
    # A float holds the second exactly, and not its fraction.
    return Timestamp(seconds=int(instant.timestamp() // 1), nanos=instant.microsecond * 1000)


def optional_timestamp(instant: datetime | None) -> Timestamp | None:
    return None if instant is None else timestamp(instant)
