"""Times as the protos write them."""

from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def instant(moment: datetime) -> Timestamp:
    """Return an aware time as a Timestamp."""
    return Timestamp(seconds=int(moment.timestamp()), nanos=moment.microsecond * 1000)


def moment(timestamp: Timestamp) -> datetime:
    """Return a Timestamp as an aware time in UTC."""
    return timestamp.ToDatetime(tzinfo=UTC)


def day(value: date | None) -> str:
    """Return a day as "2026-10-14"; empty of none."""
    return value.isoformat() if value is not None else ""
