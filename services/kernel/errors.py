"""Refusals: the answers of a service that will not do what it was asked.

Each kind has one gRPC code (services/runtime/rpc/refusals.py), each subclass one reason of the
catalogue in proto/makeready/common/v1/error_reason.proto.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

# Rules that read on from the field's name; every other follows a colon.
SENTENCES: Final = ("is required", "must be a UUID", "was used", "does not belong", "may not")


class Refusal(Exception):
    """What was asked is not done, for a reason the caller may know.

    `reason` names a value of makeready.common.v1.ErrorReason without its prefix; `message` is one
    plain sentence; `metadata` are facts a program can act on; `retry_after`, where given, is how
    long to wait before the same call may succeed.
    """

    reason: ClassVar[str]

    def __init__(
        self, message: str, *, retry_after: timedelta | None = None, **metadata: str
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        self.metadata = metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One field that breaks one rule. `field` is its path, as in `lines[3].hub_id`."""

    field: str
    rule: str

    def __str__(self) -> str:
        joint = " " if self.rule.startswith(SENTENCES) else ": "
        return f"{self.field}{joint}{self.rule}" if self.field else self.rule


class Malformed(Refusal):
    """The request itself is wrong, whatever the state of the system."""

    reason = "FIELD_INVALID"

    def __init__(self, field: str, rule: str, **metadata: str) -> None:
        violation = Violation(field=field, rule=rule)
        super().__init__(str(violation))
        self.metadata = metadata
        self.violations: tuple[Violation, ...] = (violation,)

    @classmethod
    def of(cls, violations: tuple[Violation, ...]) -> "Malformed":
        """Refuse for all of `violations` at once; there is at least one."""
        first, *others = violations
        refusal = cls(first.field, first.rule)
        refusal.violations = violations
        refusal.message = "; ".join([str(first), *map(str, others)])
        return refusal


class NotFound(Refusal):
    """There is none, or none that this caller may know of."""


class AlreadyExists(Refusal):
    """Another one has what must be unique."""


class RuleBroken(Refusal):
    """The state of the system does not allow it; repeating the call will not help."""


class Conflict(Refusal):
    """Someone else was at it; read again, then decide again."""

    reason = "CONTENTION"


class Forbidden(Refusal):
    """The caller is known, and may not."""

    reason = "ROLE_FORBIDDEN"


class Exhausted(Refusal):
    """A limit is reached; the same call may succeed after `retry_after`."""

    reason = "OVERLOADED"

    def __init__(self, message: str, retry_after: timedelta, **metadata: str) -> None:
        super().__init__(message, retry_after=retry_after, **metadata)


class Unauthenticated(Refusal):
    """The caller is not known."""

    reason = "TOKEN_REJECTED"


class Unavailable(Refusal):
    """Something needed is away; nothing is known to have been done."""

    reason = "DATABASE_UNAVAILABLE"
