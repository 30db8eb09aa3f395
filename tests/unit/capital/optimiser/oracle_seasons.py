"""The best that can become of vehicles, year by year, once it is known what is bought."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.problem import EnvelopeId, LineId, Problem
from tests.unit.capital.optimiser.oracle_fates import (
    AWAY,
    GIVES,
    MOVED,
    PLACE,
    PROCEEDS,
    SPENT,
    Fates,
    Note,
    Notes,
    Stock,
    Way,
    in_order,
)
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_market import Market
from tests.unit.capital.optimiser.oracle_money import Besides, Lot
from tests.unit.capital.optimiser.oracle_motion import Place
from tests.unit.capital.optimiser.oracle_ruled import moved_as_ruled
from tests.unit.capital.optimiser.oracle_sites import Sites
from tests.unit.capital.optimiser.oracle_year import Years

# Shortfall, over age, and cost in 10^-12 pence.
Value: TypeAlias = tuple[int, int, int]

SHORT: Final = "short"
OLD: Final = "old"


class Scene(NamedTuple):
    """Whose vehicles, what ordering and leasing charge whom and when, and all that is bought.

    What is bought is only said where it vies with what becomes of vehicles.
    """

    places: tuple[Place, ...]
    charged: tuple[tuple[tuple[str, int], int], ...]
    lots: tuple[Lot, ...]


class Then(NamedTuple):
    """Where a year begins: what there is, what is to come, and what has come of it so far."""

    year: int
    before: Stock
    later: Stock
    story: Notes = ()


class _Book(NamedTuple):
    """What vehicles come to in a year: missing from sizes, over age, and their cost."""

    vacant: dict[Place, int]
    old: dict[Place, int]
    running: Counter[str]
    weight: int


class Seasons:
    """Enumerates the years of one problem, with given chargers."""

    def __init__(
        self, problem: Problem, chargers: tuple[ChargersBought, ...], *, new_may_go: bool
    ) -> None:
        self.problem: Final = problem
        self.last: Final = problem.first_financial_year + problem.years - 1
        self.years: Final = Years(problem)
        self.fates: Final = Fates(problem, new_may_go=new_may_go)
        self.rented: Final = Rental(problem)
        self.sites: Final = Sites(problem, chargers)
        returning = any(row.proceeds_permille for row in problem.envelopes)
        # What becomes of vehicles takes money, or places, that purchases could have.
        self.vies: Final = returning or bool(problem.remount_offers)
        self.on_budget: Final = {row.trust for row in problem.revenue_budgets}
        self.promised: Final = {row.trust: row for row in problem.guarantees}
        self._book: Final = cache(self._booked)
        self._may_end: Final = cache(self._allowed)
        self._memo: Final[dict[object, Value | None]] = {}

    def best(self, scene: Scene, then: Then) -> Value | None:
        """Return the best value of the year and those after; None: no rule-abiding way."""
        key = scene, then
        if key not in self._memo:
            ends = then.year > self.last
            ways = self._end(scene, then) if ends else self._ways(scene, then)
            self._memo[key] = min(ways, default=None)
        return self._memo[key]

    def _ways(self, scene: Scene, then: Then) -> Iterator[Value]:
        """Yield the value of each way that vehicles go, move and are hired in the year."""
        year = then.year
        coming = tuple(row for row in then.later if row[0].entry == year)
        later = tuple(row for row in then.later if row[0].entry > year)
        for way, cost in self.fates.ways(year, then.before, coming).items():
            book = self._book(year, way.now, scene.places)
            moved = Counter({note[1:]: n for note, n in way.notes if note[0] == MOVED})
            ruled = moved_as_ruled(self.problem, year, scene.places, moved)
            if book is None or not ruled or not self._givers_keep_enough(way):
                continue
            for fortunes, (shortfall, over_age, weight) in self._hiring(scene, year, way, book):
                story = self._told(then.story, way.notes, fortunes)
                if not self._is_as_promised(story):
                    continue
                after = self.best(scene, Then(year + 1, way.now, later, story))
                if after is not None:
                    yield shortfall + after[0], over_age + after[1], weight + cost + after[2]

    def _end(self, scene: Scene, then: Then) -> Iterator[Value]:
        """Yield what is left, where there was money and room for all that was done."""
        if self.vies and not self._may_end(scene.lots, then.story):
            return
        end = self.last + 1
        tables = self.years.tables
        worth = sum(n * tables.terminal_pence(kind, end) for kind, n in then.before)
        yield 0, 0, -worth * 1000 * tables.worth(end)

    def _allowed(self, lots: tuple[Lot, ...], story: Notes) -> bool:
        return next(Market(self.problem, self._besides(story)).broken([*lots]), None) is None

    def _besides(self, story: Notes) -> Besides:
        proceeds: Counter[EnvelopeId] = Counter()
        spent, taken = self.sites.chargers_pence(), Counter[tuple[LineId, int]]()
        for note, amount in story:
            if note[0] == SPENT:
                spent[EnvelopeId(note[1])] += amount
            elif note[0] == PROCEEDS:
                proceeds[EnvelopeId(note[1])] += amount
            elif note[0] == PLACE:
                taken[LineId(note[1]), int(note[2])] += amount
        return Besides(proceeds, spent, taken)

    def _booked(self, year: int, now: Stock, places: tuple[Place, ...]) -> _Book | None:
        """Return what the vehicles come to; None where their serving breaks a rule."""
        serving = dict(now)
        broken = next(self.years.broken(year, serving, places), None)
        if broken or next(self.sites.in_year(year, serving), None):
            return None
        running: Counter[str] = Counter()
        for kind, vehicles in now:
            running[kind.trust] += vehicles * self.years.running_weight(kind, year)
        return _Book(
            {place: self.years.vacant(place, year, serving) for place in places},
            {place: self.years.old(place, year, serving) for place in places},
            running,
            sum(n * self.years.weight(kind, year) for kind, n in now),
        )

    def _givers_keep_enough(self, way: Way) -> bool:
        used = {note[1:] for note, _ in way.notes if note[0] == GIVES}
        for row in self.problem.transfer_routes if used else ():
            if (row.from_trust, row.to_trust, row.vehicle_type) in used:
                place = row.from_trust, row.vehicle_type
                left = sum(n for kind, n in way.now if kind.place == place and not kind.held)
                if left < row.minimum_remaining:
                    return False
        return True

    def _hiring(
        self, scene: Scene, year: int, way: Way, book: _Book
    ) -> Iterator[tuple[Counter[Note], Value]]:
        """Yield what each trust lacks, and the year's value, with each number of hired vehicles."""
        away = {note[1:]: amount for note, amount in way.notes if note[0] == AWAY}
        running = book.running + self._received(year, way)
        options = [list(self.rented.ruled_ways(year, *place)) for place in scene.places]
        for hired in product(*options):
            rent, fortunes = Counter[str](), Counter[Note]()
            for place, (permille, pence) in zip(scene.places, hired, strict=True):
                rent[place[0]] += pence
                beside = permille - away.get(place, 0)
                missing = self._missing(year, way.now, place, beside)
                fortunes[SHORT, place[0]] += missing + book.vacant[place]
                fortunes[OLD, place[0]] += book.old[place]
            if self._is_affordable(scene, year, running, rent):
                discounted = rent.total() * self.years.tables.discount(year) * 10**6
                yield fortunes, self._priced(year, fortunes, book.weight + discounted)

    def _missing(self, year: int, now: Stock, place: Place, beside: int) -> int:
        return self.years.missing(place, year, dict(now), beside)

    def _received(self, year: int, way: Way) -> Counter[str]:
        """Return what vehicles given to each trust cost it, in 10^-6 pence."""
        gifts = Counter({note[1:]: amount for note, amount in way.notes if note[0] == GIVES})
        purse = self.fates.purse
        return Counter({name: purse.given_weight(year, name, gifts) for name in self.on_budget})

    def _is_affordable(
        self, scene: Scene, year: int, running: Counter[str], rent: Counter[str]
    ) -> bool:
        charged = dict(scene.charged)
        return all(
            running[row.trust] + 10**6 * (rent[row.trust] + charged.get((row.trust, year), 0))
            <= 10**6 * row.limit_pence
            for row in self.problem.revenue_budgets
            if row.financial_year == year
        )

    def _priced(self, year: int, fortunes: Counter[Note], weight: int) -> Value:
        """Move what the problem prices from its own count to the cost."""
        shortfall = sum(n for note, n in fortunes.items() if note[0] == SHORT)
        over_age = sum(n for note, n in fortunes.items() if note[0] == OLD)
        today = 1000 * self.years.tables.worth(year)
        if self.problem.shortfall_price_pence:
            weight += shortfall * self.problem.shortfall_price_pence * today
            shortfall = 0
        if self.problem.over_age_price_pence:
            weight += over_age * self.problem.over_age_price_pence * today
            over_age = 0
        return shortfall, over_age, weight

    def _told(self, story: Notes, notes: Notes, fortunes: Counter[Note]) -> Notes:
        """Return what has to be remembered: money and places taken, and of whom is promised."""
        told = Counter(dict(story))
        for note, amount in notes:
            if note[0] in {SPENT, PROCEEDS, PLACE}:
                told[note] += amount
        for note, amount in fortunes.items():
            if note[1] in self.promised:
                told[note] += amount
        return in_order(told)

    def _is_as_promised(self, story: Notes) -> bool:
        most: dict[Note, int] = {
            (SHORT, name): row.most_shortfall for name, row in self.promised.items()
        }
        most |= {(OLD, name): row.most_over_age for name, row in self.promised.items()}
        return all(amount <= most.get(note, amount) for note, amount in story)
