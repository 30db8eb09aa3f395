"""Batches of one topic in one transaction: progress, inbox, effects, outbox; or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from services.kernel.ids import OdsCode
from services.runtime import inbox, parked
from services.runtime.contiguity import Known, Verdicts, sort_each
from services.runtime.db import Database
from services.runtime.events import Arrival
from services.runtime.inbox import Batch
from services.runtime.scope import Scope
from services.runtime.subscription import Subscription
from services.runtime.telemetry import span
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where the events of one topic are worked on."""

    database: Database
    subscription: Subscription

    async def commit(self, batches: Sequence[Batch]) -> list[Verdicts]:
        """Take in `batches`, each of another partition, and return what became of each.

        Raises inbox.Moved when a partition no longer stands where its batch begins, and whatever
        `apply` raises; nothing has happened then.
        """
        first = batches[0]
        with span(f"consume {first.place.topic}", _cause(first.arrivals), linked=True):
            scope = Scope.system("consume", _orgs(batches))
            return await self.database.writing(scope, partial(self._take_in, batches))

    async def _take_in(self, batches: Sequence[Batch], tx: Tx) -> list[Verdicts]:
        known = await inbox.take_in(tx, batches)
        verdicts = sort_each([batch.arrivals for batch in batches], known)
        if events := [event for each in verdicts for event in each.apply]:
            await self.subscription.apply(tx, events)
        for batch, found in zip(batches, verdicts, strict=True):
            await _keep(tx, batch, found, known)
        return verdicts


async def _keep(tx: Tx, batch: Batch, found: Verdicts, known: Known) -> None:
    """Write down what was found of a batch, beyond what is known to be written already."""
    if found.positions.keys() - known.advanced:
        versions = {key: at.version for key, at in found.positions.items()}
        await inbox.advance(tx, batch.place, versions)
    if found.parked:
        await parked.park(tx, batch.place, found.parked)
    if found.dead:
        await parked.bury(tx, batch.place, found.dead)


def _cause(arrivals: Sequence[Arrival]) -> str:
    event = arrivals[0].event
    return event.traceparent if event is not None else ""


def _orgs(batches: Sequence[Batch]) -> frozenset[OdsCode]:
    """Return the organisations of what may be applied: a forged event opens nothing."""
    return frozenset(
        arrival.event.org
        for batch in batches
        for arrival in batch.arrivals
        if arrival.event is not None and not arrival.is_dead
    )
