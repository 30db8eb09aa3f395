"""The values in a problem, however deep, each held to the rule of the type written beside it."""

import re
from collections.abc import Callable, Iterator
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

# What is wrong with a value, or None.
Rule: TypeAlias = Callable[[object], str | None]
# The rule of a type as a field states it; None where there is none to keep.
RuleOf: TypeAlias = Callable[[object], Rule | None]

CODE: Final = re.compile(CODE_PATTERN)


def range_faults(value: object, path: str = "") -> Iterator[Fault]:
    """Yield a fault for each value that is not what its field's type allows."""
    return Look(_stated).faults(value, path)


class Look:
    """One look through a dataclass of dataclasses and tuples for values that break a rule.

    Only fields that have a rule are read, and a path is written for a fault alone: a problem file
    holds up to 150,000 values, nearly all of them good.
    """

    def __init__(self, rule_of: RuleOf) -> None:
        self._rule_of = rule_of
        self._known: dict[type, _Fields] = {}

    def faults(self, value: object, path: str = "") -> Iterator[Fault]:
        """Yield the faults of one value's fields; None is no value, and breaks no rule."""
        fields = self._fields(type(value))
        for name, rule in fields.plain:
            item = getattr(value, name)
            broken = None if item is None else rule(item)
            if broken:
                yield Fault(field=_within(path, name), rule=broken)
        for name in fields.parts:
            part = getattr(value, name)
            if part is not None:
                yield from self.faults(part, _within(path, name))
        for name, entry in fields.tables:
            yield from self.table_faults(getattr(value, name), _within(path, name), entry)

    def table_faults(self, rows: tuple[object, ...], path: str, entry: object) -> Iterator[Fault]:
        """Yield the faults of a tuple's entries, whose type is `entry`."""
        rule = None if is_dataclass(entry) else self._rule_of(entry)
        for place, row in enumerate(rows):
            if rule is None:
                yield from self.faults(row, f"{path}[{place}]")
            elif broken := rule(row):
                yield Fault(field=f"{path}[{place}]", rule=broken)

    def _fields(self, kind: type) -> "_Fields":
        # Reading annotations costs more than walking a row.
        if kind not in self._known:
            self._known[kind] = self._read(kind)
        return self._known[kind]

    def _read(self, kind: type) -> "_Fields":
        fields = _Fields([], [], [])
        for name, said in get_type_hints(kind, include_extras=True).items():
            hint = _without_none(said)
            if get_origin(hint) is tuple:
                entry = get_args(hint)[0]
                if is_dataclass(entry) or self._rule_of(entry) is not None:
                    fields.tables.append((name, entry))
            elif is_dataclass(hint):
                fields.parts.append(name)
            elif (rule := self._rule_of(hint)) is not None:
                fields.plain.append((name, rule))
        return fields


class _Fields(NamedTuple):
    """A dataclass's fields that have a rule, are a dataclass themselves, or hold a table."""

    plain: list[tuple[str, Rule]]
    parts: list[str]
    tables: list[tuple[str, object]]


def _within(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _without_none(hint: object) -> object:
    if get_origin(hint) in {Union, UnionType}:
        return next(arm for arm in get_args(hint) if arm is not NoneType)
    return hint


def _stated(hint: object) -> Rule | None:
    if isinstance(hint, NewType):
        return _code
    match get_args(hint)[1] if get_origin(hint) is Annotated else None:
        case Range(least, most):
            return _whole_number(least, most)
        case MaxLength(most):
            return _short_text(most)
    return None


def _code(value: object) -> str | None:
    if CODE.fullmatch(str(value)):
        return None
    return "must be 1 to 64 letters, digits, '.', ':', '_' or '-'"


def _whole_number(least: int, most: int) -> Rule:
    def rule(value: object) -> str | None:
        if type(value) is int and least <= value <= most:
            return None
        return f"must be a whole number from {least:,} to {most:,}"

    return rule


def _short_text(most: int) -> Rule:
    def rule(value: object) -> str | None:
        return f"must be a text of at most {most} characters" if len(str(value)) > most else None

    return rule
