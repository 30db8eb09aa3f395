"""One call in hand: what the log, the metrics and a stream's handler need to know of it."""

from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor

from services.runtime.auth.permissions import Permission
from services.runtime.auth.tokens import Caller
from services.runtime.scope import Scope

Context: TypeAlias = "grpc.aio.ServicerContext[bytes, bytes]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method as the chain knows it; `path` is "/makeready.fleet.v1.FleetService/GetVehicle"."""

    name: str
    path: str
    permission: Permission

    @classmethod
    def of(cls, descriptor: MethodDescriptor, permission: Permission) -> "Method":
        service = descriptor.containing_service.full_name
        path = f"/{service}/{descriptor.name}"
        return cls(name=descriptor.name, path=path, permission=permission)


class Call:
    """A call from its arrival on; its caller is known once it is authenticated."""

    __slots__ = ("caller", "method", "request_id", "started")

    def __init__(self, method: Method) -> None:
        self.method = method
        self.started = perf_counter()
        self.caller: Caller | None = None
        self.request_id = ""

    @property
    def scope(self) -> Scope:
        """The caller's scope. Handlers run only after it is known."""
        if self.caller is None:
            raise AssertionError("the call is not authenticated yet")
        return self.caller.scope

    def seconds(self) -> float:
        """How long the call has been in hand."""
        return perf_counter() - self.started


class HasRequestId(Protocol):
    """A request of a write."""

    request_id: str
    validate_only: bool
