"""Which of the events that arrived are next for their key, which were seen, and which must wait.

Pure: the same arrivals on the same positions give the same verdicts, whoever reads them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from services.runtime.events import Arrival, Event
from services.runtime.faults import Fault, Reason


class Position(NamedTuple):
    """How far a key has come: the last version applied, and whether its later events must wait."""

    version: int
    parked: bool


class Run(NamedTuple):
    """The versions of one key in a batch, without a hole."""

    first: int
    last: int


START: Final = Position(version=0, parked=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of a batch.

    `fresh` are the ids it had not seen before this batch, `digests` those it had, and `positions`
    the keys that have come anywhere. `advanced` keys stand at the end of their run already.
    """

    fresh: frozenset[UUID]
    digests: Mapping[UUID, bytes]
    positions: Mapping[str, Position]
    advanced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """An arrival that is not applied, and why."""

    arrival: Arrival
    fault: Fault


@dataclass(slots=True)
class Verdicts:
    """What becomes of a batch.

    `positions` are those of the keys that moved or were parked; `filled` are parked keys whose
    missing version came with this batch.
    """

    apply: list[Event] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    parked: list[Held] = field(default_factory=list)
    dead: list[Held] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    duplicates: int = 0
    stale: int = 0
    passed_over: int = 0


def runs_of(arrivals: Sequence[Arrival]) -> dict[str, Run]:
    """Return the run of each key all of whose `arrivals` follow each other and have no fault.

    A key that stands just before its run, not parked, stands at the run's end when all is applied.
    """
    runs: dict[str, Run] = {}
    broken: set[str] = set()
    for arrival in arrivals:
        event = arrival.event
        if event is None:
            continue
        run = runs.get(event.key, Run(event.version, event.version - 1))
        if arrival.fault is not None or event.version != run.last + 1:
            broken.add(event.key)
        runs[event.key] = Run(run.first, event.version)
    return {key: run for key, run in runs.items() if key not in broken}


def sort(arrivals: Sequence[Arrival], known: Known) -> Verdicts:
    """Return what becomes of `arrivals`, which are in the order of the log."""
    return sort_each([arrivals], known)[0]


def sort_each(batches: Iterable[Sequence[Arrival]], known: Known) -> list[Verdicts]:
    """Return what becomes of each batch, as if it came after those before it."""
    sorter = _Sorter(known)
    return [sorter.sort(arrivals) for arrivals in batches]


class _Sorter:
    def __init__(self, known: Known) -> None:
        self._unseen = set(known.fresh)
        self._digests = dict(known.digests)
        self._positions = dict(known.positions)
        self._verdicts = Verdicts()

    def sort(self, arrivals: Iterable[Arrival]) -> Verdicts:
        self._verdicts = Verdicts()
        for arrival in arrivals:
            self._judge(arrival)
        return self._verdicts

    def _judge(self, arrival: Arrival) -> None:
        event, fault = arrival.event, arrival.fault
        if fault is not None and (event is None or fault.reason.is_final):
            self._verdicts.dead.append(Held(arrival, fault))
        elif event is None:
            self._verdicts.passed_over += 1
        elif event.id in self._unseen:
            self._unseen.remove(event.id)
            self._digests[event.id] = arrival.digest
            self._place(arrival, event)
        elif self._digests.get(event.id) == arrival.digest:
            self._verdicts.duplicates += 1
        else:
            fault = Fault(Reason.ID_REUSE, "the same ce_id came before with another payload")
            self._verdicts.dead.append(Held(arrival, fault))

    def _place(self, arrival: Arrival, event: Event) -> None:
        position = self._positions.get(event.key, START)
        if event.version <= position.version:
            self._verdicts.stale += 1
        elif (fault := _obstacle(arrival, event, position)) is not None:
            self._verdicts.parked.append(Held(arrival, fault))
            self._move(event.key, position._replace(parked=True))
            if position.parked and event.version == position.version + 1:
                self._verdicts.filled.add(event.key)
        else:
            self._move(event.key, Position(event.version, parked=False))
            self._accept(arrival, event)

    def _move(self, key: str, position: Position) -> None:
        self._positions[key] = self._verdicts.positions[key] = position

    def _accept(self, arrival: Arrival, event: Event) -> None:
        if arrival.wanted:
            self._verdicts.apply.append(event)
        else:
            self._verdicts.passed_over += 1


def _obstacle(arrival: Arrival, event: Event, position: Position) -> Fault | None:
    if position.parked:
        return Fault(Reason.BEHIND, "an earlier event of its key is parked")
    if event.version > position.version + 1:
        return Fault(Reason.VERSION_GAP, f"version {position.version + 1} has not come")
    return arrival.fault
