"""Refusal → gRPC status with google.rpc details. The only place where errors are translated."""

from datetime import timedelta
from typing import Final

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from services.kernel.errors import (
    AlreadyExists,
    Conflict,
    Exhausted,
    Forbidden,
    Malformed,
    NotFound,
    Refusal,
    RuleBroken,
    Unauthenticated,
    Unavailable,
    Violation,
)

DOMAIN: Final = "makeready"
DETAILS_KEY: Final = "grpc-status-details-bin"
CODES: Final[dict[type[Refusal], StatusCode]] = {
    Malformed: StatusCode.INVALID_ARGUMENT,
    NotFound: StatusCode.NOT_FOUND,
    AlreadyExists: StatusCode.ALREADY_EXISTS,
    RuleBroken: StatusCode.FAILED_PRECONDITION,
    Conflict: StatusCode.ABORTED,
    Forbidden: StatusCode.PERMISSION_DENIED,
    Exhausted: StatusCode.RESOURCE_EXHAUSTED,
    Unauthenticated: StatusCode.UNAUTHENTICATED,
    Unavailable: StatusCode.UNAVAILABLE,
}
MAX_VIOLATIONS: Final = 50
# Clients drop trailers past 8 KiB; details travel in base64, and the message travels twice.
MAX_DETAILS_BYTES: Final = 4_500
MAX_MESSAGE_CHARACTERS: Final = 600


class BodyMalformed(Malformed):
    reason = "BODY_MALFORMED"

    def __init__(self, type_name: str) -> None:
        super().__init__("", f"request body is not a valid {type_name} message")


class DeadlineRequired(Malformed):
    reason = "DEADLINE_REQUIRED"

    def __init__(self) -> None:
        super().__init__("", "set a deadline (≤60 s)")


def code_of(refusal: Refusal) -> StatusCode:
    """Return the one code of the refusal's kind."""
    for kind in type(refusal).__mro__:
        if kind in CODES:
            return CODES[kind]
    raise TypeError(f"{type(refusal).__name__} is of no kind of refusal")


def message_of(refusal: Refusal) -> str:
    """Return the sentence for people, cut where a request breaks very many rules."""
    message = refusal.message
    if len(message) <= MAX_MESSAGE_CHARACTERS:
        return message
    return message[: MAX_MESSAGE_CHARACTERS - 1] + "…"


def details_of(refusal: Refusal) -> bytes:
    """Return the google.rpc.Status of the refusal, ready for `grpc-status-details-bin`."""
    status = Status(code=code_of(refusal).value[0], message=message_of(refusal))
    info = ErrorInfo(reason=refusal.reason, domain=DOMAIN, metadata=refusal.metadata)
    _add(status, info)
    if refusal.retry_after is not None:
        _add(status, RetryInfo(retry_delay=_duration(refusal.retry_after)))
    if isinstance(refusal, Malformed) and refusal.violations[0].field:
        _add(status, _bad_request(refusal.violations, MAX_DETAILS_BYTES - status.ByteSize()))
    return status.SerializeToString()


def internal_details(message: str, reference: str) -> bytes:
    """Return the details of a fault of ours, which say where it was logged and no more."""
    status = Status(code=StatusCode.INTERNAL.value[0], message=message)
    _add(status, ErrorInfo(reason="INTERNAL", domain=DOMAIN, metadata={"reference": reference}))
    return status.SerializeToString()


def _bad_request(violations: tuple[Violation, ...], room_bytes: int) -> BadRequest:
    """Name as many fields as there is room for, fifty at most."""
    request = BadRequest()
    for violation in violations[:MAX_VIOLATIONS]:
        request.field_violations.add(field=violation.field, description=violation.rule)
        if request.ByteSize() > room_bytes:
            request.field_violations.pop()
            break
    return request


def _add(status: Status, detail: Message) -> None:
    packed = AnyMessage()
    packed.Pack(detail)
    status.details.append(packed)


def _duration(span: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(span)
    return duration
