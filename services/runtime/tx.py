"""A transaction as handlers and repositories see it: statements, the scope, and publish()."""

from collections.abc import Coroutine, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
from google.protobuf.message import Message

from services.kernel.calendar import LONDON
from services.kernel.ids import OdsCode
from services.runtime.outbox import Announcement, Answer
from services.runtime.pool import Connection
from services.runtime.scope import Scope

Row: TypeAlias = asyncpg.Record


class Tx:
    """One open transaction under one scope. Opened and closed by db.Database alone.

    `now` is the instant the transaction began, aware and in UTC; `today` that instant's day in
    London. Both stand still while the transaction lasts.
    """

    __slots__ = ("_connection", "answer", "events", "now", "scope")

    def __init__(self, connection: Connection, scope: Scope, now: datetime) -> None:
        self._connection = connection
        self.scope = scope
        self.now = now
        self.events: list[Announcement] = []
        self.answer: Answer | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()

    def fetch(self, sql: str, *args: object) -> Coroutine[Any, Any, list[Row]]:
        return self._connection.fetch(sql, *args)

    def fetchrow(self, sql: str, *args: object) -> Coroutine[Any, Any, Row | None]:
        return self._connection.fetchrow(sql, *args)

    def fetchval(self, sql: str, *args: object) -> Coroutine[Any, Any, Any]:
        return self._connection.fetchval(sql, *args)

    def execute(self, sql: str, *args: object) -> Coroutine[Any, Any, str]:
        """Run a statement and return its status tag, as in "UPDATE 1"."""
        return self._connection.execute(sql, *args)

    def executemany(self, sql: str, args: Iterable[Sequence[object]]) -> Coroutine[Any, Any, None]:
        return self._connection.executemany(sql, args)

    def publish(
        self, topic: str, key: str, org: OdsCode, message: Message, occurred_at: datetime
    ) -> None:
        """Announce a fact, in order after those announced before; it leaves only if this commits.

        `occurred_at` is when it happened in the world. `org` owns the fact and must be one that the
        scope may act for.
        """
        payload = message.SerializeToString()
        kind = message.DESCRIPTOR.full_name
        self.events.append(Announcement(topic, key, org, uuid4(), kind, payload, occurred_at))
