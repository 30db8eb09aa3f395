"""Requests, parsed: untrusted fields in; commands and filters out, or a refusal."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Protocol
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.fleet.domain.cycles import CycleState
from services.fleet.domain.kinds import Capability, LifePolicyId, Ownership, VorCause
from services.fleet.domain.life import Disposal, NewVehicle
from services.fleet.domain.odometer import Reading
from services.fleet.domain.policy import LifePolicy, LifeSpan
from services.fleet.domain.states import VehicleState
from services.fleet.domain.vor import Defect, Fault, Findings
from services.fleet.handlers.disposal import Reason
from services.fleet.handlers.keeping import Target
from services.fleet.handlers.service import Return
from services.fleet.repository.cycles import CycleFilter
from services.fleet.repository.reading import Filter, Name
from services.fleet.wire.kinds import (
    CAPABILITY_OF,
    CYCLE_STATE_OF,
    OWNERSHIP_OF,
    ROUTE_OF,
    SEVERITY_OF,
    STATE_OF,
    TECHNOLOGY_OF,
    VEHICLE_TYPE_OF,
    VOR_CAUSE_OF,
)
from services.kernel.errors import Malformed
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.kernel.money import Pence
from services.kernel.vehicle import VehicleType
from services.runtime.paging import Page
from services.runtime.parse import (
    parse_date,
    parse_identifier,
    parse_instant,
    parse_note,
    parse_ods_code,
    parse_optional_date,
    parse_optional_uuid,
    parse_text,
    parse_timestamp,
    parse_uuid,
    parse_vin,
    parse_vrm,
)
from services.runtime.scope import Scope

NOTE_CHARACTERS: Final = 500
SEAL_CHARACTERS: Final = 20
BASE_VEHICLE_CHARACTERS: Final = 60
DECISION_CHARACTERS: Final = 60


class Act(Protocol):
    """A request that changes one vehicle."""

    vehicle_id: str
    etag: str

    @property
    def at(self) -> Timestamp: ...


def target_of(request: Act, now: datetime) -> Target:
    return Target(
        vehicle_id=VehicleId(parse_uuid("vehicle_id", request.vehicle_id)),
        etag=request.etag,
        at=instant_of("at", request.at, now),
    )


def instant_of(field: str, given: Timestamp, now: datetime) -> datetime | None:
    """Return when something happened, or None when it is not said: that is now."""
    if not given.seconds and not given.nanos:
        return None
    return parse_instant(field, given, now)


def hub_of(field: str, text: str) -> HubId | None:
    hub_id = parse_optional_uuid(field, text)
    return None if hub_id is None else HubId(hub_id)


def readable(scope: Scope, trust: str) -> list[OdsCode]:
    """Return the one trust asked for, if the caller may read it, or every one there is for him."""
    if not trust:
        return sorted(scope.orgs | scope.read_orgs)
    org = parse_ods_code("trust", trust)
    scope.require_read_org(org)
    return [org]


def new_vehicle(request: pb.RegisterVehicleRequest) -> NewVehicle:
    opening_state = STATE_OF.get(request.opening_state, VehicleState.COMMISSIONING)
    return NewVehicle(
        org=parse_ods_code("trust", request.trust),
        fleet_number=parse_identifier("fleet_number", request.fleet_number),
        vrm=parse_vrm("vrm", request.vrm),
        vin=parse_vin("vin", request.vin),
        vehicle_type=VEHICLE_TYPE_OF[request.vehicle_type],
        technology=TECHNOLOGY_OF[request.technology],
        capabilities=_capabilities(request.capabilities),
        ownership=OWNERSHIP_OF.get(request.ownership, Ownership.OWNED),
        base_vehicle=_base_vehicle(request.base_vehicle),
        first_registered_on=parse_date("first_registered_on", request.first_registered_on),
        in_service_on=parse_date("in_service_on", request.in_service_on),
        home_hub_id=HubId(parse_uuid("home_hub_id", request.home_hub_id)),
        mot_expires_on=parse_optional_date("mot_expires_on", request.mot_expires_on),
        lifting_expires_on=parse_optional_date("lifting_expires_on", request.lifting_expires_on),
        tax_expires_on=parse_optional_date("tax_expires_on", request.tax_expires_on),
        odometer_miles=request.odometer_miles,
        opening_state=opening_state,
    )


def name_of(request: pb.LookupVehicleRequest, scope: Scope, now: datetime) -> Name:
    as_of = parse_instant("as_of", request.as_of, now)
    match request.WhichOneof("identifier"):
        case "vrm":
            return Name(vrm=parse_vrm("vrm", request.vrm), as_of=as_of)
        case "vin":
            return Name(vin=parse_vin("vin", request.vin), as_of=as_of)
        case _:
            (org,) = readable(scope, request.trust)
            number = parse_identifier("fleet_number", request.fleet_number)
            return Name(fleet_number=number, org=org, as_of=as_of)


def vehicles_wanted(request: pb.ListVehiclesRequest, scope: Scope, page: Page) -> Filter:
    every_state = [state for state in VehicleState if state is not VehicleState.DISPOSED]
    org, fleet_number = page.after or ("", "")
    return Filter(
        orgs=readable(scope, request.trust),
        home_hub_id=hub_of("home_hub_id", request.home_hub_id),
        states=[STATE_OF[state] for state in request.states] or every_state,
        vehicle_types=_vehicle_types(request.vehicle_types),
        after=(str(org), str(fleet_number)),
        limit=page.limit,
    )


def needs_of(request: pb.DeployVehicleRequest) -> frozenset[Capability]:
    return _capabilities(request.required_capabilities)


def return_of(request: pb.ReturnVehicleRequest) -> Return:
    return Return(
        hub_id=hub_of("at_hub_id", request.at_hub_id),
        # No vehicle comes back with nought on its clock: it was not read.
        odometer_miles=request.odometer_miles or None,
        findings=_findings(request) if request.HasField("findings") else Findings(),
        defects=tuple(
            Defect(
                cause=VOR_CAUSE_OF[defect.cause],
                severity=SEVERITY_OF[defect.severity],
                note=parse_note(f"defects[{index}].note", defect.note, NOTE_CHARACTERS),
            )
            for index, defect in enumerate(request.defects)
        ),
    )


def fault_of(request: pb.TakeOffRoadRequest) -> Fault:
    cause = VOR_CAUSE_OF[request.cause]
    note = parse_note("note", request.note, NOTE_CHARACTERS)
    if cause is VorCause.OTHER and not note:
        raise Malformed("note", "is required with cause OTHER")
    expected_back_at = None
    if request.HasField("expected_back_at"):
        expected_back_at = parse_timestamp("expected_back_at", request.expected_back_at)
    return Fault(cause=cause, note=note, expected_back_at=expected_back_at)


def readings_of(
    request: pb.RecordOdometerRequest, now: datetime
) -> list[tuple[VehicleId, Reading]]:
    """Return the readings in their order, one for a vehicle."""
    first: dict[VehicleId, int] = {}
    readings: list[tuple[VehicleId, Reading]] = []
    for index, given in enumerate(request.readings):
        path = f"readings[{index}]"
        vehicle_id = VehicleId(parse_uuid(f"{path}.vehicle_id", given.vehicle_id))
        if first.setdefault(vehicle_id, index) != index:
            raise Malformed(f"{path}.vehicle_id", f"duplicate of [{first[vehicle_id]}]")
        reading = Reading(
            shown_miles=given.odometer_miles,
            read_at=min(parse_instant(f"{path}.read_at", given.read_at, now), now),
            is_replacement=given.odometer_replaced,
        )
        readings.append((vehicle_id, reading))
    return readings


def policy_of(policy_id: LifePolicyId, request: pb.SetLifePolicyRequest) -> LifePolicy:
    return LifePolicy(
        id=policy_id,
        org=parse_ods_code("trust", request.trust),
        vehicle_type=VEHICLE_TYPE_OF[request.vehicle_type],
        effective_from=parse_date("effective_from", request.effective_from),
        span=LifeSpan(
            target_age_months=request.target_age_months,
            maximum_age_months=request.maximum_age_months or None,
            target_miles=request.target_miles or None,
            planning_window_months=request.planning_window_months,
        ),
    )


def cycles_wanted(
    request: pb.ListReplacementCyclesRequest, scope: Scope, page: Page
) -> CycleFilter:
    every_state = [state for state in CycleState if state is not CycleState.CLOSED]
    return CycleFilter(
        orgs=readable(scope, request.trust),
        vehicle_types=_vehicle_types(request.vehicle_types),
        states=[CYCLE_STATE_OF[state] for state in request.states] or every_state,
        due_by=parse_optional_date("due_by", request.due_by) or date.max,
        after=_due_day_and_vehicle(page),
        limit=page.limit,
    )


def reason_of(request: pb.BeginDisposalRequest) -> Reason:
    if request.WhichOneof("succession") == "replacement_vehicle_id":
        replacement_id = parse_uuid("replacement_vehicle_id", request.replacement_vehicle_id)
        return Reason(replacement_id=VehicleId(replacement_id), establishment_change="")
    decision = parse_text("establishment_change", request.establishment_change, DECISION_CHARACTERS)
    return Reason(replacement_id=None, establishment_change=decision)


def disposal_of(request: pb.DisposeVehicleRequest) -> Disposal:
    return Disposal(route=ROUTE_OF[request.route], proceeds_pence=Pence(request.proceeds_pence))


def _due_day_and_vehicle(page: Page) -> tuple[date, UUID] | None:
    match page.after:
        case (date() as due_on, UUID() as vehicle_id):
            return due_on, vehicle_id
        case _:
            return None


def _findings(request: pb.ReturnVehicleRequest) -> Findings:
    found = request.findings
    return Findings(
        fuel_or_charge_percent=found.fuel_or_charge_percent,
        is_contaminated=found.contaminated,
        broken_seals=tuple(
            parse_identifier(f"findings.broken_seals[{index}]", seal, SEAL_CHARACTERS)
            for index, seal in enumerate(found.broken_seals)
        ),
    )


def _base_vehicle(text: str) -> str:
    return parse_text("base_vehicle", text, BASE_VEHICLE_CHARACTERS) if text else ""


def _capabilities(codes: Sequence[kind.Capability.ValueType]) -> frozenset[Capability]:
    return frozenset(CAPABILITY_OF[code] for code in codes)


def _vehicle_types(codes: Sequence[kind.VehicleType.ValueType]) -> list[VehicleType]:
    return [VEHICLE_TYPE_OF[code] for code in codes] or list(VehicleType)
