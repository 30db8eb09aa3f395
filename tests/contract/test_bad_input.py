"""Bad input meets the code, the reason and the words it was promised."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from makeready.fleet.v1 import fleet_service_pb2 as fleet
from makeready.hubs.v1 import hubs_service_pb2 as hubs

from tests.contract.cases import (
    FIELD_CASES,
    SOME_ID,
    VALID,
    Case,
    a_hub_to_register,
    a_vehicle_to_register,
    an_envelope_to_allocate,
)
from tests.contract.stage import Answer, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

GET = ("fleet", "GetVehicle")


def a_read() -> Message:
    return fleet.GetVehicleRequest(vehicle_id=SOME_ID)


@pytest.mark.parametrize("case", FIELD_CASES, ids=lambda case: case.id)
async def test_a_broken_field_is_named_with_the_rule_it_breaks(stage: Stage, case: Case) -> None:
    request = VALID[case.service, case.method]()
    case.change(request)

    answer = await stage.call(case.service, case.method, request, token=stage.token())

    assert (answer.code, answer.reason, answer.message) == (case.code, case.reason, case.message)
    if case.field:
        assert case.field in answer.fields


async def test_b01_bytes_that_are_no_message_are_refused(stage: Stage) -> None:
    body = a_vehicle_to_register().SerializeToString()

    for broken in (body[:-1], b"\xff\xff\xff\xff", bytes(range(256))):
        answer = await stage.call("fleet", "RegisterVehicle", broken, token=stage.token())

        assert answer.code == "INVALID_ARGUMENT"
        assert answer.reason == "BODY_MALFORMED"
        assert answer.message == "request body is not a valid RegisterVehicleRequest message"


async def test_b02_text_that_is_not_utf_8_is_refused(stage: Stage) -> None:
    body = a_vehicle_to_register().SerializeToString().replace(b"4001", b"4\xff\xfe1")

    answer = await stage.call("fleet", "RegisterVehicle", body, token=stage.token())

    assert (answer.code, answer.reason) == ("INVALID_ARGUMENT", "BODY_MALFORMED")


async def test_b03_a_body_over_one_mebibyte_is_refused(stage: Stage) -> None:
    answer = await stage.call(
        *GET, b"\x0a" + b"\x80\x80\x60" + b"x" * 1_600_000, token=stage.token()
    )

    assert answer.code == "RESOURCE_EXHAUSTED"


async def test_b04_metadata_over_sixteen_kibibytes_is_refused(stage: Stage) -> None:
    metadata = (("authorization", f"Bearer {stage.token()}"), ("x-much", "x" * 20_000))

    answer = await stage.call(*GET, a_read(), metadata=metadata)

    assert answer.code == "RESOURCE_EXHAUSTED"


async def test_b05_an_unknown_method_is_unimplemented(stage: Stage) -> None:
    answer = await stage.unknown("fleet", "/makeready.fleet.v1.FleetService/Scrap", stage.token())

    assert answer.code == "UNIMPLEMENTED"


def _bearer(text: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", text),)


TOKENS: list[tuple[str, Callable[[Stage], tuple[tuple[str, str], ...]], str, str]] = [
    ("B06", lambda _: (), "TOKEN_MISSING", "missing access token"),
    ("B07", lambda _: _bearer("Basic dXNlcg=="), "TOKEN_MALFORMED", "malformed access token"),
    ("B07-two-parts", lambda _: _bearer("Bearer a.b"), "TOKEN_MALFORMED", "malformed access token"),
    ("B07-empty", lambda _: _bearer(""), "TOKEN_MALFORMED", "malformed access token"),
    (
        "B08-none",
        lambda s: _bearer(f"Bearer {_unsigned(s)}"),
        "TOKEN_REJECTED",
        "access token rejected: algorithm",
    ),
    (
        "B08-hs256",
        lambda s: _bearer(f"Bearer {_symmetric(s)}"),
        "TOKEN_REJECTED",
        "access token rejected: algorithm",
    ),
    (
        "B09-unknown-key",
        lambda _: _bearer(f"Bearer {_foreign()}"),
        "TOKEN_REJECTED",
        "access token rejected: signature",
    ),
    (
        "B09-bad-signature",
        lambda s: _bearer(f"Bearer {_tampered(s)}"),
        "TOKEN_REJECTED",
        "access token rejected: signature",
    ),
    (
        "B10-expired",
        lambda s: _bearer(
            f"Bearer {s.signed(exp=1_600_000_000, nbf=1_500_000_000, iat=1_500_000_000)}"
        ),
        "TOKEN_REJECTED",
        "access token rejected: expired",
    ),
    (
        "B10-not-yet",
        lambda s: _bearer(f"Bearer {s.signed(nbf=4_000_000_000, exp=4_100_000_000)}"),
        "TOKEN_REJECTED",
        "access token rejected: not yet valid",
    ),
    (
        "B11-audience",
        lambda s: _bearer(f"Bearer {s.signed(aud='somebody else')}"),
        "TOKEN_REJECTED",
        "access token rejected: audience",
    ),
    (
        "B11-issuer",
        lambda s: _bearer(f"Bearer {s.signed(iss='https://elsewhere')}"),
        "TOKEN_REJECTED",
        "access token rejected: issuer",
    ),
    (
        "B12",
        lambda s: _bearer(f"Bearer {s.token()}") * 2,
        "TOKEN_DUPLICATE",
        "more than one access token",
    ),
]


@pytest.mark.parametrize(
    ("metadata", "reason", "message"), [row[1:] for row in TOKENS], ids=[row[0] for row in TOKENS]
)
async def test_a_caller_without_a_good_token_is_not_let_in(
    stage: Stage,
    metadata: Callable[[Stage], tuple[tuple[str, str], ...]],
    reason: str,
    message: str,
) -> None:
    answer = await stage.call(*GET, a_read(), metadata=metadata(stage))

    assert (answer.code, answer.reason, answer.message) == ("UNAUTHENTICATED", reason, message)


async def test_b13_a_role_that_lacks_the_permission_is_told_so(stage: Stage) -> None:
    token = stage.token(roles=["hub.operator"])

    answer = await stage.call("fleet", "RegisterVehicle", a_vehicle_to_register(), token=token)

    assert (answer.code, answer.reason) == ("PERMISSION_DENIED", "ROLE_FORBIDDEN")
    assert answer.message == "role may not call RegisterVehicle"


async def test_b14_what_belongs_to_another_trust_does_not_exist(stage: Stage) -> None:
    vehicle_id = await _a_registered_vehicle(stage)

    own = await stage.call(
        *GET, fleet.GetVehicleRequest(vehicle_id=vehicle_id), token=stage.token()
    )
    foreign = await stage.call(
        *GET, fleet.GetVehicleRequest(vehicle_id=vehicle_id), token=stage.token(orgs=["RYD"])
    )

    assert own.code == "OK"
    assert (foreign.code, foreign.reason) == ("NOT_FOUND", "VEHICLE_NOT_FOUND")
    assert foreign.message == "vehicle not found"


async def test_b15_a_system_planner_only_reads(stage: Stage) -> None:
    token = stage.token(roles=["system.planner"], orgs=["QUA"], read_orgs=["RYA"])

    answer = await stage.call("capital", "AllocateEnvelope", an_envelope_to_allocate(), token=token)

    assert (answer.code, answer.reason) == ("PERMISSION_DENIED", "PLANNER_READ_ONLY")
    assert answer.message == "planners have read-only access"


async def test_b16_a_system_planner_cannot_ask_about_a_trust_outside_the_system(
    stage: Stage,
) -> None:
    token = stage.token(roles=["system.planner"], orgs=["QUA"], read_orgs=["RYA"])

    inside = await stage.call(
        "fleet", "GetAvailability", fleet.GetAvailabilityRequest(trust="RYA"), token=token
    )
    outside = await stage.call(
        "fleet", "GetAvailability", fleet.GetAvailabilityRequest(trust="RYD"), token=token
    )

    assert inside.code == "OK"
    assert (outside.code, outside.reason) == ("PERMISSION_DENIED", "ORGANISATION_OUT_OF_SCOPE")
    assert outside.message == "organisation is outside your scope"


async def test_b17_an_organisation_in_the_body_must_be_the_callers(stage: Stage) -> None:
    request = a_vehicle_to_register()
    request.request_id, request.trust = str(uuid4()), "RYD"

    answer = await stage.call("fleet", "RegisterVehicle", request, token=stage.token())

    assert (answer.code, answer.reason) == ("PERMISSION_DENIED", "ORGANISATION_OUT_OF_SCOPE")
    assert answer.message == "organisation is outside your scope"


async def test_b18_a_write_needs_a_deadline(stage: Stage) -> None:
    for timeout in (None, 3600.0):
        answer = await stage.call(
            "hubs", "RegisterHub", a_hub_to_register(), token=stage.token(), timeout=timeout
        )

        assert (answer.code, answer.reason) == ("INVALID_ARGUMENT", "DEADLINE_REQUIRED")
        assert answer.message == "set a deadline (≤60 s)"


async def test_b19_a_deadline_of_a_millisecond_writes_all_or_nothing(stage: Stage) -> None:
    request = _a_new_hub()

    hasty = await stage.call("hubs", "RegisterHub", request, token=stage.token(), timeout=0.001)
    again = await _answered(stage, request)

    assert hasty.code in {"DEADLINE_EXCEEDED", "OK"}
    assert again.code == "OK"


async def test_b20_a_caller_over_its_rate_is_told_when_to_come_back(stage: Stage) -> None:
    token = stage.token(subject="in a great hurry")

    async def one() -> Answer:
        return await stage.call(*GET, a_read(), token=token)

    answers = [
        each for _ in range(3) for each in await asyncio.gather(*(one() for _ in range(200)))
    ]
    refused = [answer for answer in answers if answer.reason == "RATE_LIMITED"]

    assert refused
    assert refused[0].code == "RESOURCE_EXHAUSTED"
    assert refused[0].message.startswith("rate limit for this caller; retry after ")
    assert refused[0].retry_seconds > 0


async def test_b22_a_request_id_used_with_other_content_is_refused(stage: Stage) -> None:
    first = _a_new_hub()
    second = _a_new_hub()
    second.request_id = first.request_id

    await stage.call("hubs", "RegisterHub", first, token=stage.token())
    answer = await stage.call("hubs", "RegisterHub", second, token=stage.token())

    assert (answer.code, answer.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert answer.message == "request_id was used with different content"


async def test_a_repeated_request_is_given_the_same_reply_and_changes_nothing(stage: Stage) -> None:
    request = _a_new_hub()

    first = await stage.call("hubs", "RegisterHub", request, token=stage.token())
    second = await stage.call("hubs", "RegisterHub", request, token=stage.token())

    assert first.code == second.code == "OK"
    assert first.body == second.body


async def test_b23_a_request_sent_twice_at_once_has_one_effect(stage: Stage) -> None:
    request = _a_new_hub()

    answers = await asyncio.gather(
        *(stage.call("hubs", "RegisterHub", request, token=stage.token()) for _ in range(20))
    )
    done = {answer.body for answer in answers if answer.code == "OK"}
    others = {(a.code, a.reason, a.message) for a in answers if a.code != "OK"}

    assert len(done) == 1
    assert others <= {
        ("ABORTED", "REQUEST_IN_PROGRESS", "same request is in progress; retry after 1 s")
    }


async def test_b25_an_empty_request_is_told_every_field_it_lacks(stage: Stage) -> None:
    answer = await stage.call(
        "fleet", "RegisterVehicle", fleet.RegisterVehicleRequest(), token=stage.token()
    )

    assert (answer.code, answer.reason) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert set(answer.fields) >= {
        "request_id", "trust", "fleet_number", "vrm", "vin", "vehicle_type", "technology",
        "home_hub_id", "in_service_on", "first_registered_on",
    }  # fmt: skip


async def test_b56_a_stale_etag_is_refused_with_both_versions(stage: Stage) -> None:
    vehicle_id = await _a_registered_vehicle(stage)
    request = fleet.MoveVehicleRequest(
        request_id=str(uuid4()), vehicle_id=vehicle_id, etag="v99", to_hub_id=str(uuid4())
    )

    answer = await stage.call("fleet", "MoveVehicle", request, token=stage.token())

    assert (answer.code, answer.reason) == ("ABORTED", "ETAG_MISMATCH")
    assert answer.metadata is not None
    assert {"expected", "current"} <= answer.metadata.keys()


async def test_b60_a_name_that_is_taken_is_refused_with_the_name(stage: Stage) -> None:
    request = a_vehicle_to_register()
    request.request_id, request.fleet_number, request.vrm = str(uuid4()), "4711", "BX23AAA"
    request.vin = "ZFA25000002A47110"
    again = fleet.RegisterVehicleRequest()
    again.CopyFrom(request)
    again.request_id, again.fleet_number, again.vrm = str(uuid4()), "4712", "BX23AAB"

    first = await stage.call("fleet", "RegisterVehicle", request, token=stage.token())
    second = await stage.call("fleet", "RegisterVehicle", again, token=stage.token())

    assert first.code == "OK"
    assert (second.code, second.reason) == ("ALREADY_EXISTS", "VEHICLE_EXISTS")
    assert second.metadata is not None
    assert second.metadata["identifier"] == "vin"


async def test_b62_a_page_token_of_another_query_is_refused(stage: Stage) -> None:
    for _ in range(2):
        await stage.call("hubs", "RegisterHub", _a_new_hub(), token=stage.token())
    first = await stage.call(
        "hubs", "ListHubs", hubs.ListHubsRequest(page_size=1), token=stage.token()
    )
    token = hubs.ListHubsResponse.FromString(first.body).next_page_token

    answer = await stage.call(
        "hubs",
        "ListHubs",
        hubs.ListHubsRequest(trust="RYA", page_size=1, page_token=token),
        token=stage.token(),
    )

    assert token
    assert (answer.code, answer.reason) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")
    assert answer.message == "page_token does not belong to this query"


async def test_b63_text_with_meta_characters_is_stored_as_it_is(stage: Stage) -> None:
    request = _a_new_hub()
    request.name = f"O'Hara; DROP TABLE hub; -- {{{{7*7}}}} {uuid4().hex[:6]}"

    answer = await stage.call("hubs", "RegisterHub", request, token=stage.token())

    assert hubs.RegisterHubResponse.FromString(answer.body).hub.name == request.name


async def test_b41_names_that_differ_only_in_their_encoding_are_the_same(stage: Stage) -> None:
    composed, decomposed = _a_new_hub(), _a_new_hub()
    composed.name = composed.name + " é"
    decomposed.name = composed.name.replace("é", "e\u0301")

    first = await stage.call("hubs", "RegisterHub", composed, token=stage.token())
    second = await stage.call("hubs", "RegisterHub", decomposed, token=stage.token())

    assert first.code == "OK"
    assert (second.code, second.reason) == ("ALREADY_EXISTS", "HUB_EXISTS")


async def test_a_rehearsed_write_shows_its_effect_and_leaves_nothing(stage: Stage) -> None:
    request = _a_new_hub()
    request.validate_only = True
    real = hubs.RegisterHubRequest()
    real.CopyFrom(request)
    real.validate_only, real.request_id = False, str(uuid4())

    shown = await stage.call("hubs", "RegisterHub", request, token=stage.token())
    done = await stage.call("hubs", "RegisterHub", real, token=stage.token())

    assert hubs.RegisterHubResponse.FromString(shown.body).hub.name == request.name
    assert done.code == "OK"


async def test_no_refusal_leaks_the_text_of_a_driver(stage: Stage) -> None:
    request = _a_new_hub()

    first = await stage.call("hubs", "RegisterHub", request, token=stage.token())
    request.request_id = str(uuid4())
    second = await stage.call("hubs", "RegisterHub", request, token=stage.token())

    assert first.code == "OK"
    assert second.code == "ALREADY_EXISTS"
    assert not {"duplicate key", "constraint", "asyncpg", "SQL"} & set(second.message.split())


async def _answered(stage: Stage, request: hubs.RegisterHubRequest) -> Answer:
    """Return the answer once no earlier call with the same request_id is still being undone."""
    while True:
        answer = await stage.call("hubs", "RegisterHub", request, token=stage.token())
        if answer.reason != "REQUEST_IN_PROGRESS":
            return answer


def _a_new_hub() -> hubs.RegisterHubRequest:
    request = a_hub_to_register()
    request.request_id = str(uuid4())
    request.name = f"Hub {uuid4().hex[:10]}"
    return request


async def _a_registered_vehicle(stage: Stage) -> str:
    """Return the id of a vehicle of RYA's, registered for the caller alone."""
    number = uuid4().int % 10_000_000
    letters = "".join(chr(ord("A") + number // 8**place % 8) for place in range(3))
    request = a_vehicle_to_register()
    request.request_id = str(uuid4())
    request.fleet_number = f"N{number}"
    request.vrm = f"B{letters[0]}{number % 50 + 1:02d}{letters}"
    request.vin = f"ZFA25000{number:09d}"
    answer = await stage.call("fleet", "RegisterVehicle", request, token=stage.token())
    assert answer.code == "OK", answer
    return fleet.RegisterVehicleResponse.FromString(answer.body).vehicle.vehicle_id


def _unsigned(stage: Stage) -> str:
    header, claims, _ = stage.token().split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    assert header != none
    return f"{none}.{claims}.x"


def _symmetric(stage: Stage) -> str:
    public = stage.platform.issuer.jwks_file.read_text()
    return jwt.encode({"alg": "HS256"}, {"sub": "x"}, OctKey.import_key(public), ["HS256"])


def _foreign() -> str:
    key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
    header = {"alg": "ES256", "kid": key.kid}
    return jwt.encode(header, {"sub": "x", "exp": 4_000_000_000}, key, ["ES256"])


def _tampered(stage: Stage) -> str:
    header, claims, signature = stage.token().split(".")
    other = "A" if signature[10] != "A" else "B"
    return f"{header}.{claims}.{signature[:10]}{other}{signature[11:]}"
