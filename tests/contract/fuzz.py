"""Random requests from a method's descriptor: mostly plausible, often wrong, at times none."""

import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, cast
from uuid import UUID

from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

INTEGERS: Final = (0, 1, -1, 2, 24, 50, 100, 501, 2026, 2_000_001, 2**31 - 1, -(2**31), 2**31)
LONG_INTEGERS: Final = (*INTEGERS, 2**53, 2**63 - 1, -(2**63))
TEXTS: Final = (
    "",
    " ",
    "\t",
    "RYA",
    "RYD",
    "QUA",
    "rya",
    "Oldbury",
    "AB12CDE",
    "AB12 CDE",
    "WDB9066571S123456",
    "O'Hara; DROP TABLE vehicle; --",
    "%s%n{{7*7}}${x}",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "é",
    "e\u0301",
    "\u202egnp.exe",
    "\u200b",
    "🚑" * 60,
    "x" * 201,
    "x" * 5000,
    "-1",
    "1e400",
    "NaN",
    "2026-02-30",
    "2026-10-14",
    "0001-01-01",
    "9999-12-31",
    "943 476 5919",
    "00000000-0000-0000-0000-000000000000",
    "0" * 64,
)
UNSIGNED: Final = frozenset(
    {
        FieldDescriptor.TYPE_UINT32,
        FieldDescriptor.TYPE_UINT64,
        FieldDescriptor.TYPE_FIXED32,
        FieldDescriptor.TYPE_FIXED64,
    }
)
LONG: Final = frozenset(
    {
        FieldDescriptor.TYPE_INT64,
        FieldDescriptor.TYPE_UINT64,
        FieldDescriptor.TYPE_SINT64,
        FieldDescriptor.TYPE_FIXED64,
        FieldDescriptor.TYPE_SFIXED64,
    }
)


@dataclass(slots=True)
class Fuzzer:
    """Draws requests. The same seed and the same known values give the same requests."""

    seed: int
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)
    day: date = date(2026, 10, 14)
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    def body(self, request: Descriptor) -> bytes:
        """Return the bytes of a request; one in twenty is broken on the wire."""
        message = message_factory.GetMessageClass(request)()
        self._fill(message, wildness=self.draw.choice((0.0, 0.02, 0.1, 0.6)), depth=0)
        body = message.SerializeToString()
        return self._broken(body) if self.draw.random() < 0.05 else body

    def plausible(self, kind: Descriptor) -> Message:
        """Return a message with every field set to something plausible."""
        message = message_factory.GetMessageClass(kind)()
        self._fill(message, wildness=0.0, depth=0)
        return message

    def _fill(self, message: Message, wildness: float, depth: int) -> None:
        # The stubs call a message's descriptor by two names.
        descriptor = cast("Descriptor", message.DESCRIPTOR)
        for one_of in descriptor.oneofs:
            self._set(message, self.draw.choice(list(one_of.fields)), wildness, depth)
        for each in descriptor.fields:
            if each.containing_oneof is None and self.draw.random() > 0.15 * bool(wildness):
                self._set(message, each, wildness, depth)

    def _set(self, message: Message, each: FieldDescriptor, wildness: float, depth: int) -> None:
        if each.is_repeated:
            self._set_repeated(message, each, wildness, depth)
        elif each.message_type is None:
            setattr(message, each.name, self._scalar(each, wildness))
        elif depth < 4 and self.draw.random() < 0.7:
            child = getattr(message, each.name)
            child.SetInParent()
            self._fill_child(child, wildness, depth)

    def _set_repeated(
        self, message: Message, each: FieldDescriptor, wildness: float, depth: int
    ) -> None:
        values = getattr(message, each.name)
        for _ in range(self._length(each, wildness)):
            if each.message_type is None:
                values.append(self._scalar(each, wildness))
            elif depth < 4:
                self._fill_child(values.add(), wildness, depth)

    def _length(self, each: FieldDescriptor, wildness: float) -> int:
        if self.draw.random() < wildness:
            # Many of what is large itself would only test the limit of a body.
            return self.draw.choice((0, 1, 2, 30, 600 if each.message_type is None else 8))
        return 24 if each.name == "staff_by_hour" else self.draw.choice((0, 1, 1, 2))

    def _fill_child(self, child: Message, wildness: float, depth: int) -> None:
        if child.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
            self._fill_instant(child, wildness)
        else:
            self._fill(child, wildness, depth + 1)

    def _fill_instant(self, instant: Message, wildness: float) -> None:
        noon = 1_791_979_200
        wild = self.draw.random() < wildness
        seconds = self.draw.choice((-(2**62), 2**62, 0)) if wild else noon + self._minutes() * 60
        nanos = self.draw.choice((-1, 10**9, 2**31 - 1)) if wild else 0
        setattr(instant, "seconds", seconds)  # noqa: B010 - the class is known by its descriptor alone
        setattr(instant, "nanos", nanos)  # noqa: B010

    def _minutes(self) -> int:
        return self.draw.randrange(-3000, 3000)

    def _scalar(self, each: FieldDescriptor, wildness: float) -> object:
        wild = self.draw.random() < wildness
        kinds: Mapping[int, Callable[..., object]] = {
            FieldDescriptor.TYPE_STRING: self._text,
            FieldDescriptor.TYPE_BYTES: lambda *_, **__: self.draw.randbytes(
                self.draw.randrange(40)
            ),
            FieldDescriptor.TYPE_BOOL: lambda *_, **__: self.draw.random() < 0.5,
            FieldDescriptor.TYPE_ENUM: self._enum,
            FieldDescriptor.TYPE_DOUBLE: self._real,
            FieldDescriptor.TYPE_FLOAT: self._real,
        }
        return kinds.get(each.type, self._integer)(each, wild=wild)

    def _enum(self, each: FieldDescriptor, *, wild: bool) -> int:
        assert each.enum_type is not None
        numbers = [value.number for value in each.enum_type.values]
        return self.draw.choice((0, 999, -1)) if wild else self.draw.choice(numbers)

    def _real(self, _: FieldDescriptor, *, wild: bool) -> float:
        odd = (float("nan"), float("inf"), float("-inf"), -0.0, 1e300)
        return self.draw.choice(odd) if wild else self.draw.uniform(-10, 1000)

    def _integer(self, each: FieldDescriptor, *, wild: bool) -> int:
        pool = LONG_INTEGERS if each.type in LONG else INTEGERS
        low = 0 if each.type in UNSIGNED else -(2**63)
        high = 2**64 if each.type in LONG else 2**31
        fitting = [number for number in pool if low <= number < high]
        small = 2026 if "year" in each.name else self.draw.randrange(0, 100)
        return self.draw.choice(fitting) if wild else small

    def _text(self, each: FieldDescriptor, *, wild: bool) -> str:
        if wild:
            return self.draw.choice(TEXTS)
        if each.name in self.known:
            return self.draw.choice(self.known[each.name])
        if each.name.endswith("_id") and each.name not in {"option_id", "line_id"}:
            return str(UUID(bytes=self.draw.randbytes(16), version=4))
        if each.name.endswith(("_on", "_from", "_by", "_until", "day")):
            return (self.day + timedelta(days=self.draw.randrange(-900, 900))).isoformat()
        return "".join(self.draw.choices(string.ascii_uppercase + string.digits, k=8))

    def _broken(self, body: bytes) -> bytes:
        cut = self.draw.randrange(len(body) + 1)
        return self.draw.choice(
            (body[:cut], self.draw.randbytes(40), body[:cut] + b"\xff\xff" + body[cut:])
        )
