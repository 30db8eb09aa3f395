"""What a stream tells, row by row, kept as it stands; and waits for what is to come."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

import grpc

from demo.client import Refused

Row = TypeVar("Row")

PATIENCE: Final = timedelta(seconds=60)
PAUSE_SECONDS: Final = 0.05


class NeverCame(Exception):
    """What was waited for has not happened in time; says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Row]):
    """One step of a stream. No row: the snapshot is complete, or a heartbeat."""

    row: Row | None
    resume_token: str
    is_snapshot_complete: bool = False


class Mirror(Generic[Row]):
    """Rows by key. `open` gives the stream's steps from a resume token on, "" for a snapshot."""

    def __init__(
        self,
        what: str,
        key: Callable[[Row], str],
        open_stream: Callable[[str], AsyncIterator[Step[Row]]],
    ) -> None:
        self._what = what
        self._key = key
        self._open = open_stream
        self._rows: dict[str, Row] = {}
        self._changed = asyncio.Event()
        self._is_complete = False
        self._refused: Refused | None = None
        self._token = ""

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows as last told; it changes while you wait."""
        return self._rows

    async def run(self) -> None:
        """Follow the stream for ever; where it breaks off it is resumed without loss."""
        while self._refused is None:
            try:
                async for step in self._open(self._token):
                    self._take(step)
            except Refused as refused:
                if refused.code is not grpc.StatusCode.UNAVAILABLE:
                    self._refused = refused
                    self._ring()
            await asyncio.sleep(PAUSE_SECONDS)

    async def complete(self) -> None:
        """Return once the snapshot is in."""
        await self.until(lambda: "" if self._is_complete else "its snapshot")

    async def until(self, missing: Callable[[], str], patience: timedelta = PATIENCE) -> None:
        """Return once nothing is `missing`; raise NeverCame with what still is past `patience`."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self._until(missing)
        except TimeoutError:
            raise NeverCame(f"{self._what}: {missing()}") from None

    async def _until(self, missing: Callable[[], str]) -> None:
        while missing():
            if self._refused is not None:
                raise self._refused
            await self._changed.wait()

    def _take(self, step: Step[Row]) -> None:
        self._token = step.resume_token or self._token
        if step.row is not None:
            self._rows[self._key(step.row)] = step.row
        self._is_complete = self._is_complete or step.is_snapshot_complete
        self._ring()

    def _ring(self) -> None:
        """Wake everyone who waits."""
        self._changed.set()
        self._changed = asyncio.Event()


@asynccontextmanager
async def followed(mirror: Mirror[Row]) -> AsyncGenerator[Mirror[Row]]:
    """Follow a stream for the length of the block, from the moment its snapshot is in."""
    task = asyncio.create_task(mirror.run())
    try:
        await mirror.complete()
        yield mirror
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def asked_until(
    missing: Callable[[], Awaitable[str]], patience: timedelta = PATIENCE
) -> None:
    """Ask again and again until nothing is `missing`: for what no stream tells."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + patience.total_seconds()
    while left := await missing():
        if loop.time() > give_up_at:
            raise NeverCame(left)
        await asyncio.sleep(PAUSE_SECONDS)
