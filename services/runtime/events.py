"""An event between services: CloudEvents 1.0 headers around protobuf bytes, written and read here.

The rules of reading are reliability B86 to B97: what cannot be read says why, and never raises.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol, Self, TypeVar
from uuid import UUID

from google.protobuf import descriptor_pool
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from services.kernel.ids import OdsCode
from services.runtime.faults import Fault, Reason
from services.runtime.payload import Schema
from services.runtime.scope import ODS_CODE

MAX_VALUE_BYTES: Final = 1_000_000
MAX_HEADERS: Final = 64
MAX_TEXT_BYTES: Final = 512
DIGEST_BYTES: Final = 16
MAX_VERSION: Final = 2**63 - 1
TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
UNREAD: Final[Message] = Empty()
Headers = Sequence[tuple[str, bytes | None]]
T = TypeVar("T")


class Record(Protocol):
    """The part of a Kafka record used here; `timestamp` in milliseconds since 1970."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Stands for a record that the client cannot take apart: only where it was is known."""

    topic: str
    partition: int
    offset: int
    timestamp: int = 0
    key: bytes | None = None
    value: bytes | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact of another service. `version` counts the events of its key from 1, without holes."""

    id: UUID
    type: str
    source: str
    topic: str
    key: str
    org: OdsCode
    version: int
    occurred_at: datetime
    traceparent: str
    message: Message


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record and what was made of it.

    Without event and fault it is a tombstone. With both, it is not to be applied. One that is not
    `wanted` counts as seen, and nobody is told. `digest` is of the value.
    """

    record: Record
    event: Event | None
    fault: Fault | None
    digest: bytes
    wanted: bool = True

    @property
    def next_offset(self) -> int:
        return self.record.offset + 1

    @property
    def is_dead(self) -> bool:
        """Whether it will never be applied, whatever its key's position."""
        return self.fault is not None and self.fault.reason.is_final

    def held_for(self, fault: Fault) -> Self:
        """Return the arrival with a verdict on it: it is not to be applied."""
        return replace(self, fault=fault)


class Envelope(NamedTuple):
    """The headers of a record, parsed."""

    id: UUID
    type: str
    source: str
    key: str
    org: OdsCode
    version: int
    occurred_at: datetime
    traceparent: str


class Reader:
    """Reads the records of one topic. Built once: what it knows of each type is worked out then.

    Raises ValueError when a type has no field that could hold the topic's key.
    """

    def __init__(
        self, source: str, types: Mapping[str, type[Message]], aggregate: str = ""
    ) -> None:
        self._source = source
        self._schemas = {name: Schema(kind, aggregate) for name, kind in types.items()}

    def read(self, record: Record) -> Arrival:
        """Return what the record says, or what is wrong with it."""
        if record.value is None:
            return Arrival(record, None, _unreadable(record), b"")
        digest = blake2b(record.value, digest_size=DIGEST_BYTES).digest()
        try:
            envelope = self._envelope(record)
        except Fault as fault:
            return Arrival(record, None, fault, digest)
        try:
            message = self._message(envelope, record.value)
        except Fault as fault:
            event = _event(envelope, record.topic, UNREAD)
            return Arrival(record, event, fault, digest)
        event = _event(envelope, record.topic, message)
        return Arrival(record, event, None, digest, wanted=message is not UNREAD)

    def _envelope(self, record: Record) -> Envelope:
        _require_small(record)
        headers = dict(record.headers)
        envelope = Envelope(
            id=_parsed(headers, "ce_id", UUID),
            type=_text(headers, "ce_type"),
            source=_text(headers, "ce_source"),
            key=_key(record),
            org=OdsCode(_text(headers, "ce_orgid")),
            version=_parsed(headers, "ce_aggregateversion", _version),
            occurred_at=_parsed(headers, "ce_time", _instant),
            traceparent=_traceparent(headers),
        )
        if headers.get("ce_specversion") != b"1.0":
            raise Fault(Reason.ENVELOPE_INCOMPLETE, "ce_specversion is not 1.0")
        if _text(headers, "ce_subject") != envelope.key:
            raise Fault(Reason.KEY_MISMATCH, "the record's key is not its ce_subject")
        self._require_owner(envelope)
        return envelope

    def _require_owner(self, envelope: Envelope) -> None:
        if envelope.source != self._source:
            raise Fault(Reason.SOURCE_FORBIDDEN, f"only {self._source} writes to this topic")
        if not ODS_CODE.fullmatch(envelope.org):
            raise Fault(Reason.SOURCE_FORBIDDEN, "ce_orgid is not an ODS code")

    def _message(self, envelope: Envelope, value: bytes) -> Message:
        schema = self._schemas.get(envelope.type)
        if schema is not None:
            return schema.read(value, envelope.key)
        _require_known(envelope.type)
        return UNREAD


def _event(envelope: Envelope, topic: str, message: Message) -> Event:
    return Event(
        id=envelope.id,
        type=envelope.type,
        source=envelope.source,
        topic=topic,
        key=envelope.key,
        org=envelope.org,
        version=envelope.version,
        occurred_at=envelope.occurred_at,
        traceparent=envelope.traceparent,
        message=message,
    )


def _unreadable(record: Record) -> Fault | None:
    """Tell what was lost from a tombstone, which is no fault."""
    if isinstance(record, Unreadable):
        return Fault(Reason.UNREADABLE, "a header's name is not UTF-8, in it or before it")
    return None


def _require_small(record: Record) -> None:
    if record.value is not None and len(record.value) > MAX_VALUE_BYTES:
        raise Fault(Reason.TOO_LARGE, f"the value is over {MAX_VALUE_BYTES} bytes")
    if len(record.headers) > MAX_HEADERS:
        raise Fault(Reason.TOO_LARGE, f"more than {MAX_HEADERS} headers")


def _require_known(kind: str) -> None:
    try:
        descriptor_pool.Default().FindMessageTypeByName(kind)
    except KeyError:
        raise Fault(Reason.TYPE_UNKNOWN, "this build does not know the type") from None


def _text(headers: Mapping[str, bytes | None], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise Fault(Reason.ENVELOPE_INCOMPLETE, f"{name} is missing")
    if len(value) > MAX_TEXT_BYTES:
        raise Fault(Reason.TOO_LARGE, f"{name} is over {MAX_TEXT_BYTES} bytes")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise Fault(Reason.ENVELOPE_INCOMPLETE, f"{name} is not UTF-8") from None
    if "\0" in text:
        raise Fault(Reason.ENVELOPE_INCOMPLETE, f"{name} holds a NUL")
    return text


def _parsed(headers: Mapping[str, bytes | None], name: str, parse: Callable[[str], T]) -> T:
    text = _text(headers, name)
    try:
        return parse(text)
    except ValueError:
        raise Fault(Reason.ENVELOPE_INCOMPLETE, f"{name} cannot be read") from None


def _version(text: str) -> int:
    version = int(text)
    if not 0 < version <= MAX_VERSION:
        raise ValueError("versions count from 1")
    return version


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without its offset")
    return instant


def _key(record: Record) -> str:
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        raise Fault(Reason.KEY_MISMATCH, "the key is not UTF-8") from None
    if not key or "\0" in key:
        raise Fault(Reason.KEY_MISMATCH, "the record has no key")
    if len(key) > MAX_TEXT_BYTES:
        raise Fault(Reason.TOO_LARGE, f"the key is over {MAX_TEXT_BYTES} bytes")
    return key


def _traceparent(headers: Mapping[str, bytes | None]) -> str:
    text = (headers.get("traceparent") or b"").decode(errors="replace")
    return text if TRACEPARENT.fullmatch(text) else ""
