"""Small batches of a topic's partitions, taken in together as long as that goes well.

A transaction costs nearly the same for one event as for ten. While two are under way the batches of
other partitions wait here, and the next takes them all; each lane gets an answer of its own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from services.kernel.errors import Exhausted, Unavailable
from services.runtime.attempts import failure_of
from services.runtime.batch import Intake
from services.runtime.contiguity import Verdicts
from services.runtime.db import contended
from services.runtime.inbox import Batch

# Larger batches gain nothing by company, and lose the work done beside them.
SMALL: Final = 50
MOST_ABOARD: Final = 20
# One takes in events while the other waits for the disk.
ABREAST: Final = 2


@dataclass(slots=True, eq=False)
class Passage:
    """One batch on its way; `over` is set once it has either verdicts or an error."""

    batch: Batch
    verdicts: Verdicts | None = None
    error: Exception | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def outcome(self) -> Verdicts:
        """Return the verdicts, or raise the error; a passage cut off may be tried again."""
        if self.verdicts is None:
            raise self.error or contended()
        return self.verdicts


class Ferry:
    """One per topic and process. `turns` bounds how many transactions are under way at once."""

    def __init__(self, intake: Intake, turns: asyncio.Semaphore) -> None:
        self.intake = intake
        self._turns = turns
        self._waiting: list[Passage] = []
        self._berths = asyncio.Semaphore(ABREAST)

    async def alone(self, batch: Batch) -> Verdicts:
        """Take in a batch in a transaction of its own; raises what Intake.commit raises."""
        async with self._turns:
            verdicts = await self.intake.commit([batch])
        return verdicts[0]

    async def together(self, batch: Batch) -> Verdicts:
        """Take in a batch with those that wait at the same time; the outcome is as if alone."""
        if len(batch.arrivals) > SMALL:
            return await self.alone(batch)
        passage = Passage(batch)
        self._waiting.append(passage)
        try:
            # Lanes woken by one answer of the broker all come in this turn of the loop.
            await asyncio.sleep(0)
            async with self._berths:
                if passage in self._waiting:
                    await self._cross()
        finally:
            if passage in self._waiting:
                self._waiting.remove(passage)
        await passage.over.wait()
        return passage.outcome()

    async def _cross(self) -> None:
        """Take in what waits."""
        aboard, self._waiting = self._waiting[:MOST_ABOARD], self._waiting[MOST_ABOARD:]
        try:
            error = await failure_of(partial(self._commit, aboard))
            if error is not None:
                await self._one_by_one(aboard, error)
        finally:
            for passage in aboard:
                passage.over.set()

    async def _one_by_one(self, aboard: Sequence[Passage], error: Exception) -> None:
        """Give each its own outcome, since they had none together."""
        if len(aboard) == 1 or isinstance(error, (Unavailable, Exhausted)):
            for passage in aboard:
                passage.error = error
            return
        for passage in aboard:
            passage.error = await failure_of(partial(self._commit, [passage]))

    async def _commit(self, aboard: Sequence[Passage]) -> None:
        async with self._turns:
            verdicts = await self.intake.commit([passage.batch for passage in aboard])
        for passage, found in zip(aboard, verdicts, strict=True):
            passage.verdicts = found
