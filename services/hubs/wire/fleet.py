"""Fleet's events → what they tell a hub of a vehicle."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, cast

from google.protobuf.message import Message
from makeready.common.v1 import vehicle_kind_pb2 as kind_pb
from makeready.fleet.v1 import vehicle_events_pb2 as events_pb
from makeready.fleet.v1 import vehicle_pb2 as fleet_pb

from services.hubs.domain.vehicle import Ability, Findings, Sighting, VehicleState, Whereabouts
from services.hubs.wire.words import CAPABILITY_OF, VEHICLE_STATE_OF, VEHICLE_TYPE_OF, instant
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.runtime.events import Event
from services.runtime.parse import parse_uuid
from services.runtime.subscription import types_of


def sighting(event: Event) -> Sighting:
    """Return what an event of one of TYPES tells."""
    return READERS[type(event.message)](event)


def _registered(event: Event) -> Sighting:
    vehicle = cast(events_pb.VehicleRegistered, event.message).vehicle
    return Sighting(
        event_id=event.id,
        vehicle_id=_vehicle(vehicle.vehicle_id),
        org=OdsCode(vehicle.trust),
        at=instant(vehicle.state_since),
        state=VEHICLE_STATE_OF[vehicle.state],
        whereabouts=_whereabouts(vehicle.home_hub_id, vehicle.at_hub_id),
        ability=_ability(vehicle.vehicle_type, vehicle.capabilities),
        fleet_number=vehicle.fleet_number,
    )


def _status_changed(event: Event) -> Sighting:
    changed = cast(events_pb.VehicleStatusChanged, event.message)
    return Sighting(
        event_id=event.id,
        vehicle_id=_vehicle(changed.vehicle_id),
        org=OdsCode(changed.trust),
        at=instant(changed.occurred_at),
        state=VEHICLE_STATE_OF[changed.to],
        # `from` is a word of Python's, so the field has no name that could be written here.
        came_from=VEHICLE_STATE_OF.get(getattr(changed, "from")),
        whereabouts=_whereabouts(changed.home_hub_id, changed.at_hub_id),
        ability=_ability(changed.vehicle_type, changed.capabilities),
        findings=_findings(changed.findings) if changed.HasField("findings") else None,
    )


def _moved(event: Event) -> Sighting:
    """A move leaves the state as it was: it comes from where it stands."""
    moved = cast(events_pb.VehicleMoved, event.message)
    state = VEHICLE_STATE_OF[moved.state]
    return Sighting(
        event_id=event.id,
        vehicle_id=_vehicle(moved.vehicle_id),
        org=OdsCode(moved.trust),
        at=instant(moved.occurred_at),
        state=state,
        came_from=state,
        whereabouts=_whereabouts(moved.to_hub_id, moved.at_hub_id),
    )


def _taken_off_road(event: Event) -> Sighting:
    taken = cast(events_pb.VehicleTakenOffRoad, event.message)
    return Sighting(
        event_id=event.id,
        vehicle_id=_vehicle(taken.vehicle_id),
        org=OdsCode(taken.trust),
        at=instant(taken.episode.started_at),
        state=VehicleState.OFF_ROAD,
    )


def _disposed(event: Event) -> Sighting:
    disposed = cast(events_pb.VehicleDisposed, event.message)
    return Sighting(
        event_id=event.id,
        vehicle_id=_vehicle(disposed.vehicle_id),
        org=OdsCode(disposed.trust),
        at=event.occurred_at,
        state=VehicleState.DISPOSED,
    )


READERS: Final[Mapping[type[Message], Callable[[Event], Sighting]]] = MappingProxyType(
    {
        events_pb.VehicleRegistered: _registered,
        events_pb.VehicleStatusChanged: _status_changed,
        events_pb.VehicleMoved: _moved,
        events_pb.VehicleTakenOffRoad: _taken_off_road,
        events_pb.VehicleDisposed: _disposed,
    }
)
# Odometer readings change nothing at a hub. That a vehicle is back on the road is told twice, and
# VehicleStatusChanged says where.
TYPES: Final = types_of(*READERS)


def _vehicle(text: str) -> VehicleId:
    return VehicleId(parse_uuid("vehicle_id", text))


def _whereabouts(home: str, at: str) -> Whereabouts:
    return Whereabouts(
        home_hub=HubId(parse_uuid("home_hub_id", home)),
        at_hub=HubId(parse_uuid("at_hub_id", at)) if at else None,
    )


def _ability(
    vehicle_type: kind_pb.VehicleType.ValueType,
    capabilities: Iterable[kind_pb.Capability.ValueType],
) -> Ability:
    return Ability(
        vehicle_type=VEHICLE_TYPE_OF[vehicle_type],
        capabilities=frozenset(CAPABILITY_OF[one] for one in capabilities),
    )


def _findings(found: fleet_pb.ReturnFindings) -> Findings:
    return Findings(
        fuel_or_charge_percent=found.fuel_or_charge_percent,
        is_contaminated=found.contaminated,
        has_broken_seals=bool(found.broken_seals),
    )
