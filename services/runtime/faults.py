"""Why an event was not applied: a closed list, each with the status it would have had as a call."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """What is wrong with an event, or with its place among its key's events."""

    DECODE_FAILED = "decode_failed"
    ENVELOPE_INCOMPLETE = "envelope_incomplete"
    KEY_MISMATCH = "key_mismatch"
    ID_REUSE = "id_reuse"
    SOURCE_FORBIDDEN = "source_forbidden"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    TYPE_UNKNOWN = "type_unknown"
    ENUM_UNKNOWN = "enum_unknown"
    VERSION_GAP = "version_gap"
    REFUSED = "refused"
    HANDLER_BUG = "handler_bug"
    CRASH_LOOP = "crash_loop"
    BEHIND = "behind"
    DISCARDED = "discarded"

    @property
    def status(self) -> str:
        """The gRPC status that says the same of a call."""
        return STATUS[self]

    @property
    def is_final(self) -> bool:
        """Whether the event can never be applied: it is kept as dead, its key is not parked."""
        return self in FINAL


STATUS: Final = {
    Reason.DECODE_FAILED: "INVALID_ARGUMENT",
    Reason.ENVELOPE_INCOMPLETE: "INVALID_ARGUMENT",
    Reason.KEY_MISMATCH: "INVALID_ARGUMENT",
    Reason.ID_REUSE: "DATA_LOSS",
    Reason.SOURCE_FORBIDDEN: "PERMISSION_DENIED",
    Reason.TOO_LARGE: "RESOURCE_EXHAUSTED",
    Reason.UNREADABLE: "INVALID_ARGUMENT",
    Reason.TYPE_UNKNOWN: "UNIMPLEMENTED",
    Reason.ENUM_UNKNOWN: "FAILED_PRECONDITION",
    Reason.VERSION_GAP: "ABORTED",
    Reason.REFUSED: "FAILED_PRECONDITION",
    Reason.HANDLER_BUG: "INTERNAL",
    Reason.CRASH_LOOP: "INTERNAL",
    Reason.BEHIND: "ABORTED",
    Reason.DISCARDED: "ABORTED",
}

FINAL: Final = frozenset(
    {
        Reason.DECODE_FAILED,
        Reason.ENVELOPE_INCOMPLETE,
        Reason.KEY_MISMATCH,
        Reason.ID_REUSE,
        Reason.SOURCE_FORBIDDEN,
        Reason.TOO_LARGE,
        Reason.UNREADABLE,
    }
)

# What a newer build, or an event still under way, may cure: tried again at every start.
CURABLE: Final = frozenset({Reason.TYPE_UNKNOWN, Reason.ENUM_UNKNOWN, Reason.VERSION_GAP})

# Someone writes what only another may write: wakes the engineer on call.
HOSTILE: Final = frozenset({Reason.ID_REUSE, Reason.SOURCE_FORBIDDEN})


class Fault(Exception):
    """An event that is not applied; `detail` is one plain sentence without the event's content."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
