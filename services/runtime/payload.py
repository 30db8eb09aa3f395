"""What is worked out once of an event's type: where its key stands, which enum values it knows."""

from collections.abc import Callable, Iterator
from typing import Final, cast

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from services.runtime.faults import Fault, Reason

KeyOf = Callable[[Message], str]
Check = Callable[[Message], str | None]
MAX_DEPTH: Final = 4


class Schema:
    """One type of event of one topic."""

    def __init__(self, kind: type[Message], aggregate: str) -> None:
        self._kind = kind
        descriptor = cast("Descriptor", kind.DESCRIPTOR)
        self._key_of = key_reader(descriptor, aggregate) if aggregate else None
        self._checks = tuple(_enum_checks(descriptor, 0))

    def read(self, value: bytes, key: str) -> Message:
        """Return the message in `value`, which must belong to `key`, or raise Fault."""
        message = self._kind()
        try:
            message.ParseFromString(value)
        except DecodeError:
            name = self._kind.DESCRIPTOR.full_name
            raise Fault(Reason.DECODE_FAILED, f"not a valid {name}") from None
        if self._key_of is not None and self._key_of(message) != key:
            raise Fault(Reason.KEY_MISMATCH, "the record's key is not the message's")
        for check in self._checks:
            if (field := check(message)) is not None:
                raise Fault(Reason.ENUM_UNKNOWN, f"{field} holds a value this build does not know")
        return message


def key_reader(kind: Descriptor, aggregate: str) -> KeyOf:
    """Return how to read the id of `aggregate` out of a `kind`: its own, or its first field's."""
    own = f"{aggregate}_id"
    if own in kind.fields_by_name:
        return lambda message: str(getattr(message, own))
    first = kind.fields_by_number.get(1)
    inner = first.message_type if first is not None else None
    for name in (own, "id"):
        if first is not None and inner is not None and name in inner.fields_by_name:
            return _nested(first.name, name)
    raise ValueError(f"{kind.full_name} does not say which {aggregate} it is about")


def _nested(outer: str, inner: str) -> KeyOf:
    return lambda message: str(getattr(getattr(message, outer), inner))


def _enum_checks(kind: Descriptor, depth: int) -> Iterator[Check]:
    for field in kind.fields:
        if field.enum_type is not None:
            yield _enum_check(field, field.enum_type)
        elif field.message_type is not None and depth < MAX_DEPTH and not _is_map(field):
            inner = tuple(_enum_checks(field.message_type, depth + 1))
            if inner:
                yield _message_check(field, inner)


def _is_map(field: FieldDescriptor) -> bool:
    kind = field.message_type
    return kind is not None and kind.GetOptions().map_entry


def _enum_check(field: FieldDescriptor, kind: EnumDescriptor) -> Check:
    name = field.name
    known = frozenset(kind.values_by_number)
    if field.is_repeated:
        return lambda message: None if known.issuperset(getattr(message, name)) else name
    return lambda message: None if getattr(message, name) in known else name


def _message_check(field: FieldDescriptor, checks: tuple[Check, ...]) -> Check:
    name = field.name

    def check_one(message: Message) -> str | None:
        return _first(checks, getattr(message, name)) if message.HasField(name) else None

    def check_each(message: Message) -> str | None:
        faults = (_first(checks, item) for item in getattr(message, name))
        return next((fault for fault in faults if fault is not None), None)

    return check_each if field.is_repeated else check_one


def _first(checks: tuple[Check, ...], message: Message) -> str | None:
    return next((fault for check in checks if (fault := check(message)) is not None), None)
