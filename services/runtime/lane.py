"""One partition, read in order: batches, and what to do when one of them fails.

Trouble with the database is waited out. Any other failure halves the batch until the one event
remains that cannot be applied; its key is parked, and the others go on.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog

from services.kernel.errors import Refusal
from services.runtime import inbox
from services.runtime.attempts import failure_of, fault_of, patiently
from services.runtime.desk import Desk
from services.runtime.events import Arrival, Record
from services.runtime.faults import CURABLE, Fault, Reason
from services.runtime.inbox import Moved
from services.runtime.release import Release
from services.runtime.report import Report
from services.runtime.scope import Scope
from services.runtime.waiting import keys_waiting_for

log = structlog.get_logger()

# Between the attempts at an event whose handler raised what it should not.
BUG_PAUSES_SECONDS: Final = (0.2, 1.0)
# An event before which processes died this often is not tried again.
FATAL_ATTEMPTS: Final = 3


class Lane:
    """Where one partition stands, and how its next records are taken in.

    `proving` is shared by all lanes of a process: each begins alone, so that a process which dies
    of an event dies of only one.
    """

    def __init__(self, desk: Desk, position: int, report: Report, proving: asyncio.Lock) -> None:
        self._desk = desk
        self._report = report
        self._proving = proving
        self._is_proven = False
        self._filled: set[str] = set()
        self.position = position

    async def take(self, records: Sequence[Record]) -> None:
        """Take in `records`, which follow `position`, one way or another.

        Raises Moved when another reader has done so; nothing else but a cancellation and what even
        parking cannot cure.
        """
        arrivals = [self._desk.reader.read(record) for record in records]
        if self._is_proven:
            await self._settle(arrivals)
        else:
            async with self._proving:
                await self._take_cautiously(arrivals)
            self._is_proven = True

    async def cure(self) -> None:
        """Try again what waits for want of a newer build, or of an event that has come since."""
        for key in await patiently(self._curable):
            await self._release(key)

    async def _take_cautiously(self, arrivals: Sequence[Arrival]) -> None:
        """Take in the first records since the start; the last process may have died of one."""
        if not await patiently(self._is_suspect):
            await patiently(partial(self._attempt, alone=False))
            await self._settle(arrivals)
            return
        log.warning("consumer_died_here", **self._report.place, offset=self.position)
        for arrival in arrivals:
            attempts = await patiently(partial(self._attempt, alone=True))
            is_fatal = attempts >= FATAL_ATTEMPTS and arrival.event is not None
            fault = Fault(Reason.CRASH_LOOP, f"{attempts} processes died of it")
            await self._settle([arrival.held_for(fault) if is_fatal else arrival])

    async def _settle(self, arrivals: Sequence[Arrival]) -> None:
        error = await self._commit(arrivals)
        if error is None:
            return
        if len(arrivals) == 1:
            await self._settle_one(arrivals[0], error)
            return
        middle = len(arrivals) // 2
        await self._settle(arrivals[:middle])
        await self._settle(arrivals[middle:])

    async def _settle_one(self, arrival: Arrival, error: Exception) -> None:
        """Apply an event that failed once, or park its key."""
        for pause in BUG_PAUSES_SECONDS:
            if isinstance(error, Refusal):
                break
            await asyncio.sleep(pause)
            again = await self._commit([arrival])
            if again is None:
                return
            error = again
        log.error("event_failed", **self._report.of(arrival), exc_info=error)
        beyond_cure = await self._commit([arrival.held_for(fault_of(error))])
        if beyond_cure is not None:
            raise beyond_cure

    async def _commit(self, arrivals: Sequence[Arrival]) -> Exception | None:
        """Commit `arrivals`; return what the handler raised, if it did."""
        error = await failure_of(partial(patiently, partial(self._try, arrivals)))
        if isinstance(error, Moved):
            raise error
        if error is not None:
            self._report.failed(error)
            return error
        while self._filled:
            await self._release(self._filled.pop())
        return None

    async def _try(self, arrivals: Sequence[Arrival]) -> None:
        alone = not self._is_proven
        verdicts = await self._desk.commit(self.position, arrivals, alone=alone)
        self.position = arrivals[-1].next_offset
        self._filled |= verdicts.filled
        self._report.committed(arrivals, verdicts)

    async def _release(self, key: str) -> None:
        released = await patiently(Release(self._desk, key).run)
        self._report.released(key, released)

    async def _curable(self) -> list[str]:
        async with self._desk.database.read(Scope.system("consume")) as tx:
            return await keys_waiting_for(tx, self._desk.place, CURABLE)

    async def _is_suspect(self) -> bool:
        async with self._desk.database.read(Scope.system("consume")) as tx:
            return await inbox.died_at(tx, self._desk.place) == self.position

    async def _attempt(self, *, alone: bool) -> int:
        async with self._desk.database.write(Scope.system("consume")) as tx:
            return await inbox.attempt(tx, self._desk.place, self.position, alone=alone)
