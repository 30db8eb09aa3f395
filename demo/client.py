"""Calls for one person: deadline and request_id are set, and what may succeed is repeated."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol, TypeVar, cast
from uuid import uuid4

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from makeready.capital.v1.capital_service_pb2_grpc import CapitalServiceStub
from makeready.fleet.v1.fleet_service_pb2_grpc import FleetServiceStub
from makeready.hubs.v1.hubs_service_pb2_grpc import HubsServiceStub

Request = TypeVar("Request", bound=Message)
Reply = TypeVar("Reply", bound=Message)
Item = TypeVar("Item")
Result = TypeVar("Result")
Detail = TypeVar("Detail", bound=Message)

IN_FLIGHT: Final = 48
DEADLINE: Final = timedelta(seconds=20)
PATIENCE: Final = timedelta(seconds=60)
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 1.0
# Nothing was done, or the same request_id tells what was: asking again is safe.
RETRYABLE: Final = frozenset({grpc.StatusCode.UNAVAILABLE})
# The server says when to come back; see RetryInfo.
MAY_SAY_WHEN: Final = frozenset(
    {grpc.StatusCode.ABORTED, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE}
)
STATUS_DETAILS: Final = "grpc-status-details-bin"
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024
OPTIONS: Final = (
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    # Channels of different people share no connection.
    ("grpc.use_local_subchannel_pool", 1),
)


class Refused(Exception):
    """A call was refused. `reason` is of the catalogue, "" when the server gave none."""

    def __init__(self, method: str, error: grpc.aio.AioRpcError) -> None:
        status = status_of(error)
        self.code = error.code()
        self.reason = next((info.reason for info in details(status, ErrorInfo)), "")
        self.message = error.details() or ""
        super().__init__(f"{method}: {self.code.name} {self.reason} {self.message}".rstrip())


class Write(Protocol):
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """An open channel to each service."""

    fleet: grpc.aio.Channel
    hubs: grpc.aio.Channel
    capital: grpc.aio.Channel

    async def close(self) -> None:
        await asyncio.gather(self.fleet.close(), self.hubs.close(), self.capital.close())


class Client:
    """One person at the three services.

    `await client(client.fleet.GetVehicle, request)` calls; a write without a request_id is given
    one, and keeps it when it is repeated. Raises Refused.
    """

    def __init__(self, channels: Channels, token: str, deadline: timedelta = DEADLINE) -> None:
        self.fleet = FleetServiceStub(channels.fleet)
        self.hubs = HubsServiceStub(channels.hubs)
        self.capital = CapitalServiceStub(channels.capital)
        self._metadata = (("authorization", f"Bearer {token}"),)
        self._deadline_seconds = deadline.total_seconds()

    async def __call__(
        self, method: grpc.aio.UnaryUnaryMultiCallable[Request, Reply], request: Request
    ) -> Reply:
        identify(request)
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + PATIENCE.total_seconds()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return await method(
                    request, timeout=self._deadline_seconds, metadata=self._metadata
                )
            except grpc.aio.AioRpcError as error:
                wait = wait_before_retry(error, pause)
                if wait is None or loop.time() + wait > give_up_at:
                    raise Refused(type(request).__name__.removesuffix("Request"), error) from None
            await asyncio.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def stream(
        self, method: grpc.aio.UnaryStreamMultiCallable[Request, Reply], request: Request
    ) -> AsyncIterator[Reply]:
        """Yield the steps of a server stream until it ends. Raises Refused; to resume is yours."""
        call = method(request, metadata=self._metadata)
        try:
            async for step in call:
                yield step
        except grpc.aio.AioRpcError as error:
            raise Refused(type(request).__name__.removesuffix("Request"), error) from None
        finally:
            call.cancel()


def identify(request: Message) -> None:
    """Give a write its request_id unless it has one."""
    if "request_id" in request.DESCRIPTOR.fields_by_name:
        write = cast("Write", request)
        write.request_id = write.request_id or str(uuid4())


def wait_before_retry(error: grpc.aio.AioRpcError, pause: float) -> float | None:
    """Return the seconds to wait before the same call may succeed. None: it never will."""
    code = error.code()
    if code in MAY_SAY_WHEN:
        for retry in details(status_of(error), RetryInfo):
            return max(pause, retry.retry_delay.ToTimedelta().total_seconds())
    return pause if code in RETRYABLE else None


def status_of(error: grpc.aio.AioRpcError) -> Status | None:
    """Return the rich status that came with a refusal. None: there was none."""
    for key, value in error.trailing_metadata() or ():
        if key == STATUS_DETAILS and isinstance(value, bytes):
            return Status.FromString(value)
    return None


def details(status: Status | None, kind: type[Detail]) -> Iterable[Detail]:
    """Yield the details of one kind that a status carries."""
    for packed in status.details if status is not None else ():
        detail = kind()
        if packed.Unpack(detail):
            yield detail


def violations(error: grpc.aio.AioRpcError) -> list[str]:
    """Return "field: rule" for each field a refusal complains of."""
    found = details(status_of(error), BadRequest)
    return [f"{one.field}: {one.description}" for bad in found for one in bad.field_violations]


async def each(
    items: Iterable[Item], work: Callable[[Item], Awaitable[Result]], in_flight: int = IN_FLIGHT
) -> list[Result]:
    """Do `work` on every item, at most `in_flight` at once; results in the items' order."""
    places = asyncio.Semaphore(in_flight)

    async def one(item: Item) -> Result:
        async with places:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]
