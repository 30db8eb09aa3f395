"""The content hash of a problem: the same whatever the order of its rows."""

import json
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import TypeAlias

from services.capital.optimiser.problem import Problem

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"


def problem_hash(problem: Problem) -> str:
    """Return the SHA-256 of the problem's canonical JSON, as 64 hexadecimal digits.

    A field left at its default is left out: one that is added later changes no hash before it.
    """
    return sha256(_text(_canonical(problem)).encode()).hexdigest()


def _canonical(value: object) -> Json:
    """Sort rows and lists of codes; tables by year and age, which are numbers, keep their order."""
    if is_dataclass(value):
        stated = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _canonical(item) for field, item in stated if item != field.default}
    match value:
        case tuple() | list():
            items = [_canonical(item) for item in value]
            # An empty list is both; sorted or not, it is written the same.
            ordered = all(isinstance(item, int) for item in items)
            return items if ordered else sorted(items, key=_text)
        case str() | int() | None:
            return value
    raise TypeError(f"a problem holds no {type(value).__name__}")


def _text(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
