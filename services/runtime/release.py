"""Lets a parked key go on: its events are applied one by one, in order, until one fails again."""

from dataclasses import dataclass
from functools import partial

from services.runtime import inbox, parked
from services.runtime.attempts import failure_of, fault_of, patiently
from services.runtime.desk import Desk
from services.runtime.events import Arrival, Event
from services.runtime.faults import Fault, Reason
from services.runtime.parked import First
from services.runtime.scope import Scope
from services.runtime.telemetry import span
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """How many events were applied, and what stopped the rest; None: the key goes on."""

    applied: int
    fault: Fault | None


class Release:
    """One key of one partition, being let go. Safe beside a running consumer; safe to repeat."""

    def __init__(self, desk: Desk, key: str, *, over_gap: bool = False) -> None:
        self._desk = desk
        self._key = key
        self._over_gap = over_gap
        self._applied = 0

    async def run(self) -> Released:
        """Apply what waits, each event in a transaction of its own."""
        while (waiting := await self._next()) is not None:
            fault = await self._step(waiting)
            if fault is not None:
                await self._fail(waiting, fault)
                return Released(applied=self._applied, fault=fault)
            self._over_gap = False
        return Released(applied=self._applied, fault=None)

    async def _next(self) -> First | None:
        """Return the next event; with none left, let the key go on."""
        async with self._desk.database.write(Scope.system("consume")) as tx:
            await inbox.hold(tx, self._desk.place)
            waiting = await parked.first(tx, self._desk.place, self._key)
            if waiting is None:
                await parked.go_on(tx, self._desk.place, self._key)
        return waiting

    async def _step(self, waiting: First) -> Fault | None:
        arrival = self._desk.reader.read(waiting.record)
        fault = arrival.fault or self._gap(waiting)
        if fault is not None or arrival.event is None:
            return fault
        with span(f"release {self._desk.place.topic}", arrival.event.traceparent, linked=True):
            work = partial(self._apply, waiting, arrival, arrival.event)
            error = await failure_of(partial(patiently, work))
        return fault_of(error) if error is not None else None

    def _gap(self, waiting: First) -> Fault | None:
        if self._over_gap or waiting.version <= waiting.position + 1:
            return None
        return Fault(Reason.VERSION_GAP, f"version {waiting.position + 1} has not come")

    async def _apply(self, waiting: First, arrival: Arrival, event: Event) -> None:
        scope = Scope.system("consume", {event.org})
        work = partial(self._apply_in, waiting, arrival, event)
        if await self._desk.database.writing(scope, work):
            self._applied += 1

    async def _apply_in(self, waiting: First, arrival: Arrival, event: Event, tx: Tx) -> bool:
        place = self._desk.place
        await inbox.hold(tx, place)
        if await parked.first(tx, place, self._key) != waiting:
            return False  # another release was faster
        is_next = waiting.version > waiting.position
        if is_next and arrival.wanted:
            await self._desk.subscription.apply(tx, [event])
        if is_next:
            await inbox.advance(tx, place, {self._key: waiting.version})
        await parked.take_out(tx, place, self._key, waiting)
        return is_next

    async def _fail(self, waiting: First, fault: Fault) -> None:
        async with self._desk.database.write(Scope.system("consume")) as tx:
            await inbox.hold(tx, self._desk.place)
            await parked.note_failure(tx, self._desk.place, self._key, waiting, fault)
