"""The closed lists of words that the domain and the proto share, and instants."""

from datetime import UTC, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from makeready.common.v1 import vehicle_kind_pb2 as kind_pb
from makeready.fleet.v1 import vehicle_pb2 as fleet_pb
from makeready.hubs.v1 import hub_pb2 as pb

from services.hubs.domain.states import JobState, PriorityReason, StopReason
from services.hubs.domain.vehicle import Capability, VehicleState
from services.hubs.domain.work import BayCapability, JobKind
from services.kernel.vehicle import VehicleType

VEHICLE_TYPE: Final = {
    kind: kind_pb.VehicleType.Value(f"VEHICLE_TYPE_{kind}") for kind in VehicleType
}
CAPABILITY: Final = {one: kind_pb.Capability.Value(f"CAPABILITY_{one}") for one in Capability}
BAY_CAPABILITY: Final = {
    one: pb.BayCapability.Value(f"BAY_CAPABILITY_{one}") for one in BayCapability
}
JOB_KIND: Final = {kind: pb.JobKind.Value(f"JOB_KIND_{kind}") for kind in JobKind}
JOB_STATE: Final = {state: pb.JobState.Value(f"JOB_STATE_{state}") for state in JobState}
STOP_REASON: Final[dict[StopReason | None, pb.StopReason.ValueType]] = {
    None: pb.STOP_REASON_UNSPECIFIED,
    **{reason: pb.StopReason.Value(f"STOP_REASON_{reason}") for reason in StopReason},
}
PRIORITY_REASON: Final[dict[PriorityReason | None, pb.PriorityReason.ValueType]] = {
    None: pb.PRIORITY_REASON_UNSPECIFIED,
    **{reason: pb.PriorityReason.Value(f"PRIORITY_REASON_{reason}") for reason in PriorityReason},
}

VEHICLE_TYPE_OF: Final = {number: kind for kind, number in VEHICLE_TYPE.items()}
CAPABILITY_OF: Final = {number: one for one, number in CAPABILITY.items()}
BAY_CAPABILITY_OF: Final = {number: one for one, number in BAY_CAPABILITY.items()}
JOB_STATE_OF: Final = {number: state for state, number in JOB_STATE.items()}
STOP_REASON_OF: Final = {number: reason for reason, number in STOP_REASON.items() if reason}
VEHICLE_STATE_OF: Final = {
    fleet_pb.VehicleState.Value(f"VEHICLE_STATE_{state}"): state for state in VehicleState
}


def stamp(instant: datetime | None) -> Timestamp | None:
    """Return an aware instant as a Timestamp, and nothing as nothing."""
    if instant is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def instant(timestamp: Timestamp) -> datetime:
    """Return a Timestamp of an event, which another service has checked, as an aware instant."""
    return timestamp.ToDatetime(tzinfo=UTC)
