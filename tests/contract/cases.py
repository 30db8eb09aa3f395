"""Bad input as a table: what is sent, and the code, reason and message that come back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from makeready.capital.v1 import capital_service_pb2 as capital
from makeready.capital.v1 import envelope_pb2
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as fleet
from makeready.fleet.v1 import vehicle_pb2
from makeready.hubs.v1 import hub_pb2
from makeready.hubs.v1 import hubs_service_pb2 as hubs

SOME_ID: Final = str(UUID(int=1, version=4))
NHS_NUMBER: Final = "943 476 5919"
"""A number with a valid NHS check digit, from the ranges never issued to a patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One bad request: a valid one with one thing changed, and the refusal it must meet."""

    id: str
    service: str
    method: str
    change: Callable[[Message], object]
    code: str = "INVALID_ARGUMENT"
    reason: str = "FIELD_INVALID"
    message: str
    field: str = ""


def register(change: Callable[[fleet.RegisterVehicleRequest], object], **rest: str) -> Case:
    return Case(service="fleet", method="RegisterVehicle", change=change, **rest)  # type: ignore[arg-type]


def listing(change: Callable[[fleet.ListVehiclesRequest], object], **rest: str) -> Case:
    return Case(service="fleet", method="ListVehicles", change=change, **rest)  # type: ignore[arg-type]


def envelope(change: Callable[[capital.AllocateEnvelopeRequest], object], **rest: str) -> Case:
    return Case(service="capital", method="AllocateEnvelope", change=change, **rest)  # type: ignore[arg-type]


def a_vehicle_to_register() -> fleet.RegisterVehicleRequest:
    return fleet.RegisterVehicleRequest(
        request_id=SOME_ID,
        trust="RYA",
        fleet_number="4001",
        vrm="BX22ABC",
        vin="ZFA25000002A12345",
        vehicle_type=kind.VEHICLE_TYPE_DCA,
        technology=kind.TECHNOLOGY_DIESEL,
        home_hub_id=SOME_ID,
        in_service_on="2024-05-01",
        first_registered_on="2024-04-20",
        mot_expires_on="2099-04-19",
        opening_state=vehicle_pb2.VEHICLE_STATE_MADE_READY,
    )


def a_hub_to_register() -> hubs.RegisterHubRequest:
    return hubs.RegisterHubRequest(request_id=SOME_ID, trust="RYA", name="Oldbury", system="QUA")


def bays_to_set() -> hubs.SetBaysRequest:
    bay = hub_pb2.Bay(name="Bay 1", capabilities=[hub_pb2.BAY_CAPABILITY_MAKE_READY])
    return hubs.SetBaysRequest(request_id=SOME_ID, hub_id=SOME_ID, etag="v1", bays=[bay])


def an_envelope_to_allocate() -> capital.AllocateEnvelopeRequest:
    return capital.AllocateEnvelopeRequest(
        request_id=SOME_ID,
        holder="RYA",
        holder_name="West Midlands",
        holder_kind=envelope_pb2.HOLDER_KIND_PROVIDER,
        fund=envelope_pb2.FUND_OPERATIONAL,
        financial_year=2026,
        allocation_pence=1_500_000_000,
        certainty=envelope_pb2.CERTAINTY_FIRM,
        trusts=["RYA"],
        source="synthetic",
    )


VALID: Final[dict[tuple[str, str], Callable[[], Message]]] = {
    ("fleet", "RegisterVehicle"): a_vehicle_to_register,
    ("fleet", "GetVehicle"): lambda: fleet.GetVehicleRequest(vehicle_id=SOME_ID),
    ("fleet", "ListVehicles"): fleet.ListVehiclesRequest,
    ("fleet", "LookupVehicle"): lambda: fleet.LookupVehicleRequest(vrm="BX22ABC"),
    ("fleet", "TakeOffRoad"): lambda: fleet.TakeOffRoadRequest(
        request_id=SOME_ID, vehicle_id=SOME_ID, cause=vehicle_pb2.VOR_CAUSE_TYRE
    ),
    ("fleet", "RecordOdometer"): lambda: fleet.RecordOdometerRequest(
        request_id=SOME_ID,
        readings=[fleet.OdometerReading(vehicle_id=SOME_ID, odometer_miles=1000)],
    ),
    ("fleet", "MoveVehicle"): lambda: fleet.MoveVehicleRequest(
        request_id=SOME_ID, vehicle_id=SOME_ID, etag="v1", to_hub_id=SOME_ID
    ),
    ("fleet", "SetLifePolicy"): lambda: fleet.SetLifePolicyRequest(
        request_id=SOME_ID,
        trust="RYA",
        vehicle_type=kind.VEHICLE_TYPE_DCA,
        effective_from="2026-04-01",
        target_age_months=60,
    ),
    ("fleet", "WatchVehicles"): fleet.WatchVehiclesRequest,
    ("hubs", "RegisterHub"): a_hub_to_register,
    ("hubs", "SetBays"): bays_to_set,
    ("hubs", "SetRoster"): lambda: hubs.SetRosterRequest(
        request_id=SOME_ID, hub_id=SOME_ID, etag="v1", staff_by_hour=[2] * 24
    ),
    ("hubs", "SetCrewStarts"): lambda: hubs.SetCrewStartsRequest(
        request_id=SOME_ID, hub_id=SOME_ID, day="2026-10-14"
    ),
    ("hubs", "CompleteJob"): lambda: hubs.CompleteJobRequest(
        request_id=SOME_ID, job_id=SOME_ID, seal_number="S1", checks_passed=True
    ),
    ("hubs", "GetThroughput"): lambda: hubs.GetThroughputRequest(
        hub_id=SOME_ID,
        **{"from": Timestamp(seconds=1_760_000_000)},
        until=Timestamp(seconds=1_760_003_600),
    ),
    ("hubs", "ListJobs"): hubs.ListJobsRequest,
    ("capital", "AllocateEnvelope"): an_envelope_to_allocate,
    ("capital", "CreateScenario"): lambda: capital.CreateScenarioRequest(
        request_id=SOME_ID,
        holder="RYA",
        name="Five years",
        trusts=["RYA"],
        first_financial_year=2026,
        years=5,
    ),
    ("capital", "RequestPlan"): lambda: capital.RequestPlanRequest(
        request_id=SOME_ID, scenario_id=SOME_ID, seconds=5
    ),
    ("capital", "CancelPlan"): lambda: capital.CancelPlanRequest(
        request_id=SOME_ID, plan_id=SOME_ID
    ),
    ("capital", "ListPlans"): capital.ListPlansRequest,
    ("capital", "GetPlan"): lambda: capital.GetPlanRequest(plan_id=SOME_ID),
}


def put(field: str, value: object) -> Callable[[Message], None]:
    """Change a request by setting one field, the path given with dots."""

    def change(request: Message) -> None:
        *path, last = field.split(".")
        for name in path:
            request = getattr(request, name)
        if isinstance(value, list):
            request.ClearField(last)
            getattr(request, last).extend(value)
        elif isinstance(value, Message):
            getattr(request, last).CopyFrom(value)
        else:
            setattr(request, last, value)

    return change


def clear(field: str) -> Callable[[Message], None]:
    return lambda request: request.ClearField(field)


def several(*changes: Callable[[Message], object]) -> Callable[[Message], None]:
    def change(request: Message) -> None:
        for each in changes:
            each(request)

    return change


FIELD_CASES: Final[Sequence[Case]] = (
    # --- identity of the write
    register(clear("request_id"), id="B21", message="request_id is required", field="request_id"),
    register(
        put("request_id", "x" * 65),
        id="B24-long",
        message="request_id must be a UUID",
        field="request_id",
    ),
    register(
        put("request_id", "not-a-uuid"),
        id="B24",
        message="request_id must be a UUID",
        field="request_id",
    ),
    # --- required, one of, enums
    Case(
        id="B26",
        service="fleet",
        method="LookupVehicle",
        change=clear("vrm"),
        message="identifier: exactly one of vrm, vin, fleet_number is required",
        field="identifier",
    ),
    register(
        put("vehicle_type", 0),
        id="B27",
        message="vehicle_type: must be specified",
        field="vehicle_type",
    ),
    register(
        put("vehicle_type", 999),
        id="B28",
        message="vehicle_type: unknown value 999",
        field="vehicle_type",
    ),
    # --- numbers
    envelope(
        put("allocation_pence", -1),
        id="B31",
        message="allocation_pence: must be ≥ 0 and ≤ 10000000000000",
        field="allocation_pence",
    ),
    envelope(
        put("allocation_pence", 2**63 - 1),
        id="B33",
        message="allocation_pence: must be ≥ 0 and ≤ 10000000000000",
        field="allocation_pence",
    ),
    # --- text
    Case(
        id="B36",
        service="hubs",
        method="RegisterHub",
        change=put("name", "x" * 61),
        message="name: at most 60 characters",
        field="name",
    ),
    Case(
        id="B38",
        service="hubs",
        method="RegisterHub",
        change=put("name", "   "),
        message="name: must not be blank",
        field="name",
    ),
    Case(
        id="B39",
        service="hubs",
        method="RegisterHub",
        change=put("name", "Old\x00bury"),
        message="name: contains a control character",
        field="name",
    ),
    Case(
        id="B39-take-off-road",
        service="fleet",
        method="TakeOffRoad",
        change=put("note", "flat\x07tyre"),
        message="note: contains a control character",
        field="note",
    ),
    Case(
        id="patient-data",
        service="fleet",
        method="TakeOffRoad",
        change=put("note", f"belongs to {NHS_NUMBER}"),
        reason="PATIENT_DATA",
        message="note: seems to hold patient data (NHS number); leave it out",
        field="note",
    ),
    register(
        put("vrm", "BX22\u202eABC"),
        id="B40",
        message="vrm: unsupported character",
        field="vrm",
    ),
    register(
        put("vrm", "1234567"),
        id="B42",
        message="vrm: not a UK registration",
        field="vrm",
    ),
    register(
        put("vin", "ZFA25000002A1234O"),
        id="B42-vin",
        message="vin: 17 characters, without I, O and Q",
        field="vin",
    ),
    # --- dates and times
    Case(
        id="B47",
        service="fleet",
        method="TakeOffRoad",
        change=put("at", Timestamp(seconds=1_760_000_000, nanos=-1)),
        message="at: not a valid timestamp",
        field="at",
    ),
    Case(
        id="B48",
        service="hubs",
        method="GetThroughput",
        change=put("until", Timestamp(seconds=1_750_000_000)),
        message="until: must be later than from",
        field="until",
    ),
    Case(
        id="B49",
        service="fleet",
        method="TakeOffRoad",
        change=put("at", Timestamp(seconds=4_000_000_000)),
        message="at: must not be in the future",
        field="at",
    ),
    register(
        put("in_service_on", "2026-02-30"),
        id="B49-no-such-day",
        message="in_service_on: no such day in the calendar",
        field="in_service_on",
    ),
    # --- repeated fields
    register(
        put("capabilities", [1, 1]),
        id="B52",
        message="capabilities: [1] is a duplicate of [0]",
        field="capabilities",
    ),
    Case(
        id="B52-readings",
        service="fleet",
        method="RecordOdometer",
        change=lambda r: r.readings.add(vehicle_id=SOME_ID, odometer_miles=5),  # type: ignore[attr-defined]
        message="readings: one reading per vehicle",
    ),
    Case(
        id="B53",
        service="fleet",
        method="RecordOdometer",
        change=lambda r: [
            r.readings.add(vehicle_id=str(UUID(int=n, version=4)), odometer_miles=5)  # type: ignore[attr-defined]
            for n in range(2, 600)
        ],
        message="readings: at most 500 items",
        field="readings",
    ),
    Case(
        id="B25-readings",
        service="fleet",
        method="RecordOdometer",
        change=clear("readings"),
        message="readings: at least 1 item",
        field="readings",
    ),
    # --- etags and masks
    Case(
        id="B57",
        service="fleet",
        method="MoveVehicle",
        change=clear("etag"),
        message="etag is required",
        field="etag",
    ),
    # --- pages and streams
    listing(
        put("page_size", -1),
        id="B62-negative",
        message="page_size: must be ≥ 0 and ≤ 500",
        field="page_size",
    ),
    listing(
        put("page_size", 501),
        id="B62-large",
        message="page_size: must be ≥ 0 and ≤ 500",
        field="page_size",
    ),
    listing(
        put("page_token", "bm90IG91cnM"),
        id="B62-token",
        reason="PAGE_TOKEN_INVALID",
        message="page_token does not belong to this query",
        field="page_token",
    ),
    Case(
        id="resume-token",
        service="fleet",
        method="WatchVehicles",
        change=put("resume_token", "not ours"),
        reason="RESUME_TOKEN_INVALID",
        message="resume_token does not belong to this stream",
        field="resume_token",
    ),
    # --- references
    Case(
        id="B54",
        service="fleet",
        method="TakeOffRoad",
        change=lambda _: None,
        code="NOT_FOUND",
        reason="VEHICLE_NOT_FOUND",
        message="vehicle not found",
    ),
    Case(
        id="B54-hub",
        service="hubs",
        method="SetRoster",
        change=lambda _: None,
        code="NOT_FOUND",
        reason="HUB_NOT_FOUND",
        message="hub not found",
    ),
    Case(
        id="B54-plan",
        service="capital",
        method="CancelPlan",
        change=lambda _: None,
        code="NOT_FOUND",
        reason="PLAN_NOT_FOUND",
        message="plan not found",
    ),
    Case(
        id="B54-get-plan",
        service="capital",
        method="GetPlan",
        change=lambda _: None,
        code="NOT_FOUND",
        reason="PLAN_NOT_FOUND",
        message="plan not found",
    ),
    # --- rules across fields
    Case(
        id="life-policy",
        service="fleet",
        method="SetLifePolicy",
        change=put("maximum_age_months", 12),
        message="maximum_age_months: must not be below target_age_months",
    ),
    Case(
        id="lookup-needs-trust",
        service="fleet",
        method="LookupVehicle",
        change=put("fleet_number", "4001"),
        message="trust is required with fleet_number",
    ),
    Case(
        id="roster-hours",
        service="hubs",
        method="SetRoster",
        change=put("staff_by_hour", [1] * 23),
        message="staff_by_hour: at least 24 items",
        field="staff_by_hour",
    ),
    Case(
        id="bays-named-twice",
        service="hubs",
        method="SetBays",
        change=lambda r: r.bays.add(name="Bay 1", capabilities=[1]),  # type: ignore[attr-defined]
        message="bays: each name once",
    ),
    Case(
        id="seal-number",
        service="hubs",
        method="CompleteJob",
        change=put("seal_number", "seal no. 1"),
        message="seal_number: not in the form asked for",
        field="seal_number",
    ),
    # --- envelopes
    envelope(
        several(put("holder_kind", envelope_pb2.HOLDER_KIND_SYSTEM)),
        id="holder-of-year",
        code="FAILED_PRECONDITION",
        reason="ENVELOPE_HOLDER_NOT_OF_YEAR",
        message="operational capital of 2026/27 is held by providers",
    ),
    envelope(
        put("trusts", ["RYA", "RYA"]),
        id="B52-trusts",
        message="trusts: [1] is a duplicate of [0]",
        field="trusts",
    ),
    # --- optimiser
    Case(
        id="B101",
        service="capital",
        method="RequestPlan",
        change=put("seconds", 1801),
        message="seconds: must be ≤ 1800",
        field="seconds",
    ),
    Case(
        id="B101-stall",
        service="capital",
        method="RequestPlan",
        change=put("stall_seconds", 1801),
        message="stall_seconds: must be ≤ 1800",
        field="stall_seconds",
    ),
    Case(
        id="B110",
        service="capital",
        method="RequestPlan",
        change=lambda _: None,
        code="NOT_FOUND",
        reason="SCENARIO_NOT_FOUND",
        message="scenario not found",
    ),
    Case(
        id="B99-empty-horizon",
        service="capital",
        method="CreateScenario",
        change=put("years", 0),
        message="years: must be ≥ 1 and ≤ 20",
        field="years",
    ),
    Case(
        id="B99-no-vehicles",
        service="capital",
        method="CreateScenario",
        change=lambda _: None,
        code="FAILED_PRECONDITION",
        reason="NOTHING_TO_PLAN",
        message="nothing to plan: no vehicle of RYA is known",
    ),
)
