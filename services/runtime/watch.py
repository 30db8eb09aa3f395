"""A snapshot, then every change: streams that resume without loss and sleep between commits."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Generic, TypeAlias, TypeVar

import asyncpg

from services.kernel.errors import Malformed
from services.runtime.db import Database
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.tx import Tx

T = TypeVar("T")

CHANNEL: Final = "outbox"
HEARTBEAT_SECONDS: Final = 15.0
# A stream looks at most so often, however many commits wake it.
SPACING_SECONDS: Final = 0.05
RECONNECT_SECONDS: Final = 1.0
PROBE_SECONDS: Final = 30.0
TOKEN: Final = re.compile(r"x([0-9]{1,19})")
# What was logged until the last checkpoint is on disk: asked for the first look, the only one that
# needs it.
SIGHT: Final = """
SELECT pg_snapshot_xmin(seen)::text AS horizon,
       pg_snapshot_xmax(seen) >= coalesce($1, '0')::xid8 AS is_known,
       least(pg_snapshot_xmin(seen), logged.next_xid)::text AS floor,
       pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS written,
       pg_current_wal_flush_lsn() - '0/0'::pg_lsn AS kept
  FROM pg_current_snapshot() AS seen
  LEFT JOIN LATERAL (
           SELECT (split_part(next_xid, ':', 1)::bigint * 4294967296
                   + split_part(next_xid, ':', 2)::bigint)::text::xid8 AS next_xid
             FROM pg_control_checkpoint()
            WHERE $1::text IS NULL
       ) AS logged ON true
"""

Read: TypeAlias = Callable[[Tx, str | None], Awaitable[list[T]]]
Key: TypeAlias = Callable[[T], tuple[object, int]]


class ResumeTokenInvalid(Malformed):
    reason = "RESUME_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("resume_token", "does not belong to this stream")


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[T]):
    """A row as it stood when the stream began."""

    row: T


@dataclass(frozen=True, slots=True)
class Complete:
    """The snapshot is complete; what follows are changes."""

    token: str


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """A row after a change; `token` resumes after it, or a little before, never beyond."""

    row: T
    token: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Nothing has changed for 15 s."""

    token: str


Step: TypeAlias = Snapshot[T] | Complete | Change[T] | Heartbeat


class ChangeFeed:
    """Wakes this process's streams when a transaction has published. `run` runs beside them.

    It listens while any of them waits, and a while longer: each commit that publishes wakes every
    session that listens.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rung = asyncio.Event()
        self._wanted = asyncio.Event()
        self._waiting = 0
        self.rings = 0

    async def run(self) -> None:
        """Listen for whoever waits; to begin, as after a lost connection, counts as a change."""
        while True:
            if not self._waiting:
                await self._wanted.wait()
            try:
                connection = await self._database.connect()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            try:
                await self._listen(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(RECONNECT_SECONDS)
            finally:
                connection.terminate()

    async def wait(self, rings: int, seconds: float) -> bool:
        """Return at the first change after `rings` was read, or False after `seconds` without."""
        self._waiting += 1
        self._wanted.set()
        try:
            return self.rings != rings or await _within(seconds, self._rung)
        finally:
            self._waiting -= 1

    async def _listen(self, connection: Connection) -> None:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener(CHANNEL, self._ring)
        # What was published while nobody listened has rung for nobody.
        self._ring()
        is_wanted = True
        while is_wanted and not gone.is_set():
            await connection.execute("SELECT")
            self._wanted.clear()
            await _within(PROBE_SECONDS, gone)
            is_wanted = self._waiting > 0 or self._wanted.is_set()

    def _ring(self, *_: object) -> None:
        self.rings += 1
        self._rung.set()
        self._rung = asyncio.Event()


async def watch(
    database: Database, feed: ChangeFeed, scope: Scope, token: str, read: Read[T], key: Key[T]
) -> AsyncGenerator[Step[T], None]:
    """Yield what `read` finds, then each change of it, until the caller stops listening.

    `read(tx, None)` returns the snapshot, `read(tx, since)` the rows of it WHERE changed_xid >=
    $n::text::xid8; `key(row)` names a row and its version. With a `token` of an earlier stream the
    snapshot is left out, and the last changes may come a second time.
    """
    since = _since(token)
    seen: dict[object, int] = {}
    shore = _Shore()
    while True:
        rings, looked_at = feed.rings, monotonic()
        sight, rows = await _look(database, scope, since, read)
        fresh = [row for row in rows if seen.get(key(row)[0], 0) < key(row)[1]]
        seen = dict(map(key, rows))
        safe = shore.reached(sight, since)
        for step in _steps(fresh, since, safe):
            yield step
        since = safe
        await asyncio.sleep(looked_at + SPACING_SECONDS - monotonic())
        while not await feed.wait(rings, HEARTBEAT_SECONDS):
            yield Heartbeat(_token(since))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """How far a look saw.

    `horizon` is the oldest transaction open before the rows were read: every later commit is its
    or a higher one's; what is below has been seen. Of the log, `written` bytes were there then
    and `kept` of them on disk. `floor` is no transaction's number again, whatever is lost.
    """

    horizon: str
    floor: str
    written: int
    kept: int


@dataclass(slots=True)
class _Shore:
    """The horizons seen whose log is not on disk yet, oldest first.

    A server that loses power gives out again the numbers of transactions that it has no log of:
    a token above them would pass over what is done under them then.
    """

    _afloat: deque[_Sight] = field(default_factory=deque)

    def reached(self, sight: _Sight, since: str | None) -> str:
        """Return the latest horizon that a loss of power leaves as it is."""
        safe = sight.floor if since is None else since
        self._afloat.append(sight)
        while self._afloat and self._afloat[0].written <= sight.kept:
            safe = self._afloat.popleft().horizon
        return safe


async def _look(
    database: Database, scope: Scope, since: str | None, read: Read[T]
) -> tuple[_Sight, list[T]]:
    """Return the rows, and how far that was seen."""

    async def look(tx: Tx) -> tuple[_Sight, list[T]]:
        row = await tx.fetchrow(SIGHT, since)
        if row is None or not row["is_known"]:
            raise ResumeTokenInvalid
        sight = _Sight(
            horizon=row["horizon"],
            floor=row["floor"],
            written=int(row["written"]),
            kept=int(row["kept"]),
        )
        return sight, await read(tx, since)

    return await database.reading(scope, look)


def _steps(rows: list[T], since: str | None, horizon: str) -> Iterator[Step[T]]:
    if since is None:
        yield from map(Snapshot, rows)
        yield Complete(_token(horizon))
    elif rows:
        # Who resumes between changes seen in one look must see the rest of them again.
        yield from (Change(row, _token(since)) for row in rows[:-1])
        yield Change(rows[-1], _token(horizon))


def _since(token: str) -> str | None:
    if not token:
        return None
    known = TOKEN.fullmatch(token)
    if known is None:
        raise ResumeTokenInvalid
    return known[1]


def _token(horizon: str) -> str:
    return f"x{horizon}"


async def _within(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
