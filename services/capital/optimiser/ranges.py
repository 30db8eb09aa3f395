"""The values in a problem, however deep, with the type written beside each; and its range kept."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Final,
    NamedTuple,
    NewType,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import CODE_PATTERN, MaxLength, Range

Hints: TypeAlias = Mapping[str, object]

CODE: Final = re.compile(CODE_PATTERN)


class Leaf(NamedTuple):
    """One value: its path such as `envelopes[3].trusts[0]`, and the type its field states."""

    path: str
    value: object
    hint: object


def leaves(value: object, path: str = "") -> Iterator[Leaf]:
    """Yield every value in a dataclass of dataclasses and tuples; None is no value."""
    return _fields(value, path, _hints(value))


def range_faults(value: object, path: str = "") -> Iterator[Fault]:
    """Yield a fault for each value that is not what its field's type allows."""
    for leaf in leaves(value, path):
        rule = _broken_rule(leaf)
        if rule:
            yield Fault(field=leaf.path, rule=rule)


def _fields(value: object, path: str, hints: Hints) -> Iterator[Leaf]:
    for name, hint in hints.items():
        item, place = getattr(value, name), f"{path}.{name}" if path else name
        if isinstance(item, tuple):
            yield from _items(item, place, get_args(hint)[0])
        elif is_dataclass(item):
            yield from _fields(item, place, _hints(item))
        elif item is not None:
            yield Leaf(place, item, hint)


def _items(items: tuple[object, ...], path: str, hint: object) -> Iterator[Leaf]:
    rows = bool(items) and is_dataclass(items[0])
    # Once for the whole table: reading annotations costs more than walking a row.
    hints = _hints(items[0]) if rows else {}
    for place, item in enumerate(items):
        if rows:
            yield from _fields(item, f"{path}[{place}]", hints)
        else:
            yield Leaf(f"{path}[{place}]", item, hint)


def _hints(value: object) -> Hints:
    hints = get_type_hints(type(value), include_extras=True)
    return {name: _without_none(hint) for name, hint in hints.items()}


def _without_none(hint: object) -> object:
    if get_origin(hint) in {Union, UnionType}:
        return next(arm for arm in get_args(hint) if arm is not NoneType)
    return hint


def _broken_rule(leaf: Leaf) -> str | None:
    if get_origin(leaf.hint) is Annotated:
        return _outside(leaf.value, get_args(leaf.hint)[1])
    if isinstance(leaf.hint, NewType) and not CODE.fullmatch(str(leaf.value)):
        return "must be 1 to 64 letters, digits, '.', ':', '_' or '-'"
    return None


def _outside(value: object, bound: object) -> str | None:
    match bound:
        case Range(least, most) if type(value) is not int or not least <= value <= most:
            return f"must be a whole number from {least:,} to {most:,}"
        case MaxLength(most) if len(str(value)) > most:
            return f"must be a text of at most {most} characters"
    return None
