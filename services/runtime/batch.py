"""One batch of one partition in one transaction: progress, inbox, effects, outbox; or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from services.kernel.ids import OdsCode
from services.runtime import inbox, parked
from services.runtime.contiguity import Verdicts, sort
from services.runtime.db import Database
from services.runtime.events import Arrival, Reader
from services.runtime.inbox import Place
from services.runtime.scope import Scope
from services.runtime.subscription import Subscription
from services.runtime.telemetry import span
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the events of one partition are worked on."""

    database: Database
    subscription: Subscription
    reader: Reader
    place: Place

    async def commit(self, position: int, arrivals: Sequence[Arrival]) -> Verdicts:
        """Take in `arrivals`, read from `position` on, and return what became of them.

        Raises inbox.Moved when the partition no longer stands at `position`, and whatever `apply`
        raises; nothing has happened then.
        """
        with span(f"consume {self.place.topic}", _cause(arrivals), linked=True):
            scope = Scope.system("consume", _orgs(arrivals))
            return await self.database.writing(scope, partial(self._take_in, position, arrivals))

    async def _take_in(self, position: int, arrivals: Sequence[Arrival], tx: Tx) -> Verdicts:
        place = self.place
        known = await inbox.take_in(tx, place, position, arrivals)
        verdicts = sort(arrivals, known)
        if verdicts.apply:
            await self.subscription.apply(tx, verdicts.apply)
        if verdicts.positions.keys() - known.advanced:
            versions = {key: at.version for key, at in verdicts.positions.items()}
            await inbox.advance(tx, place, versions)
        if verdicts.parked:
            await parked.park(tx, place, verdicts.parked)
        if verdicts.dead:
            await parked.bury(tx, place, verdicts.dead)
        return verdicts


def _cause(arrivals: Sequence[Arrival]) -> str:
    event = arrivals[0].event
    return event.traceparent if event is not None else ""


def _orgs(arrivals: Sequence[Arrival]) -> frozenset[OdsCode]:
    """Return the organisations of what may be applied: a forged event opens nothing."""
    return frozenset(
        arrival.event.org
        for arrival in arrivals
        if arrival.event is not None and not arrival.is_dead
    )
