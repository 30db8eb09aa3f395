"""The content hash of a problem: the same whatever the order of its rows."""

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TypeAlias

from services.capital.optimiser.problem import Problem

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"


def problem_hash(problem: Problem) -> str:
    """Return the SHA-256 of the problem's canonical JSON, as 64 hexadecimal digits."""
    return sha256(_text(_canonical(asdict(problem))).encode()).hexdigest()


def _canonical(value: object) -> Json:
    """Sort rows and lists of codes; tables by year and age, which are numbers, keep their order."""
    match value:
        case dict():
            return {name: _canonical(item) for name, item in value.items()}
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
