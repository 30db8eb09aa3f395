"""The three services as a caller meets them: real processes, real tokens, raw calls."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from makeready.capital.v1 import capital_service_pb2
from makeready.fleet.v1 import fleet_service_pb2
from makeready.hubs.v1 import hubs_service_pb2

from demo.client import details, status_of
from demo.platform import Platform
from services.runtime.auth.issue import Grant

SERVICES: Final[dict[str, ServiceDescriptor]] = {
    "fleet": fleet_service_pb2.DESCRIPTOR.services_by_name["FleetService"],
    "hubs": hubs_service_pb2.DESCRIPTOR.services_by_name["HubsService"],
    "capital": capital_service_pb2.DESCRIPTOR.services_by_name["CapitalService"],
}
EVERY_WRITING_ROLE: Final = (
    "fleet.manager",
    "hub.supervisor",
    "hub.operator",
    "capital.planner",
    "capital.approver",
)
METHODS: Final = tuple(
    (service, method.name)
    for service, descriptor in SERVICES.items()
    for method in descriptor.methods
)


class Streaming(Protocol):
    """A stream of replies that can be given up."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def cancel(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came to. `fields` are those a BadRequest names."""

    code: str
    reason: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    metadata: dict[str, str] | None = None
    retry_seconds: float = 0.0
    body: bytes = b""


class Stage:
    """Calls methods by name with whatever bytes and metadata a test wants."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._channels = {name: platform.channel(name) for name in SERVICES}

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()

    def token(
        self,
        roles: Iterable[str] = EVERY_WRITING_ROLE,
        orgs: Iterable[str] = ("RYA",),
        read_orgs: Iterable[str] = (),
        subject: str = "test",
    ) -> str:
        return self.platform.token(
            Grant(subject=subject, roles=roles, orgs=orgs, read_orgs=read_orgs)
        )

    def signed(self, **changes: object) -> str:
        """Return a token with claims changed, right or wrong; None takes a claim away."""
        now = int(datetime.now(UTC).timestamp())
        claims: dict[str, object] = {
            "iss": self.platform.issuer.issuer,
            "aud": self.platform.issuer.audience,
            "sub": "test",
            "roles": list(EVERY_WRITING_ROLE),
            "orgs": ["RYA"],
            "iat": now,
            "nbf": now,
            "exp": now + 600,
        } | changes
        return self.platform.issuer.sign({k: v for k, v in claims.items() if v is not None})

    async def call(
        self,
        service: str,
        method: str,
        body: Message | bytes,
        *,
        token: str = "",
        metadata: tuple[tuple[str, str], ...] | None = None,
        timeout: float | None = 20,  # noqa: ASYNC109 - the deadline that is sent
    ) -> Answer:
        """Call and return what came back: of a stream, its first step."""
        path = f"/{SERVICES[service].full_name}/{method}"
        content = body if isinstance(body, bytes) else body.SerializeToString()
        given = (("authorization", f"Bearer {token}"),) if metadata is None else metadata
        channel = self._channels[service]
        try:
            if self.descriptor(service, method).server_streaming:
                stream: Callable[..., Streaming] = channel.unary_stream(path)
                return await _first(stream(content, metadata=given))
            unary: Callable[..., Awaitable[bytes]] = channel.unary_unary(path)
            reply = await unary(content, timeout=timeout, metadata=given)
        except grpc.aio.AioRpcError as error:
            return answer_of(error)
        return Answer(code="OK", body=reply)

    @staticmethod
    def descriptor(service: str, method: str) -> MethodDescriptor:
        return SERVICES[service].methods_by_name[method]

    async def unknown(self, service: str, path: str, token: str) -> Answer:
        """Call a method that may not exist."""
        call: Callable[..., Awaitable[bytes]] = self._channels[service].unary_unary(path)
        try:
            await call(b"", timeout=5, metadata=(("authorization", f"Bearer {token}"),))
        except grpc.aio.AioRpcError as error:
            return answer_of(error)
        return Answer(code="OK")


async def _first(call: Streaming) -> Answer:
    async for body in call:
        call.cancel()
        return Answer(code="OK", body=body)
    return Answer(code="OK")


def answer_of(error: grpc.aio.AioRpcError) -> Answer:
    """Return a refusal with its details unpacked."""
    status = status_of(error)
    info = next(iter(details(status, ErrorInfo)), ErrorInfo())
    bad = next(iter(details(status, BadRequest)), BadRequest())
    retry = next(iter(details(status, RetryInfo)), RetryInfo())
    return Answer(
        code=error.code().name,
        reason=info.reason,
        message=error.details() or "",
        fields=tuple(violation.field for violation in bad.field_violations),
        metadata=dict(info.metadata),
        retry_seconds=retry.retry_delay.ToTimedelta().total_seconds(),
    )
