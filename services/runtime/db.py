"""The only way to the database: a transaction bound to a scope, opened at the edge.

A write costs its BEGIN with scope, the handler's statements, one flush and the COMMIT; a read its
BEGIN with scope, its statements and the COMMIT. Nothing here waits without a deadline.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self, TypeAlias, TypeVar

import asyncpg

from services.kernel.errors import Conflict, Unavailable
from services.runtime.outbox import COMMIT_AND_RING, flush
from services.runtime.pool import Connection, Pool
from services.runtime.scope import Scope
from services.runtime.telemetry import current_traceparent
from services.runtime.tx import Tx

T = TypeVar("T")

End: TypeAlias = Callable[[Connection, Tx], Awaitable[None]]

BEGIN: Final = "BEGIN; "
BEGIN_READ: Final = "BEGIN READ ONLY; "
ATTEMPTS: Final = 3
PAUSE_SECONDS: Final = 0.02
# Nothing is wrong with the work; the same statements may pass when begun again.
TRANSIENT: Final = (
    asyncpg.InvalidCachedStatementError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
# The server, or the way to it, is away.
TROUBLE: Final = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


# What using a connection raises that the server has closed meanwhile.
DEAD: Final = (
    ConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how many: of connections, of a statement, of the wait for either."""

    connections: int = 10
    connect: timedelta = timedelta(seconds=5)
    statement: timedelta = timedelta(seconds=10)
    patience: timedelta = timedelta(seconds=2)
    idle_in_transaction: timedelta = timedelta(seconds=30)


async def commit(connection: Connection, tx: Tx) -> None:
    """End the transaction with what it published, and wake who waits for that."""
    await flush(connection, tx.events, current_traceparent(), tx.answer)
    await connection.execute(COMMIT_AND_RING if tx.events else "COMMIT")


async def rehearse(connection: Connection, tx: Tx) -> None:
    """Apply every check a commit would, and leave nothing behind."""
    await flush(connection, tx.events, current_traceparent(), tx.answer)
    await connection.execute("SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK")


class Database:
    """Scoped transactions on one PostgreSQL database."""

    def __init__(self, dsn: str, name: str, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._dsn = dsn
        self._name = name
        self._limits = limits
        self._clock = clock
        self.pool = Pool(self.connect, limits.connections, limits.patience)

    @classmethod
    async def open(
        cls,
        dsn: str,
        name: str,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Connect once, so that a wrong address shows at the start. `name` shows in the server."""
        database = cls(dsn, name, limits or Limits(), clock)
        await database.ping()
        return database

    async def close(self) -> None:
        await self.pool.close()

    async def ping(self) -> None:
        """Take a connection and ask the server for nothing; Unavailable when there is none."""
        async with self.read(Scope.system("queue")) as tx:
            await tx.execute("SELECT")

    async def connect(self) -> Connection:
        """Return a connection of its own, for LISTEN and session locks; the caller closes it."""
        limits = self._limits
        return await asyncpg.connect(
            self._dsn,
            timeout=limits.connect.total_seconds(),
            command_timeout=limits.statement.total_seconds(),
            server_settings={
                "application_name": self._name,
                "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction),
                "jit": "off",
                "standard_conforming_strings": "on",
                "statement_timeout": _milliseconds(limits.statement),
                "timezone": "UTC",
            },
        )

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[Tx]:
        """Open a transaction that cannot write."""
        async with self._transaction(scope, BEGIN_READ + scope.settings) as tx:
            yield tx

    @asynccontextmanager
    async def write(self, scope: Scope) -> AsyncIterator[Tx]:
        """Open a transaction that commits, with what it published, unless the block raises."""
        async with self._transaction(scope, BEGIN + scope.settings) as tx:
            yield tx

    async def reading(self, scope: Scope, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in a transaction that cannot write; run it again when the database asks."""
        return await self.run(scope, BEGIN_READ + scope.settings, work)

    async def writing(self, scope: Scope, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` in a transaction and commit; run it again when the database asks."""
        return await self.run(scope, BEGIN + scope.settings, work)

    async def rehearsing(self, scope: Scope, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work` and all that a commit would check, then roll back."""
        return await self.run(scope, BEGIN + scope.settings, work, rehearse)

    async def run(
        self, scope: Scope, begin: str, work: Callable[[Tx], Awaitable[T]], end: End = commit
    ) -> T:
        """Run `work` between the scripts `begin` and `end`, up to three times.

        It is repeated whole on a deadlock, a serialisation failure and a plan outdated by a
        migration, and refused with CONTENTION when that does not help. Raises Unavailable when the
        server is away: nothing was written then, or the caller's request_id tells whether it was.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._attempt(scope, begin, work, end)
            except TRANSIENT as error:
                if attempt == ATTEMPTS:
                    raise contended() from error
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise AssertionError("unreachable")

    async def _attempt(
        self, scope: Scope, begin: str, work: Callable[[Tx], Awaitable[T]], end: End
    ) -> T:
        connection = await self._begun(begin)
        try:
            tx = Tx(connection, scope, self._clock())
            result = await work(tx)
            await end(connection, tx)
        except BaseException as error:
            await self._undo(connection, begin, error)
            raise
        self.pool.give(connection)
        return result

    @asynccontextmanager
    async def _transaction(self, scope: Scope, begin: str) -> AsyncIterator[Tx]:
        connection = await self._begun(begin)
        try:
            tx = Tx(connection, scope, self._clock())
            yield tx
            await commit(connection, tx)
        except BaseException as error:
            await self._undo(connection, begin, error)
            raise
        self.pool.give(connection)

    async def _begun(self, begin: str) -> Connection:
        """Return a connection inside its transaction; those that died while idle are replaced."""
        for _ in range(self._limits.connections + 1):
            connection = await self._take()
            try:
                await connection.execute(begin)
            except DEAD:
                connection.terminate()
                self.pool.give(connection)
            except BaseException as error:
                await self._undo(connection, begin, error)
                raise
            else:
                return connection
        raise unavailable()

    async def _undo(self, connection: Connection, begin: str, error: BaseException) -> None:
        """Roll back, free the connection, and raise what `error` means if it has a name here."""
        meaning = self._meaning(error, connection, begin)
        await self.pool.mend(connection)
        if meaning is not None:
            raise meaning from error

    async def _take(self) -> Connection:
        try:
            return await self.pool.take()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
            raise unavailable() from trouble

    def _meaning(
        self, error: BaseException, connection: Connection, begin: str
    ) -> Unavailable | Conflict | None:
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError) and begin.startswith(BEGIN):
            # The server has become a standby: what is pooled leads to it.
            self.pool.forget()
            return unavailable()
        if isinstance(error, TROUBLE) or (isinstance(error, DEAD) and connection.is_closed()):
            return unavailable()
        return contended() if isinstance(error, asyncpg.LockNotAvailableError) else None


def violates(error: asyncpg.PostgresError, constraint: str) -> bool:
    """Whether `error` is the breach of the constraint or unique index of that name."""
    return getattr(error, "constraint_name", None) == constraint


def unavailable() -> Unavailable:
    return Unavailable("the database is away; try again", retry_after=timedelta(seconds=1))


def contended() -> Conflict:
    return Conflict("other calls were at the same; try again", retry_after=timedelta(seconds=1))


def _milliseconds(span: timedelta) -> str:
    return str(span // timedelta(milliseconds=1))
