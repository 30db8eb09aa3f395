"""Messages of the optimiser's values, and files of them: protobuf JSON, faults naming fields."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message

from services.capital.optimiser.faults import Fault, InvalidProblem

M = TypeVar("M", bound=Message)
Meaning = TypeVar("Meaning", bound=Enum)
Value = TypeVar("Value")

# protobuf states a fault's place at the end of its sentence, or only the fields it came through.
PLACE: Final = re.compile(r' at "?Renewal(?:Problem|Plan)\.?([\w.\[\]]*)"?')
BARE: Final = re.compile(r'\s*[\["\w-]')
STEP: Final = re.compile(r"Failed to parse (\w+) field: ")


def stated(pairs: list[tuple[str, Value]], numbers: Mapping[Enum, Value]) -> dict[str, Value]:
    """Make a dataclass's fields those of its message: no None, and numbers for enums.

    A `dict_factory` of `asdict`, with the numbers given.
    """
    return {
        name: numbers[value] if isinstance(value, Enum) else value
        for name, value in pairs
        if value is not None
    }


def known(meanings: Mapping[int, Meaning], number: int, field: str) -> Meaning:
    """Return what an enum's number means; raises InvalidProblem for one not stated or not known."""
    if number not in meanings:
        expected = " or ".join(meaning.name for meaning in meanings.values())
        raise InvalidProblem([Fault(field=field, rule=f"must be {expected}")])
    return meanings[number]


def parse_json(text: str | bytes, message: M) -> M:
    """Fill the message from protobuf JSON; raises InvalidProblem for what is not such a message."""
    try:
        said = text.decode() if isinstance(text, bytes) else text
        # protobuf takes an empty list for an empty message, and trips over a bare value.
        if BARE.match(said):
            raise InvalidProblem([Fault(field="file", rule="must be a JSON object")])
        return json_format.Parse(said, message)
    except json_format.ParseError as error:
        raise InvalidProblem([_fault(str(error))]) from None
    except UnicodeDecodeError:
        raise InvalidProblem([Fault(field="file", rule="is not UTF-8 text")]) from None
    except RecursionError:
        raise InvalidProblem([Fault(field="file", rule="is nested too deeply")]) from None


def to_json(message: Message) -> str:
    """Write the message with the proto's own field names."""
    return json_format.MessageToJson(message, preserving_proto_field_name=True) + "\n"


def _fault(text: str) -> Fault:
    """Take protobuf's sentence apart into the field's path and what is wrong with it."""
    first_line = text.splitlines()[0]
    place = PLACE.search(first_line)
    steps = STEP.findall(first_line)
    rule = PLACE.sub("", STEP.sub("", first_line)).strip(" .")
    path = place[1].strip(".") if place else ""
    return Fault(field=path or ".".join(steps) or "file", rule=rule)
