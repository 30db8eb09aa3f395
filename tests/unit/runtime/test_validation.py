"""Every rule of a .proto, in our words."""

from typing import cast

import pytest
from buf.validate import validate_pb2
from google.protobuf import text_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from makeready.common.v1.vehicle_kind_pb2 import Technology, VehicleType
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1.vehicle_pb2 import VorCause
from protovalidate import Validator

from services.kernel.errors import Malformed
from services.runtime.rpc.validation import Decoder

VALIDATOR = Validator()
ID = "12345678-1234-4234-8234-123456789abc"


def a_decoder(message: type[Message]) -> Decoder:
    return Decoder(cast(Descriptor, message.DESCRIPTOR), VALIDATOR)


def refused(request: Message) -> list[str]:
    with pytest.raises(Malformed) as refusal:
        a_decoder(type(request)).decode(request.SerializeToString())
    return [str(violation) for violation in refusal.value.violations]


def a_registration(**changed: object) -> pb.RegisterVehicleRequest:
    request = pb.RegisterVehicleRequest(
        request_id=ID,
        trust="RYA",
        fleet_number="4001",
        vrm="BX71ABC",
        vin="ZFA25000001234567",
        vehicle_type=VehicleType.VEHICLE_TYPE_DCA,
        technology=Technology.TECHNOLOGY_DIESEL,
        home_hub_id=ID,
        in_service_on="2026-04-01",
        first_registered_on="2026-03-20",
    )
    request.MergeFrom(pb.RegisterVehicleRequest(**changed))  # type: ignore[arg-type]  # fields by name
    return request


def test_a_valid_request_is_decoded() -> None:
    decoder = a_decoder(pb.RegisterVehicleRequest)

    assert decoder.decode(a_registration().SerializeToString()) == a_registration()


def test_an_empty_message_names_every_required_field() -> None:
    assert refused(pb.RegisterVehicleRequest()) == [
        "request_id is required",
        "trust is required",
        "fleet_number is required",
        "vrm is required",
        "vin is required",
        "vehicle_type: must be specified",
        "technology: must be specified",
        "home_hub_id is required",
        "in_service_on is required",
        "first_registered_on is required",
    ]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"request_id": "x" * 65}, "request_id must be a UUID"),
        ({"vehicle_type": 999}, "vehicle_type: unknown value 999"),
        ({"opening_state": 3}, "opening_state: value 3 is not allowed"),
        ({"trust": "West"}, "trust: not an ODS organisation code"),
        ({"in_service_on": "1/4/2026"}, "in_service_on: use YYYY-MM-DD"),
        ({"mot_expires_on": "soon"}, "mot_expires_on: use YYYY-MM-DD"),
        ({"odometer_miles": 2_000_001}, "odometer_miles: must be ≤ 2000000"),
        ({"vrm": "x" * 11}, "vrm: at most 10 characters"),
        ({"capabilities": [2, 1, 2]}, "capabilities: [2] is a duplicate of [0]"),
        ({"capabilities": [1, 0]}, "capabilities[1]: must be specified"),
        ({"capabilities": [99]}, "capabilities[0]: unknown value 99"),
    ],
)
def test_a_broken_rule_reads_as_in_the_catalogue(changed: dict[str, object], sentence: str) -> None:
    assert refused(a_registration(**changed)) == [sentence]


def test_characters_and_bytes_have_limits_of_their_own() -> None:
    assert refused(a_registration(base_vehicle="😀" * 61)) == [
        "base_vehicle: at most 60 characters",
        "base_vehicle: at most 240 bytes",
    ]


def test_items_are_counted_in_the_singular_and_the_plural() -> None:
    assert "capabilities: at most 10 items" in refused(a_registration(capabilities=[1] * 11))
    assert "readings: at least 1 item" in refused(pb.RecordOdometerRequest(request_id=ID))


def test_a_rule_of_the_whole_message_names_its_field() -> None:
    request = pb.TakeOffRoadRequest(request_id=ID, vehicle_id=ID, cause=VorCause.VOR_CAUSE_OTHER)

    assert "note is required with cause OTHER" in refused(request)


def test_a_choice_left_open_names_its_branches() -> None:
    request = pb.BeginDisposalRequest(request_id=ID, vehicle_id=ID, etag="v1")

    assert refused(request) == [
        "succession: exactly one of replacement_vehicle_id, establishment_change is required"
    ]


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b"\x0a\x05abc", b"\x0a\x01\xff"])
def test_what_is_no_message_is_refused_by_its_type(body: bytes) -> None:
    decoder = a_decoder(pb.GetVehicleRequest)

    with pytest.raises(
        Malformed, match=r"^request body is not a valid GetVehicleRequest message$"
    ) as refusal:
        decoder.decode(body)

    assert refusal.value.reason == "BODY_MALFORMED"


def a_message_of_doubles() -> type[Message]:
    """Return a message type with the rules for floats, which no request of ours has yet."""
    file = FileDescriptorProto(
        name="doubles.proto",
        package="makeready.test.v1",
        syntax="proto3",
        dependency=["buf/validate/validate.proto"],
    )
    message = file.message_type.add(name="Doubles")
    rules = ("finite: true, gte: 0", "finite: true", "gte: 0, lte: 10", "gt: 0, lt: 10")
    for number, rule in enumerate(rules, 1):
        field = message.field.add(name="abcd"[number - 1], number=number, type=1, label=1)
        extension = field.options.Extensions[validate_pb2.field]
        text_format.Parse(f"double: {{ {rule} }}", extension)
    pool = Default()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName("makeready.test.v1.Doubles"))


def test_numbers_are_finite_and_within_bounds() -> None:
    doubles = a_message_of_doubles()

    assert refused(doubles(a=float("nan"), b=float("-inf"), c=float("inf"), d=11)) == [
        "a: must be a finite number",
        "b: must be a finite number",
        "c: must be a finite number",
        "d: must be > 0 and < 10",
    ]
    assert refused(doubles(a=-1, c=11, d=1)) == ["a: must be ≥ 0", "c: must be ≥ 0 and ≤ 10"]
