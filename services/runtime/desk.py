"""Where the events of one partition are worked on: what reads them, and what takes them in."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.runtime.contiguity import Verdicts
from services.runtime.db import Database
from services.runtime.events import Arrival, Reader
from services.runtime.ferry import Ferry
from services.runtime.inbox import Batch, Place
from services.runtime.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Of one partition; the ferry is the topic's."""

    reader: Reader
    place: Place
    ferry: Ferry

    @property
    def database(self) -> Database:
        return self.ferry.intake.database

    @property
    def subscription(self) -> Subscription:
        return self.ferry.intake.subscription

    async def commit(
        self, position: int, arrivals: Sequence[Arrival], *, alone: bool = True
    ) -> Verdicts:
        """Take in `arrivals`, read from `position` on, and return what became of them.

        Not `alone`: in one transaction with small batches of other partitions. Raises inbox.Moved
        when the partition no longer stands at `position`, and whatever `apply` raises; nothing has
        happened to these arrivals then.
        """
        batch = Batch(place=self.place, position=position, arrivals=arrivals)
        return await (self.ferry.alone(batch) if alone else self.ferry.together(batch))
