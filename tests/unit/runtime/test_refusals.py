"""Refusals on the wire: one code, one reason, and details within a trailer's size."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode
from makeready.common.v1.error_reason_pb2 import ErrorReason

from services.kernel.errors import Malformed, NotFound, Refusal, Violation
from services.runtime import idempotency, paging, parse, scope, watch
from services.runtime.auth import permissions, tokens
from services.runtime.db import contended, unavailable
from services.runtime.rpc import etags, limits
from services.runtime.rpc.refusals import (
    BodyMalformed,
    DeadlineRequired,
    code_of,
    details_of,
    internal_details,
    message_of,
)


class VehicleNotFound(NotFound):
    reason = "VEHICLE_NOT_FOUND"


def unpacked(details: bytes) -> tuple[Status, ErrorInfo, BadRequest, RetryInfo]:
    status, info, bad, retry = Status.FromString(details), ErrorInfo(), BadRequest(), RetryInfo()
    for detail in status.details:
        assert detail.Unpack(info) or detail.Unpack(bad) or detail.Unpack(retry)
    return status, info, bad, retry


CATALOGUE = set(ErrorReason.keys())
RUNTIMES = [
    (BodyMalformed("Vehicle"), StatusCode.INVALID_ARGUMENT, "BODY_MALFORMED"),
    (Malformed("x", "is required"), StatusCode.INVALID_ARGUMENT, "FIELD_INVALID"),
    (DeadlineRequired(), StatusCode.INVALID_ARGUMENT, "DEADLINE_REQUIRED"),
    (paging.PageTokenInvalid(), StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID"),
    (parse.PatientData("x", "postcode"), StatusCode.INVALID_ARGUMENT, "PATIENT_DATA"),
    (watch.ResumeTokenInvalid(), StatusCode.INVALID_ARGUMENT, "RESUME_TOKEN_INVALID"),
    (tokens.TokenMissing(""), StatusCode.UNAUTHENTICATED, "TOKEN_MISSING"),
    (tokens.TokenMalformed(""), StatusCode.UNAUTHENTICATED, "TOKEN_MALFORMED"),
    (tokens.TokenRejected("expired"), StatusCode.UNAUTHENTICATED, "TOKEN_REJECTED"),
    (tokens.TokenDuplicate(""), StatusCode.UNAUTHENTICATED, "TOKEN_DUPLICATE"),
    (permissions.RoleForbidden(""), StatusCode.PERMISSION_DENIED, "ROLE_FORBIDDEN"),
    (permissions.PlannerReadOnly(""), StatusCode.PERMISSION_DENIED, "PLANNER_READ_ONLY"),
    (scope.OrganisationOutOfScope(""), StatusCode.PERMISSION_DENIED, "ORGANISATION_OUT_OF_SCOPE"),
    (limits.RateLimited("", timedelta(1)), StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED"),
    (limits.Overloaded("", timedelta(1)), StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"),
    (idempotency.RequestIdReused(""), StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED"),
    (idempotency.RequestInProgress(""), StatusCode.ABORTED, "REQUEST_IN_PROGRESS"),
    (etags.EtagMismatch(""), StatusCode.ABORTED, "ETAG_MISMATCH"),
    (unavailable(), StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE"),
    (contended(), StatusCode.ABORTED, "CONTENTION"),
    (VehicleNotFound(""), StatusCode.NOT_FOUND, "VEHICLE_NOT_FOUND"),
]


@pytest.mark.parametrize(("refusal", "code", "reason"), RUNTIMES)
def test_every_refusal_of_the_runtime_has_its_code_and_a_reason_of_the_catalogue(
    refusal: Refusal, code: StatusCode, reason: str
) -> None:
    status, info, _, _ = unpacked(details_of(refusal))

    assert code_of(refusal) is code
    assert status.code == code.value[0]
    assert (info.domain, info.reason) == ("makeready", reason)
    assert f"ERROR_REASON_{reason}" in CATALOGUE


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _below(subclass)


def test_no_refusal_with_a_reason_is_outside_the_catalogue() -> None:
    ours = (kind for kind in _below(Refusal) if kind.__module__.startswith("services."))
    reasons = {kind.reason for kind in ours if hasattr(kind, "reason")}

    assert {f"ERROR_REASON_{reason}" for reason in reasons} <= CATALOGUE


def test_metadata_and_the_time_to_retry_go_with_the_refusal() -> None:
    refusal = idempotency.RequestInProgress("wait", retry_after=timedelta(seconds=1.5), a="b")

    status, info, _, retry = unpacked(details_of(refusal))

    assert status.message == "wait"
    assert dict(info.metadata) == {"a": "b"}
    assert retry.retry_delay.ToTimedelta() == timedelta(seconds=1.5)


def test_every_field_is_named_with_its_rule() -> None:
    broken = (Violation(field="a", rule="is required"), Violation(field="b[2]", rule="too long"))

    _, _, bad, _ = unpacked(details_of(Malformed.of(broken)))

    assert [(one.field, one.description) for one in bad.field_violations] == [
        ("a", "is required"),
        ("b[2]", "too long"),
    ]


def test_very_many_violations_still_fit_a_trailer() -> None:
    broken = tuple(Violation(field="x" * 90 + str(i), rule="y" * 60) for i in range(500))
    refusal = Malformed.of(broken)

    _, _, bad, _ = unpacked(details_of(refusal))

    assert 20 < len(bad.field_violations) <= 50
    assert len(details_of(refusal)) * 4 / 3 + len(message_of(refusal)) < 8_192


def test_a_fault_of_ours_tells_its_reference_and_nothing_else() -> None:
    status, info, _, _ = unpacked(internal_details("something went wrong", "abc"))

    assert status.code == StatusCode.INTERNAL.value[0]
    assert (info.reason, dict(info.metadata)) == ("INTERNAL", {"reference": "abc"})
