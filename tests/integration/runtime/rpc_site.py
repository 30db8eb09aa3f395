"""A fleet service small enough for a test, behind the real chain, and a client of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_pb2
from makeready.fleet.v1.vehicle_events_pb2 import VehicleMoved
from prometheus_client import CollectorRegistry

from services.kernel.errors import NotFound
from services.kernel.ids import OdsCode
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.permissions import Permission, read, stream, write
from services.runtime.auth.tokens import Verifier
from services.runtime.db import Database
from services.runtime.pool import Connection
from services.runtime.rpc.call import Call
from services.runtime.rpc.etags import check_etag, etag_of
from services.runtime.rpc.limits import Limits
from services.runtime.rpc.server import Edge, RpcServer, Service
from services.runtime.tx import Tx

HUB = "11111111-1111-4111-8111-111111111111"
SERVICE = pb.DESCRIPTOR.services_by_name["FleetService"]
PATH = f"/{SERVICE.full_name}/"


class VehicleNotFound(NotFound):
    reason = "VEHICLE_NOT_FOUND"


class TinyFleet:
    """Moves, shows and lists vehicles; every other method fails in a way nobody expected."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.waiting = asyncio.Event()
        self.gate.set()

    def __getattr__(self, name: str) -> object:
        async def fail(tx: Tx, request: object) -> object:
            raise RuntimeError("secret: the password is hunter2")

        return fail

    async def GetVehicle(  # noqa: N802 - the proto names it
        self, tx: Tx, request: pb.GetVehicleRequest
    ) -> pb.GetVehicleResponse:
        self.waiting.set()
        await self.gate.wait()
        return pb.GetVehicleResponse(vehicle=await vehicle(tx, request.vehicle_id))

    async def ListVehicles(  # noqa: N802 - the proto names it
        self, tx: Tx, request: pb.ListVehiclesRequest
    ) -> pb.ListVehiclesResponse:
        if request.trust:
            tx.scope.require_read_org(OdsCode(request.trust))
        rows = await tx.fetch("SELECT id FROM vehicle ORDER BY id")
        found = [await vehicle(tx, str(row["id"])) for row in rows]
        return pb.ListVehiclesResponse(vehicles=found)

    async def MoveVehicle(  # noqa: N802 - the proto names it
        self, tx: Tx, request: pb.MoveVehicleRequest
    ) -> pb.MoveVehicleResponse:
        before = await vehicle(tx, request.vehicle_id)
        check_etag(request.etag if request.etag != "any" else "", int(before.etag[1:]))
        self.waiting.set()
        await self.gate.wait()
        await tx.execute(
            """
            UPDATE vehicle
               SET miles = miles + 1, version = version + 1
             WHERE id = $1
            """,
            UUID(request.vehicle_id),
        )
        moved = VehicleMoved(vehicle_id=request.vehicle_id)
        tx.publish("fleet.vehicle.v1", request.vehicle_id, OdsCode(before.trust), moved, tx.now)
        return pb.MoveVehicleResponse(vehicle=await vehicle(tx, request.vehicle_id))

    async def RegisterVehicle(  # noqa: N802 - the proto names it
        self, tx: Tx, request: pb.RegisterVehicleRequest
    ) -> pb.RegisterVehicleResponse:
        tx.scope.require_org(OdsCode(request.trust))
        return pb.RegisterVehicleResponse()

    async def WatchVehicles(  # noqa: N802 - the proto names it
        self, call: Call, request: pb.WatchVehiclesRequest
    ) -> AsyncIterator[pb.WatchVehiclesResponse]:
        yield pb.WatchVehiclesResponse(resume_token=call.scope.subject)
        self.waiting.set()
        await self.gate.wait()
        yield pb.WatchVehiclesResponse(resume_token="end")


async def vehicle(tx: Tx, vehicle_id: str) -> vehicle_pb2.Vehicle:
    row = await tx.fetchrow(
        """
        SELECT id, org, miles, version
          FROM vehicle
         WHERE id = $1
        """,
        UUID(vehicle_id),
    )
    if row is None:
        raise VehicleNotFound("vehicle not found")
    return vehicle_pb2.Vehicle(
        vehicle_id=str(row["id"]),
        trust=row["org"],
        odometer_miles=row["miles"],
        etag=etag_of(row["version"]),
    )


