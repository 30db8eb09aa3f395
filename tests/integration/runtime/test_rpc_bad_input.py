"""Cases B01 to B24 of the catalogue of bad input: each its code, its reason and its sentence."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from grpc import StatusCode
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from makeready.common.v1.vehicle_kind_pb2 import Technology, VehicleType
from makeready.fleet.v1 import fleet_service_pb2 as pb

from demo.servers.choose import Servers
from services.runtime.auth.issue import Issuer
from services.runtime.db import Database
from tests.databases import Templates
from tests.integration.runtime.conftest import MIGRATIONS
from tests.integration.runtime.rpc_site import HUB, Answer, Desk, desk_of, get, move


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def turnstile(
    servers: Servers, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """One desk for all who are turned away: they leave nothing behind for each other."""
    made = await templates.clone("yard", [MIGRATIONS])
    database = await Database.open(made.app_dsn, "test")
    superuser = await asyncpg.connect(servers.postgres.dsn(made.name))
    async with desk_of(database, superuser, tmp_path_factory.mktemp("keys")) as desk:
        yield desk
    await superuser.close()
    await database.close()
    await templates.remove(made)


def claims(issuer: Issuer, **changed: object) -> dict[str, object]:
    now = int(time.time())
    return {
        "iss": issuer.issuer,
        "aud": issuer.audience,
        "sub": "alice",
        "roles": ["fleet.manager"],
        "orgs": ["RYA"],
        "iat": now - 60,
        "exp": now + 600,
    } | changed


def signed(desk: Desk, **changed: object) -> str:
    return "Bearer " + desk.client.issuer.sign(claims(desk.client.issuer, **changed))


def with_public_key_as_secret(desk: Desk) -> str:
    secret = OctKey.import_key(desk.client.issuer.jwks_file.read_bytes())
    kid = desk.client.issuer._key.kid
    header = {"alg": "HS256", "kid": kid}
    return "Bearer " + jwt.encode(header, claims(desk.client.issuer), secret, ["HS256"])


def of_a_stranger(desk: Desk) -> str:
    key = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": desk.client.issuer._key.kid}
    return "Bearer " + jwt.encode(header, claims(desk.client.issuer), key, ["ES256"])


Try = Callable[[Desk], Awaitable[Answer]]
BAD_INPUT: list[tuple[str, Try, StatusCode, str, str]] = [
    (
        "B01",
        lambda desk: desk.client.call("GetVehicle", b"\xff\xff\xff"),
        StatusCode.INVALID_ARGUMENT,
        "BODY_MALFORMED",
        "request body is not a valid GetVehicleRequest message",
    ),
    (
        "B02",
        lambda desk: desk.client.call("GetVehicle", b"\x0a\x02\xc3\x28"),
        StatusCode.INVALID_ARGUMENT,
        "BODY_MALFORMED",
        "request body is not a valid GetVehicleRequest message",
    ),
    (
        "B03",
        lambda desk: desk.client.call("GetVehicle", b"\0" * (1 << 20) + b"\0"),
        StatusCode.RESOURCE_EXHAUSTED,
        "",
        "larger than max",
    ),
    (
        "B04",
        lambda desk: desk.client.call(
            "GetVehicle", get(desk.ours), metadata=(("x-much", "x" * 17_000),)
        ),
        StatusCode.RESOURCE_EXHAUSTED,
        "",
        "metadata size exceeds",
    ),
    (
        "B05",
        lambda desk: desk.client.call("DriveVehicle", b""),
        StatusCode.UNIMPLEMENTED,
        "",
        "Method not found",
    ),
    (
        "B06",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), ""),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_MISSING",
        "missing access token",
    ),
    (
        "B07",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), "Bearer x.y"),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_MALFORMED",
        "malformed access token",
    ),
    (
        "B08 none",
        lambda desk: desk.client.call(
            "GetVehicle", get(desk.ours), "Bearer eyJhbGciOiJub25lIn0.e30."
        ),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: algorithm",
    ),
    (
        "B08 HS256",
        lambda desk: desk.client.call(
            "GetVehicle", get(desk.ours), with_public_key_as_secret(desk)
        ),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: algorithm",
    ),
    (
        "B09",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), of_a_stranger(desk)),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: signature",
    ),
    (
        "B10 expired",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), signed(desk, exp=1)),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: expired",
    ),
    (
        "B10 not yet",
        lambda desk: desk.client.call(
            "GetVehicle", get(desk.ours), signed(desk, nbf=int(time.time()) + 300)
        ),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: not yet valid",
    ),
    (
        "B11 audience",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), signed(desk, aud="other")),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: audience",
    ),
    (
        "B11 issuer",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), signed(desk, iss="other")),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_REJECTED",
        "access token rejected: issuer",
    ),
    (
        "B12",
        lambda desk: desk.client.call("GetVehicle", get(desk.ours), signed(desk), signed(desk)),
        StatusCode.UNAUTHENTICATED,
        "TOKEN_DUPLICATE",
        "more than one access token",
    ),
    (
        "B13",
        lambda desk: desk.client.call(
            "MoveVehicle", move(desk.ours), desk.client.bearer("fleet.viewer")
        ),
        StatusCode.PERMISSION_DENIED,
        "ROLE_FORBIDDEN",
        "role may not call MoveVehicle",
    ),
    (
        "B14",
        lambda desk: desk.client.call("GetVehicle", get(desk.theirs)),
        StatusCode.NOT_FOUND,
        "VEHICLE_NOT_FOUND",
        "vehicle not found",
    ),
    (
        "B15",
        lambda desk: desk.client.call(
            "MoveVehicle", move(desk.ours), desk.client.bearer("system.planner")
        ),
        StatusCode.PERMISSION_DENIED,
        "PLANNER_READ_ONLY",
        "planners have read-only access",
    ),
    (
        "B16",
        lambda desk: desk.client.call(
            "ListVehicles",
            pb.ListVehiclesRequest(trust="RX1").SerializeToString(),
            desk.client.bearer("system.planner"),
        ),
        StatusCode.PERMISSION_DENIED,
        "ORGANISATION_OUT_OF_SCOPE",
        "organisation is outside your scope",
    ),
    (
        "B17",
        lambda desk: desk.client.call("RegisterVehicle", a_registration("RX1")),
        StatusCode.PERMISSION_DENIED,
        "ORGANISATION_OUT_OF_SCOPE",
        "organisation is outside your scope",
    ),
    (
        "B18",
        lambda desk: desk.client.call("MoveVehicle", move(desk.ours), timeout_seconds=None),
        StatusCode.INVALID_ARGUMENT,
        "DEADLINE_REQUIRED",
        "set a deadline (≤60 s)",
    ),
    (
        "B18 too far",
        lambda desk: desk.client.call("MoveVehicle", move(desk.ours), timeout_seconds=90),
        StatusCode.INVALID_ARGUMENT,
        "DEADLINE_REQUIRED",
        "set a deadline (≤60 s)",
    ),
    (
        "B19",
        lambda desk: desk.client.call("MoveVehicle", move(desk.ours), timeout_seconds=0.0001),
        StatusCode.DEADLINE_EXCEEDED,
        "",
        "",
    ),
    (
        "B21",
        lambda desk: desk.client.call("MoveVehicle", move(desk.ours)[38:]),
        StatusCode.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "request_id is required",
    ),
    (
        "B24",
        lambda desk: desk.client.call("MoveVehicle", move(desk.ours, "x" * 65)),
        StatusCode.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "request_id must be a UUID",
    ),
    (
        "B56",
        lambda desk: desk.client.call("MoveVehicle", move(desk.ours, etag="v4")),
        StatusCode.ABORTED,
        "ETAG_MISMATCH",
        "version 4 was expected, current is 1; read again",
    ),
]


def a_registration(trust: str) -> bytes:
    return pb.RegisterVehicleRequest(
        request_id=str(uuid4()),
        trust=trust,
        fleet_number="4001",
        vrm="BX71ABC",
        vin="ZFA25000001234567",
        vehicle_type=VehicleType.VEHICLE_TYPE_DCA,
        technology=Technology.TECHNOLOGY_DIESEL,
        home_hub_id=HUB,
        in_service_on="2026-04-01",
        first_registered_on="2026-03-20",
    ).SerializeToString()


@pytest.mark.parametrize(
    ("attempt", "code", "reason", "message"),
    [case[1:] for case in BAD_INPUT],
    ids=[case[0] for case in BAD_INPUT],
)
async def test_bad_input_gets_its_code_reason_and_sentence(
    turnstile: Desk, attempt: Try, code: StatusCode, reason: str, message: str
) -> None:
    got = await attempt(turnstile)

    assert (got.code, got.reason) == (code, reason)
    # Where there is no reason the library answers, in words of its own.
    assert got.message == message if reason else message in got.message
