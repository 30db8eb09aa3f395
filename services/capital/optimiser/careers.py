"""What becomes of named vehicles, year by year: the worst of each vintage go first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from services.capital.optimiser.plan import Moved, Plan, Replacement
from services.capital.optimiser.terms import MoveKind, Vintage

Name = TypeVar("Name")
Row = TypeVar("Row", Replacement, Moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happens to a vehicle as a year begins: it leaves, or becomes another vintage.

    Exactly one of `leaves` and `moves` is stated.
    """

    year: int
    vintage: Vintage
    leaves: Replacement | None = None
    moves: Moved | None = None


class Careers(Generic[Name]):
    """Follows vehicles through a plan, which knows only how many of each vintage do what.

    Of those that could, the first in order go: out of service before into reserve, into reserve
    before a remount, a remount before another trust. New vehicles have no name, and go last.
    """

    def __init__(self, plan: Plan, members: Mapping[Vintage, Sequence[Name]]) -> None:
        self.events: Final[defaultdict[Name, list[Event]]] = defaultdict(list)
        self._there: Final[defaultdict[Vintage, list[Name]]] = defaultdict(
            list, {vintage: list(names) for vintage, names in members.items()}
        )
        leaving, moving = _by_year(plan.replacements), _by_year(plan.moves)
        for year in sorted({*leaving, *moving}):
            waiting = [self._leave(year, row, row.vehicles) for row in leaving[year]]
            self._move(year, moving[year])
            # Those that came as the year began may leave in it.
            for row, vehicles in zip(leaving[year], waiting, strict=True):
                self._leave(year, row, vehicles)

    def _leave(self, year: int, row: Replacement, vehicles: int) -> int:
        """Let so many go, and return how many more there would have to be."""
        names = self._take(row.vintage, vehicles)
        for name in names:
            self.events[name].append(Event(year=year, vintage=row.vintage, leaves=row))
        return vehicles - len(names)

    def _move(self, year: int, rows: Iterable[Moved]) -> None:
        coming: list[tuple[Vintage, list[Name]]] = []
        for row in sorted(rows, key=_reserve_first):
            names = self._take(row.source, row.vehicles)
            for name in names:
                self.events[name].append(Event(year=year, vintage=row.source, moves=row))
            coming.append((row.target, names))
        for target, names in coming:
            self._there[target] = [*names, *self._there[target]]

    def _take(self, vintage: Vintage, vehicles: int) -> list[Name]:
        there = self._there[vintage]
        taken, self._there[vintage] = there[:vehicles], there[vehicles:]
        return taken


def served(
    vintage: Vintage, events: Sequence[Event], horizon: range
) -> Iterator[tuple[Vintage, int]]:
    """Yield each year that a vehicle serves, and as what."""
    happens = {event.year: event for event in events}
    for year in horizon:
        event = happens.get(year)
        if event is not None and event.leaves is not None:
            return
        if event is not None and event.moves is not None:
            vintage = event.moves.target
        yield vintage, year


def _reserve_first(row: Moved) -> int:
    return (MoveKind.RESERVE, MoveKind.REMOUNT, MoveKind.TRANSFER).index(row.kind)


def _by_year(rows: Iterable[Row]) -> defaultdict[int, list[Row]]:
    years: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        years[row.financial_year].append(row)
    return years
