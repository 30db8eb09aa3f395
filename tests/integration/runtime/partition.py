"""A partition's log written by hand, and a lane that reads it into a real database."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from services.runtime import inbox
from services.runtime.adoption import Desks
from services.runtime.db import Database
from services.runtime.events import Headers
from services.runtime.lane import Lane
from services.runtime.metrics import Metrics
from services.runtime.report import Report
from services.runtime.scope import Scope
from tests.delivery import Fact, FakeRecord, a_record
from tests.integration.runtime.scratch.service import SOURCE, Scratch, a_reading

TOPIC: Final = "scratch.vehicle.v1"
GROUP: Final = "scratch"
KEYS: Final = tuple(str(UUID(int=number)) for number in range(1, 10))
VAN, CAR, BUS = KEYS[:3]


@dataclass(slots=True)
class Log:
    """Appends records; each follows its key's last version unless told otherwise."""

    records: list[FakeRecord] = field(default_factory=list)
    _versions: Counter[str] = field(default_factory=Counter)

    def add(self, key: str, miles: int, version: int = 0) -> FakeRecord:
        """Append a reading of `miles`; return its record."""
        self._versions[key] = version or self._versions[key] + 1
        fact = Fact(key=key, message=a_reading(key, miles))
        return self.append(a_record(TOPIC, SOURCE, fact, self._versions[key]))

    def append(self, record: FakeRecord) -> FakeRecord:
        """Append a record at the next offset, whatever it holds."""
        self.records.append(replace(record, offset=len(self.records)))
        return self.records[-1]

    def since(self, offset: int) -> Sequence[FakeRecord]:
        return self.records[offset:]


def with_header(headers: Headers, name: str, value: bytes | None) -> Headers:
    """Return `headers` with one replaced; None takes it away."""
    others = [header for header in headers if header[0] != name]
    return others if value is None else [*others, (name, value)]


@dataclass(slots=True)
class Reader:
    """One process that reads partitions, as far as a test goes."""

    database: Database
    scratch: Scratch = field(default_factory=Scratch)
    metrics: Metrics = field(default_factory=Metrics)
    desks: Desks = field(init=False)

    def __post_init__(self) -> None:
        self.desks = Desks(self.database, GROUP, [self.scratch.subscription(TOPIC)])

    async def lane(self, partition: int = 0) -> Lane:
        """Open a partition where the database says, as after a start."""
        desk = self.desks.of(TOPIC, partition)
        async with self.database.write(Scope.system("consume")) as tx:
            position = await inbox.open_at(tx, desk.place, 0)
        report = Report(desk.place, self.metrics.consumer)
        lane = Lane(desk, position, report, asyncio.Lock())
        await lane.cure()
        return lane

    def counted(self, name: str, **labels: str) -> float:
        """Return a counter of this process."""
        value = self.metrics.registry.get_sample_value(name, {"topic": TOPIC, **labels})
        return value or 0.0
