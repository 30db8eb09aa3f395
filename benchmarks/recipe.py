"""The statements the product sends for one call, recorded for a bare server to send them too."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID, uuid4

import asyncpg

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
VEHICLE: Final = "vehicle"
REQUEST: Final = "request"
FRESH: Final = "fresh"


@dataclass(frozen=True, slots=True)
class Blank:
    """An argument that differs from call to call, and whether it is written as text."""

    what: str
    as_text: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One statement. Without arguments it goes as a simple query, names filled into its text."""

    sql: str
    args: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What one call does to the database, and the reply it gives."""

    method: str
    request_type: str
    reply_type: str
    reply: bytes
    steps: tuple[Step, ...]

    async def follow(self, connection: Connection, vehicle_id: UUID, request_id: UUID) -> None:
        """Send the statements for another vehicle and request, one after the other."""
        names = {VEHICLE: vehicle_id, REQUEST: request_id}
        for step in self.steps:
            if step.args:
                await connection.fetch(step.sql, *(_filled(arg, names) for arg in step.args))
            else:
                await connection.execute(step.sql.replace("<request>", str(request_id)))


def _filled(arg: object, names: dict[str, UUID]) -> object:
    if not isinstance(arg, Blank):
        return arg
    # An event's id is drawn for every call, as the product draws it.
    value = names.get(arg.what) or uuid4()
    return str(value) if arg.as_text else value


@dataclass(slots=True, eq=False)
class Recorder:
    """Listens on a connection while the product makes one call."""

    vehicle_id: UUID
    request_id: UUID
    steps: list[Step] = field(default_factory=list)

    def __call__(self, query: asyncpg.connection.LoggedQuery) -> None:
        args = tuple(self._blank(arg) for arg in query.args or ())
        self.steps.append(Step(query.query.replace(str(self.request_id), "<request>"), args))

    def _blank(self, arg: object) -> object:
        text = str(arg)
        if text == str(self.vehicle_id):
            return Blank(VEHICLE, isinstance(arg, str))
        if text == str(self.request_id):
            return Blank(REQUEST, isinstance(arg, str))
        if isinstance(arg, UUID) and arg.version == 4:
            return Blank(FRESH, as_text=False)
        return arg


def summary(steps: Sequence[Step]) -> str:
    """Return the statements' first words, to print beside a figure."""
    words = (re.sub(r"\s+", " ", step.sql.strip())[:30] for step in steps)
    return " · ".join(words)
