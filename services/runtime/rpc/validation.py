"""Bytes → a message that keeps every rule of its .proto, or a refusal naming all it breaks."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from typing import Final

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from protovalidate import FieldPathElementPb as FieldPathElement
from protovalidate import Validator
from protovalidate import Violation as Broken

from services.kernel.errors import Malformed, Violation
from services.runtime.rpc.refusals import MAX_VIOLATIONS, BodyMalformed

# A body this long is told of its first fault alone: 25,000 of them took 3.9 s of the event loop.
LARGE_BODY_BYTES: Final = 65_536
ENUM: Final = 14  # FieldDescriptorProto.Type.TYPE_ENUM
MAX_KEY_CHARACTERS: Final = 40
FINITE: Final = "must be a finite number"
UNSPECIFIED: Final = "must be specified"
BLANK: Final = "must not be blank"
# A rule of a whole message says its field first: "note is required with cause OTHER".
SENTENCE: Final = re.compile(r"(?P<field>[a-z_][a-z0-9_.]*):? (?P<rule>.+)", re.DOTALL)

# What a broken rule is called, from the rule's value and the field's.
PHRASES: Final[Mapping[str, Callable[[object, object], str]]] = {
    "enum.defined_only": lambda _, value: f"unknown value {value}",
    "enum.in": lambda _, value: f"value {value} is not allowed" if value else UNSPECIFIED,
    "enum.not_in": lambda _, value: f"value {value} is not allowed" if value else UNSPECIFIED,
    "map.max_pairs": lambda limit, _: f"at most {_counted(limit, 'entry', 'entries')}",
    "repeated.max_items": lambda limit, _: f"at most {_counted(limit, 'item', 'items')}",
    "repeated.min_items": lambda limit, _: f"at least {_counted(limit, 'item', 'items')}",
    "repeated.unique": lambda _, values: _duplicate(values),
    "required": lambda _, __: "is required",
    "string.max_bytes": lambda limit, _: f"at most {limit} bytes",
    "string.max_len": lambda limit, _: f"at most {limit} characters",
    "string.min_len": lambda limit, _: BLANK if limit == 1 else f"at least {limit} characters",
    "string.pattern": lambda pattern, _: PATTERNS.get(str(pattern), "not in the form asked for"),
    "string.uuid": lambda _, __: "must be a UUID",
}
PATTERNS: Final[Mapping[str, str]] = {
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "use YYYY-MM-DD",
    "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$": "use YYYY-MM-DD",
    "^[A-Z0-9]{3,6}$": "not an ODS organisation code",
    "^([A-Z0-9]{3,6})?$": "not an ODS organisation code",
}
# protovalidate's own sentences for bounds, in the notation of ours.
NOTATION: Final = (
    ("greater than or equal to ", "≥ "),
    ("less than or equal to ", "≤ "),
    ("greater than ", "> "),
    ("less than ", "< "),
)


class Decoder:
    """Decodes requests of one type and checks them against the rules of its .proto."""

    def __init__(self, request: Descriptor, validator: Validator) -> None:
        self._descriptor = request
        self._type = GetMessageClass(request)
        self._validator = validator

    def decode(self, body: bytes) -> Message:
        """Return the request; BodyMalformed, or Malformed with every rule it breaks."""
        try:
            request = self._type.FromString(body)
        except DecodeError:
            raise BodyMalformed(self._descriptor.name) from None
        is_large = len(body) > LARGE_BODY_BYTES
        if broken := self._validator.collect_violations(request, fail_fast=is_large):
            raise Malformed.of(violations(broken, self._descriptor))
        return request


def violations(broken: Sequence[Broken], message: Descriptor) -> tuple[Violation, ...]:
    """Return what is wrong with a message, each thing once, fifty at most."""
    found = dict.fromkeys(_violation(one, message) for one in broken)
    return tuple(found)[:MAX_VIOLATIONS]


def _violation(broken: Broken, message: Descriptor) -> Violation:
    field = broken.proto.field
    if field is None:
        return _of_message(broken.proto.message)
    path = ".".join(map(_element, field.elements))
    return Violation(field=path, rule=_rule(broken, field.elements, message))


def _rule(broken: Broken, path: Sequence[FieldPathElement], message: Descriptor) -> str:
    value, rule_id = broken.field_value, broken.proto.rule_id
    if isinstance(value, float) and not isfinite(value):
        return FINITE
    if rule_id == "required":
        return _required(path, message)
    if phrase := PHRASES.get(rule_id):
        return phrase(broken.rule_value, value)
    return _noted(broken.proto.message)


def _required(path: Sequence[FieldPathElement], message: Descriptor) -> str:
    *parents, last = path
    for parent in parents:
        message = message.fields_by_name[parent.field_name].message_type or message
    if oneof := message.oneofs_by_name.get(last.field_name):
        names = ", ".join(field.name for field in oneof.fields)
        return f"exactly one of {names} is required"
    return UNSPECIFIED if last.field_type == ENUM else "is required"


def _of_message(sentence: str) -> Violation:
    said = SENTENCE.fullmatch(sentence)
    if said is None:
        return Violation(field="", rule=sentence)
    return Violation(field=said["field"], rule=said["rule"])


def _element(element: FieldPathElement) -> str:
    if element.subscript is None:
        return element.field_name
    key = str(element.subscript.value)[:MAX_KEY_CHARACTERS]
    return f"{element.field_name}[{key}]"


def _duplicate(values: object) -> str:
    """Name the first value that stands twice: "[3] is a duplicate of [1]"."""
    first_at: dict[object, int] = {}
    for index, value in enumerate(values if isinstance(values, Iterable) else ()):
        if value in first_at:
            return f"[{index}] is a duplicate of [{first_at[value]}]"
        first_at[value] = index
    return "holds a duplicate"


def _counted(number: object, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _noted(sentence: str) -> str:
    for words, sign in NOTATION:
        sentence = sentence.replace(words, sign)
    return sentence
