"""A service that only tests have: it writes odometer readings down, and misbehaves when told to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from makeready.fleet.v1.vehicle_events_pb2 import OdometerRecorded

from services.kernel.errors import RuleBroken
from services.kernel.ids import OdsCode
from services.runtime.db import Database
from services.runtime.events import Event
from services.runtime.scope import Scope
from services.runtime.subscription import Subscription, types_of
from services.runtime.tx import Tx

MIGRATIONS: Final = (Path(__file__).parent / "migrations",)
SOURCE: Final = "makeready/scratch"
TRUST: Final = OdsCode("RYA")
WRITER: Final = Scope(subject="writer", orgs=frozenset({TRUST}))
READER: Final = Scope(subject="reader", read_orgs=frozenset({TRUST}))

# Readings at which the service misbehaves.
REFUSED_MILES: Final = 900_001
BUG_MILES: Final = 900_002
DEADLY_MILES: Final = 900_003


class ReadingRefused(RuleBroken):
    reason = "ODOMETER_WENT_BACK"


class Died(BaseException):
    """The process dies of an event: for the database, what a kill looks like."""


@dataclass(slots=True)
class Scratch:
    """The effects of one service; `cured` are the readings that do no harm any more."""

    cured: set[int] = field(default_factory=set)
    calls: Counter[int] = field(default_factory=Counter)

    def subscription(self, topic: str, source: str = SOURCE) -> Subscription:
        return Subscription(
            topic=topic,
            source=source,
            types=types_of(OdometerRecorded),
            apply=self.apply,
            aggregate="vehicle",
        )

    async def apply(self, tx: Tx, events: Sequence[Event]) -> None:
        miles = [_miles(event) for event in events]
        self.calls.update(miles)
        await self._misbehave(set(miles) - self.cured)
        await tx.execute(
            """
            INSERT INTO effect (event_id, key, org, version, miles)
            SELECT event_id, key, org, version, miles
              FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::integer[])
                   WITH ORDINALITY AS event (event_id, key, org, version, miles, nth)
             ORDER BY nth
            """,
            [event.id for event in events],
            [event.key for event in events],
            [event.org for event in events],
            [event.version for event in events],
            miles,
        )

    async def _misbehave(self, miles: set[int]) -> None:
        if REFUSED_MILES in miles:
            raise ReadingRefused("the odometer cannot go back")
        if BUG_MILES in miles:
            raise ZeroDivisionError("a bug")
        if DEADLY_MILES in miles:
            raise Died


def _miles(event: Event) -> int:
    assert isinstance(event.message, OdometerRecorded)
    return event.message.odometer_miles


def a_reading(vehicle_id: str, miles: int) -> OdometerRecorded:
    return OdometerRecorded(vehicle_id=vehicle_id, trust=TRUST, odometer_miles=miles)


async def publish(database: Database, topic: str, key: str, *miles: int) -> None:
    """Commit readings of one vehicle, all in one transaction."""
    async with database.write(WRITER) as tx:
        for each in miles:
            tx.publish(topic, key, TRUST, a_reading(key, each), datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    event_id: UUID
    key: str
    version: int
    miles: int


async def effects(database: Database) -> list[Effect]:
    """Return every effect, in the order in which they were made."""
    async with database.read(READER) as tx:
        rows = await tx.fetch(
            """
              SELECT event_id, key, version, miles
                FROM effect
            ORDER BY id
            """
        )
    return [Effect(**row) for row in rows]


async def versions_by_key(database: Database) -> dict[str, list[int]]:
    """Return the versions of each key, in the order in which they took effect."""
    by_key: dict[str, list[int]] = {}
    for effect in await effects(database):
        by_key.setdefault(effect.key, []).append(effect.version)
    return by_key


async def count(database: Database, purpose: str, sql: str) -> int:
    """Count rows that only a purpose may see."""
    async with database.read(Scope.system(purpose)) as tx:
        return int(await tx.fetchval(sql))


async def effect_count(database: Database) -> int:
    async with database.read(READER) as tx:
        return int(await tx.fetchval("SELECT count(*) FROM effect"))


unsent = partial(count, purpose="relay", sql="SELECT count(*) FROM outbox")
