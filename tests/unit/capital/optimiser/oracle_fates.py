"""All that may become of a few vehicles as a year begins, by dividing those alike every way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Final, NamedTuple, TypeAlias, TypeVar

from services.capital.optimiser.problem import Envelope, Problem
from services.capital.optimiser.terms import MoveKind
from tests.unit.capital.optimiser.oracle_motion import Kind, offer_to
from tests.unit.capital.optimiser.oracle_purse import Purse
from tests.unit.capital.optimiser.oracle_tables import money_of
from tests.unit.capital.optimiser.oracle_year import Years

# Sorted, so that they can be keys: vehicles; and what comes of moves beside vehicles.
Stock: TypeAlias = tuple[tuple[Kind, int], ...]
Note: TypeAlias = tuple[str, ...]
Notes: TypeAlias = tuple[tuple[Note, int], ...]

SPENT: Final = "spent"
PROCEEDS: Final = "proceeds"
PLACE: Final = "place"
GIVES: Final = "gives"
MOVED: Final = "moved"
AWAY: Final = "away"


class Fate(NamedTuple):
    """What one vehicle becomes (None: it goes), what that costs in 10^-12 pence and brings."""

    kind: Kind | None
    weight: int = 0
    notes: Notes = ()


class Way(NamedTuple):
    """What vehicles become together."""

    now: Stock
    notes: Notes = ()


class Fates:
    """Enumerates what vehicles of one problem may become; what is new must serve, or may go too."""

    def __init__(self, problem: Problem, *, new_may_go: bool = False) -> None:
        self.problem: Final = problem
        self.new_may_go: Final = new_may_go
        self.years: Final = Years(problem)
        self.purse: Final = Purse(problem)
        self.ways_of: Final = cache(self._ways_of)

    def ways(self, year: int, before: Stock, coming: Stock) -> dict[Way, int]:
        """Return every way, with the least that it costs."""
        divided = (*before, *coming) if self.new_may_go else before
        whole = () if self.new_may_go else coming
        choices = [self.ways_of(kind, vehicles, year) for kind, vehicles in divided]
        least: dict[Way, int] = {}
        for chosen in product(*choices):
            now, notes, weight = Counter(dict(whole)), Counter[Note](), 0
            for way, cost in chosen:
                for kind, vehicles in way.now:
                    now[kind] += vehicles
                for note, amount in way.notes:
                    notes[note] += amount
                weight += cost
            key = Way(in_order(now), in_order(notes))
            least[key] = min(weight, least.get(key, weight))
        return least

    def _ways_of(self, kind: Kind, vehicles: int, year: int) -> list[tuple[Way, int]]:
        fates = list(self._fates(kind, year))
        ways = []
        for counts in _divided(vehicles, len(fates)):
            now, notes, weight = Counter[Kind](), Counter[Note](), 0
            for fate, count in zip(fates, counts, strict=True):
                weight += count * fate.weight
                if fate.kind:
                    now[fate.kind] += count
                for note, amount in fate.notes:
                    notes[note] += count * amount
            ways.append((Way(in_order(now), in_order(notes)), weight))
        return ways

    def _fates(self, kind: Kind, year: int) -> Iterator[Fate]:
        """Yield all that one vehicle may become: what is new, or in reserve, may do less."""
        yield Fate(kind)
        if kind.entry == year and not self.new_may_go:
            return
        if not self._is_frozen(kind, year):
            yield self._sold(kind, year)
        if kind.held:
            return
        reserve = self.years.garage.open_to(*kind.place)
        if reserve and year - kind.entry >= reserve.from_age_years:
            yield Fate(kind._replace(held=True), 0, self._moved(kind, MoveKind.RESERVE))
        yield from self._given(kind, year)
        yield from self._remounted(kind, year)

    def _is_frozen(self, kind: Kind, year: int) -> bool:
        return any(
            (row.trust, row.vehicle_type, row.financial_year) == (*kind.place, year)
            for row in self.problem.disposal_freezes
        )

    def _sold(self, kind: Kind, year: int) -> Fate:
        tables = self.years.tables
        weight = tables.resale_pence(kind, year) * 1000 * tables.worth(year)
        back = self.purse.fetched_pence(kind, year)
        return Fate(None, -weight, in_order({(PROCEEDS, name): n for name, n in back.items()}))

    def _given(self, kind: Kind, year: int) -> Iterator[Fate]:
        for row in self.problem.transfer_routes:
            if (row.from_trust, row.vehicle_type) == kind.place:
                weight = row.cost_pence * 1000 * self.years.tables.worth(year)
                note = GIVES, row.from_trust, row.to_trust, row.vehicle_type
                moved = self._moved(kind, MoveKind.TRANSFER, row.to_trust)
                yield Fate(kind._replace(trust=row.to_trust), weight, ((note, 1), *moved))

    def _moved(self, kind: Kind, becomes: MoveKind, to: str = "") -> Notes:
        """Return what is told of a move where some are ruled on."""
        note = MOVED, str(becomes), *kind.place, to
        return ((note, 1),) if self.problem.move_rulings else ()

    def _remounted(self, kind: Kind, year: int) -> Iterator[Fate]:
        offer = offer_to(self.problem, *kind.place, kind.technology)
        if offer is None or not kind.box or kind.remounts >= offer.maximum_remounts:
            return
        pence = offer.price_pence[year - self.problem.first_financial_year]
        if not pence or year - kind.box >= offer.maximum_box_age_years:
            return
        new = kind._replace(entry=year, band="", remounts=kind.remounts + 1)
        notes: dict[Note, int] = {(PLACE, line, str(year)): 1 for line in offer.supply_lines}
        notes |= dict(self._moved(kind, MoveKind.REMOUNT))
        away = (AWAY, *kind.place), self.years.away_permille(new, year, offer.weeks_out)
        weight = pence * 10**6 * self.years.tables.discount(year)
        for row in self.problem.envelopes:
            if row.financial_year == money_of(year) and _pays(row, kind):
                paid = (SPENT, row.envelope_id), pence
                yield Fate(new, weight, in_order(dict((*notes.items(), away, paid))))


K = TypeVar("K", Kind, Note)


def in_order(counts: Mapping[K, int]) -> tuple[tuple[K, int], ...]:
    return tuple(sorted(item for item in counts.items() if item[1]))


def _pays(envelope: Envelope, kind: Kind) -> bool:
    return (
        kind.trust in (envelope.trusts or (kind.trust,))
        and kind.vehicle_type in (envelope.vehicle_types or (kind.vehicle_type,))
        and kind.technology in (envelope.technologies or (kind.technology,))
    )


def _divided(vehicles: int, ways: int) -> Iterable[tuple[int, ...]]:
    """Yield every way to divide so many vehicles among so many fates."""
    if ways == 1:
        yield (vehicles,)
        return
    for first in range(vehicles + 1):
        for rest in _divided(vehicles - first, ways - 1):
            yield (first, *rest)
