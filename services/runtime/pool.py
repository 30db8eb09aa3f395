"""A few connections, handed out last in, first out, each clean or not at all.

asyncpg's own pool shields every release in a task of its own: a third of what a small transaction
costs here. This one gives a clean connection back in a function call, and mends the others.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeAlias

import asyncpg

from services.kernel.errors import Exhausted

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
# What a connection that cannot even roll back says of it.
UNUSABLE: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresError,
)
RETRY_AFTER: Final = timedelta(seconds=1)


class Pool:
    """At most `size` connections; who finds none waits up to `patience`, then is refused."""

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], size: int, patience: timedelta
    ) -> None:
        self.size = size
        self._connect = connect
        self._patience_seconds = patience.total_seconds()
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(size)
        self._taken = 0
        self._closed = False

    @property
    def taken(self) -> int:
        """How many connections are in use."""
        return self._taken

    async def take(self) -> Connection:
        """Return a connection outside any transaction; give it back or mend it."""
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        self._taken += 1
        try:
            return self._waiting_one() or await self._connect()
        except BaseException:
            self._leave()
            raise

    def give(self, connection: Connection) -> None:
        """Take back a connection that is outside any transaction."""
        if self._closed:
            connection.terminate()
        elif not connection.is_closed():
            self._idle.append(connection)
        self._leave()

    async def mend(self, connection: Connection) -> None:
        """Roll back and take back a connection in any state; one that cannot is closed."""
        await asyncio.shield(self._mend(connection))

    def forget(self) -> None:
        """Close what is idle: these connections lead to a server that only reads."""
        while self._idle:
            self._idle.pop().terminate()

    async def close(self) -> None:
        """Close every connection that is idle; those in use close when given back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close(timeout=self._patience_seconds)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._places.acquire()
        except TimeoutError:
            raise Exhausted("the database is busy; try again", RETRY_AFTER) from None

    def _waiting_one(self) -> "Connection | None":
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _mend(self, connection: Connection) -> None:
        is_clean = False
        try:
            async with asyncio.timeout(self._patience_seconds):
                await connection.execute("ROLLBACK")
            is_clean = True
        except UNUSABLE:
            pass
        finally:
            if not is_clean:
                connection.terminate()
            self.give(connection)

    def _leave(self) -> None:
        self._taken -= 1
        self._places.release()
