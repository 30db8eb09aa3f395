"""Events without a broker: handed to a subscription as the consumer would, read from an outbox."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final
from uuid import uuid4

from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from services.kernel.ids import OdsCode
from services.runtime import inbox
from services.runtime.adoption import Desks
from services.runtime.contiguity import Verdicts
from services.runtime.db import Database
from services.runtime.events import Headers
from services.runtime.outgoing import Outgoing, headers_of
from services.runtime.scope import Scope
from services.runtime.subscription import Subscription

NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What happened to `key`, which belongs to `org`."""

    key: str
    message: Message
    org: str = "RYA"
    occurred_at: datetime = NOON
    traceparent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRecord:
    """A Kafka record as the consumer reads it, made here."""

    topic: str
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int = 0
    timestamp: int = int(NOON.timestamp() * 1000)


def a_record(topic: str, source: str, fact: Fact, version: int = 1, offset: int = 0) -> FakeRecord:
    """Return the record that the relay of `source` would have sent."""
    row = Outgoing(
        id=0,
        event_id=uuid4(),
        topic=topic,
        key=fact.key,
        org=fact.org,
        version=version,
        type=fact.message.DESCRIPTOR.full_name,
        payload=fact.message.SerializeToString(),
        traceparent=fact.traceparent,
        occurred_at=fact.occurred_at,
        created_at=fact.occurred_at,
    )
    return FakeRecord(
        topic=topic,
        offset=offset,
        key=fact.key.encode(),
        value=row.payload,
        headers=headers_of(row, source, fence=1),
    )


@dataclass(slots=True)
class Delivery:
    """One partition of a subscription's topic, read into `database`; it counts the versions."""

    database: Database
    subscription: Subscription
    _offsets: "count[int]" = field(default_factory=count)
    _versions: Counter[str] = field(default_factory=Counter)
    _position: int | None = None

    async def deliver(self, *facts: Fact) -> Verdicts:
        """Take in `facts` as one batch, in one transaction; raise what the handler raises.

        Runs inbox, scope, contiguity and outbox as in production. After a failure the same facts
        may be delivered anew.
        """
        records = [self._record(fact) for fact in facts]
        desks = Desks(self.database, "test", [self.subscription])
        desk = desks.of(self.subscription.topic, 0)
        if self._position is None:
            async with self.database.write(Scope.system("consume")) as tx:
                self._position = await inbox.open_at(tx, desk.place, 0)
        arrivals = [desk.reader.read(record) for record in records]
        try:
            verdicts = await desk.commit(self._position, arrivals)
        except BaseException:
            self._versions.subtract(fact.key for fact in facts)
            raise
        self._position = arrivals[-1].next_offset
        return verdicts

    def _record(self, fact: Fact) -> FakeRecord:
        self._versions[fact.key] += 1
        topic, source = self.subscription.topic, self.subscription.source
        return a_record(topic, source, fact, self._versions[fact.key], next(self._offsets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An event that waits in an outbox."""

    topic: str
    key: str
    org: OdsCode
    version: int
    message: Message
    occurred_at: datetime


async def published(database: Database, topic: str | None = None) -> Sequence[Published]:
    """Return the events in the outbox, in the order in which they will be sent."""
    async with database.read(Scope.system("relay")) as tx:
        rows = await tx.fetch(
            """
              SELECT topic, key, org, version, type, payload, occurred_at
                FROM outbox
               WHERE $1::text IS NULL
                  OR topic = $1
            ORDER BY id
            """,
            topic,
        )
    return [
        Published(
            topic=row["topic"],
            key=row["key"],
            org=OdsCode(row["org"]),
            version=row["version"],
            message=_message(row["type"], row["payload"]),
            occurred_at=row["occurred_at"],
        )
        for row in rows
    ]


def _message(kind: str, payload: bytes) -> Message:
    descriptor = descriptor_pool.Default().FindMessageTypeByName(kind)
    return GetMessageClass(descriptor).FromString(payload)
