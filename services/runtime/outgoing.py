"""An event on its way out: a row of the outbox, and the CloudEvents headers it leaves with."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID


class Outgoing(NamedTuple):
    """A row of the outbox, as the relay reads it."""

    id: int
    event_id: UUID
    topic: str
    key: str
    org: str
    version: int
    type: str
    payload: bytes
    traceparent: str
    occurred_at: datetime
    created_at: datetime


def headers_of(row: Outgoing, source: str, fence: int) -> list[tuple[str, bytes]]:
    """Return the headers of an event; `fence` grows with every new leader of the source's relay."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(row.event_id).encode()),
        ("ce_type", row.type.encode()),
        ("ce_source", source.encode()),
        ("ce_time", row.occurred_at.astimezone(UTC).isoformat().encode()),
        ("ce_subject", row.key.encode()),
        ("ce_aggregateversion", b"%d" % row.version),
        ("ce_orgid", row.org.encode()),
        ("ce_fence", b"%d" % fence),
        ("content-type", b"application/protobuf"),
    ]
    if row.traceparent:
        headers.append(("traceparent", row.traceparent.encode()))
    return headers