def permissions() -> dict[str, Permission]:
    return {method.name: _permission(method.name) for method in SERVICE.methods}


def _permission(name: str) -> Permission:
    if name.startswith("Watch"):
        return stream("fleet.viewer", "fleet.manager")
    if name.startswith(("Get", "List", "Lookup")):
        return read("fleet.viewer", "fleet.manager", "system.planner")
    return write("fleet.manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: a code, a sentence, a reason, its facts, fields and the time to retry."""

    code: grpc.StatusCode
    message: str
    reason: str = ""
    metadata: Mapping[str, str]
    fields: Mapping[str, str]
    retry_after: timedelta | None = None
    body: bytes = b""


class Client:
    """Calls by bytes, so that nothing of a request is put right on the way."""

    def __init__(self, channel: grpc.aio.Channel, issuer: Issuer) -> None:
        self.channel = channel
        self.issuer = issuer

    def bearer(self, *roles: str, orgs: tuple[str, ...] = ("RYA",), subject: str = "alice") -> str:
        grant = Grant(subject=subject, roles=roles or ("fleet.manager",), orgs=orgs)
        return "Bearer " + self.issuer.token(grant, datetime.now(UTC))

    async def call(
        self,
        method: str,
        body: bytes,
        *authorizations: str,
        timeout_seconds: float | None = 10,
        metadata: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        """Return the answer, whatever it is. Without `authorizations` a manager of RYA calls."""
        given = authorizations or (self.bearer(),)
        headers = [("authorization", value) for value in given if value] + list(metadata)
        unary: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(
            PATH + method
        )
        try:
            reply = await unary(body, metadata=headers, timeout=timeout_seconds)
        except grpc.aio.AioRpcError as error:
            return answer(error)
        return Answer(code=grpc.StatusCode.OK, message="", metadata={}, fields={}, body=reply)


def answer(error: grpc.aio.AioRpcError) -> Answer:
    info, bad, retry = ErrorInfo(), BadRequest(), RetryInfo()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin" and isinstance(value, bytes):
            for detail in Status.FromString(value).details:
                assert detail.Unpack(info) or detail.Unpack(bad) or detail.Unpack(retry)
    return Answer(
        code=error.code(),
        message=error.details() or "",
        reason=info.reason,
        metadata=dict(info.metadata),
        fields={one.field: one.description for one in bad.field_violations},
        retry_after=retry.retry_delay.ToTimedelta() or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A running server, its fleet, and a client of it."""

    server: RpcServer
    fleet: TinyFleet
    client: Client
    registry: CollectorRegistry
    ours: str
    theirs: str


@asynccontextmanager
async def desk_of(
    database: Database,
    superuser: Connection,
    home: Path,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[Desk]:
    issuer, fleet, registry = Issuer(home), TinyFleet(), CollectorRegistry()
    keys = KeyFile(issuer.jwks_file, time.monotonic)
    verifier = Verifier(keys=keys, issuer=issuer.issuer, audience=issuer.audience, clock=clock)
    edge = Edge(
        database=database,
        verifier=verifier,
        registry=registry,
        limits=limits or Limits(),
        reflection=True,
    )
    service = Service(descriptor=SERVICE, permissions=permissions(), api=fleet)
    server = RpcServer(service, edge, "127.0.0.1:0")
    await server.start()
    made = await superuser.fetch("INSERT INTO vehicle (org) VALUES ('RYA'), ('RX1') RETURNING id")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield Desk(
            server=server,
            fleet=fleet,
            client=Client(channel, issuer),
            registry=registry,
            ours=str(made[0]["id"]),
            theirs=str(made[1]["id"]),
        )
    await server.stop(timedelta(0))


def get(vehicle_id: str) -> bytes:
    return pb.GetVehicleRequest(vehicle_id=vehicle_id).SerializeToString()


def move(
    vehicle_id: str, request_id: str = "", etag: str = "any", *, validate_only: bool = False
) -> bytes:
    return pb.MoveVehicleRequest(
        request_id=request_id or str(uuid4()),
        vehicle_id=vehicle_id,
        etag=etag,
        to_hub_id=HUB,
        validate_only=validate_only,
    ).SerializeToString()


def moved(reply: Answer) -> int:
    assert reply.code is StatusCode.OK, reply
    return pb.MoveVehicleResponse.FromString(reply.body).vehicle.odometer_miles
