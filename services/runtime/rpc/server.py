"""A gRPC server for one service: every method of its descriptor behind the chain, or no start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Final, TypeVar

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped]  # ships no types
from prometheus_client import CollectorRegistry
from protovalidate import Validator

from services.runtime.auth.permissions import Kind, Permissions
from services.runtime.auth.tokens import Verifier
from services.runtime.db import Database
from services.runtime.rpc.call import Method
from services.runtime.rpc.gate import Gate, Serve, in_span
from services.runtime.rpc.journal import Journal
from services.runtime.rpc.limits import InHand, Limits, RateLimiter
from services.runtime.rpc.streaming import Streaming
from services.runtime.rpc.unary import Chain, Unary, reading, writing
from services.runtime.rpc.validation import Decoder
from services.runtime.telemetry import is_exporting

T = TypeVar("T")

OPTIONS: Final[Sequence[tuple[str, int]]] = (
    ("grpc.max_receive_message_length", 1 << 20),
    # The library turns calls away at twice this.
    ("grpc.max_metadata_size", 8_192),
    ("grpc.max_concurrent_streams", 1_024),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # Below the 30 s at which clients may ping, else the third ping ends the connection.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 20_000),
    # New calls move to fresh connections, and so to new replicas; open streams stay.
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.so_reuseport", 0),
)


class ServiceIncomplete(Exception):
    """The descriptor, the permissions and the class do not name the same methods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is served: the descriptor, who may call what, and the object with the methods."""

    descriptor: ServiceDescriptor
    permissions: Permissions
    api: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What a server needs besides the service. `tls` replaces plain text on all ports."""

    database: Database
    verifier: Verifier
    registry: CollectorRegistry
    limits: Limits = field(default_factory=Limits)
    reflection: bool = False
    tls: grpc.ServerCredentials | None = None


class RpcServer:
    """Serves one service on one address."""

    def __init__(self, service: Service, edge: Edge, address: str) -> None:
        check_complete(service)
        self._streams: list[Streaming] = []
        self._server = grpc.aio.server(options=OPTIONS)
        self._server.add_generic_rpc_handlers((self._handlers(service, edge),))
        if edge.reflection:
            names = (service.descriptor.full_name, reflection.SERVICE_NAME)
            reflection.enable_server_reflection(names, self._server)
        self.port = self._bind(address, edge.tls)

    async def start(self) -> None:
        await self._server.start()

    async def stop(self, grace: timedelta) -> None:
        """Refuse new calls, end streams, and give the calls in hand up to `grace` to finish."""
        for stream in self._streams:
            stream.stop()
        await self._server.stop(grace.total_seconds())

    async def wait(self) -> None:
        await self._server.wait_for_termination()

    def _bind(self, address: str, tls: grpc.ServerCredentials | None) -> int:
        if tls is not None:
            return self._server.add_secure_port(address, tls)
        return self._server.add_insecure_port(address)

    def _handlers(self, service: Service, edge: Edge) -> grpc.GenericRpcHandler:
        chain = Chain(
            database=edge.database,
            gate=Gate(edge.verifier, RateLimiter(edge.limits, monotonic)),
            in_hand=InHand(edge.limits),
            journal=Journal(edge.registry),
        )
        validator = Validator()
        handlers = {
            method.name: self._handler(service, chain, method, validator)
            for method in service.descriptor.methods
        }
        return grpc.method_handlers_generic_handler(service.descriptor.full_name, handlers)

    def _handler(
        self, service: Service, chain: Chain, descriptor: MethodDescriptor, validator: Validator
    ) -> "grpc.RpcMethodHandler[bytes, bytes]":
        method = Method.of(descriptor, service.permissions[descriptor.name])
        decoder = Decoder(descriptor.input_type, validator)
        handler = getattr(service.api, descriptor.name)
        if method.permission.kind is Kind.STREAM:
            stream = Streaming(chain, method, decoder, handler)
            self._streams.append(stream)
            return grpc.unary_stream_rpc_method_handler(_traced(method, stream.serve))
        work = WORK[method.permission.kind](chain.database, handler)
        unary = Unary(chain, method, decoder, work)
        return grpc.unary_unary_rpc_method_handler(_traced(method, unary.serve))


def _traced(method: Method, serve: Serve[T]) -> Serve[T]:
    return in_span(method.path, serve) if is_exporting() else serve


WORK: Final = {Kind.READ: reading, Kind.WRITE: writing}


def check_complete(service: Service) -> None:
    """Raise ServiceIncomplete, with every fault, unless all methods are permitted and present."""
    wanted = {method.name: method for method in service.descriptor.methods}
    faults = [
        f"{name}: no such method in the proto" for name in service.permissions if name not in wanted
    ]
    for name, method in wanted.items():
        faults += [f"{name}: {fault}" for fault in _faults(service, method)]
    if faults:
        raise ServiceIncomplete("; ".join(sorted(faults)))


def _faults(service: Service, method: MethodDescriptor) -> list[str]:
    permission = service.permissions.get(method.name)
    if permission is None:
        return ["no permission row"]
    faults = []
    if not callable(getattr(service.api, method.name, None)):
        faults.append("no method of that name in the service's class")
    if method.client_streaming:
        faults.append("client streams are not served")
    if method.server_streaming is not (permission.kind is Kind.STREAM):
        faults.append("stream in one of proto and permissions only")
    if permission.kind is Kind.WRITE:
        fields = method.input_type.fields_by_name
        faults += [f"no {name} in its request" for name in WRITE_FIELDS if name not in fields]
    return faults


WRITE_FIELDS: Final = ("request_id", "validate_only")
