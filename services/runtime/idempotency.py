"""One effect for one request key: the reply is stored with the effect and given again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import asyncpg
from google.protobuf.message import Message

from services.kernel.errors import AlreadyExists, Conflict
from services.runtime.db import BEGIN, Database
from services.runtime.outbox import Answer
from services.runtime.scope import Scope, quote
from services.runtime.tx import Tx

# Raised by begin_write() of migration 0001.
IN_PROGRESS: Final = "MR001"
ANSWERED: Final = "MR002"

KEPT: Final = timedelta(days=7)
RETRY_AFTER: Final = timedelta(seconds=1)


class RequestIdReused(AlreadyExists):
    reason = "REQUEST_ID_REUSED"


class RequestInProgress(Conflict):
    reason = "REQUEST_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes two calls the same: the method, the caller's id for it, and its content."""

    method: str
    request_id: UUID
    fingerprint: bytes

    @classmethod
    def of(cls, method: str, request_id: UUID, request: Message) -> "RequestKey":
        content = request.SerializeToString(deterministic=True)
        return cls(method, request_id, sha256(content).digest())


async def once(
    database: Database, scope: Scope, key: RequestKey, work: Callable[[Tx], Awaitable[Message]]
) -> bytes:
    """Run `work` and commit it with its reply, or return the reply it was given before.

    Raises RequestIdReused when the key was used with other content, and RequestInProgress while
    another call with it runs.
    """

    async def answered(tx: Tx) -> bytes:
        reply = (await work(tx)).SerializeToString()
        tx.answer = Answer(scope.subject, key.method, key.request_id, key.fingerprint, reply)
        return reply

    reserve = f", begin_write({quote(scope.subject)}, {quote(key.method)}, '{key.request_id}')"
    try:
        return await database.run(scope, BEGIN + scope.settings + reserve, answered)
    except asyncpg.PostgresError as error:
        if error.sqlstate == ANSWERED:
            return await _replayed(database, scope, key)
        if error.sqlstate == IN_PROGRESS:
            raise _in_progress() from None
        raise


async def prune(tx: Tx) -> None:
    """Forget replies older than seven days; work for a Schedule."""
    await tx.execute(
        """
        DELETE FROM request_log
         WHERE created_at < $1
        """,
        tx.now - KEPT,
    )


async def _replayed(database: Database, scope: Scope, key: RequestKey) -> bytes:
    async with database.read(scope) as tx:
        row = await tx.fetchrow(
            """
            SELECT fingerprint, reply
              FROM request_log
             WHERE subject = $1 AND method = $2 AND request_id = $3
            """,
            scope.subject,
            key.method,
            key.request_id,
        )
    if row is None:
        # Pruned between the two looks: the next try finds the key free.
        raise _in_progress()
    if row["fingerprint"] != key.fingerprint:
        raise RequestIdReused("request_id was used with different content")
    return bytes(row["reply"])


def _in_progress() -> RequestInProgress:
    seconds = RETRY_AFTER // timedelta(seconds=1)
    message = f"same request is in progress; retry after {seconds} s"
    return RequestInProgress(message, retry_after=RETRY_AFTER)
