"""The best plan by trying every one: for problems of a few vehicles, and in no way like the model.

Reads the rows of a problem itself, shares no code with model, search or checker, and knows of no
variable, vintage or bound. All that can be bought is enumerated; for each way of buying, each
fleet's disposals are enumerated year by year.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final, TypeAlias

from services.capital.optimiser.problem import AgeProfile, Problem
from tests.unit.capital.optimiser.oracle_garage import Garage, Group, splits
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_market import Market
from tests.unit.capital.optimiser.oracle_money import Lot, cancellations, revenue, scores

# Sorted, so that it can be a key.
Fleet: TypeAlias = tuple[Group, ...]
# Shortfall, over age, and cost in 10^-12 pence.
Value: TypeAlias = tuple[int, int, int]


def best(problem: Problem) -> Value | None:
    """Return shortfall, over-age vehicle-years and pence of the best plan; None: no plan.

    What the problem prices is in the pence, and its own count is 0.
    """
    values = [
        (shortfall, over_age, weight + paid)
        for left, paid in cancellations(problem)
        for shortfall, over_age, weight in _values(left)
    ]
    if not values:
        return None
    shortfall, over_age, weight = min(values)
    return shortfall, over_age, weight // 10**12


def _values(problem: Problem) -> Iterator[Value]:
    oracle = _Oracle(problem)
    for lots in Market(problem).purchases():
        value = oracle.value(lots)
        if value is not None:
            yield value


class _Oracle:
    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem
        self.first: Final = problem.first_financial_year
        self.last: Final = problem.first_financial_year + problem.years - 1
        self.rented: Final = Rental(problem)
        self.garage: Final = Garage(problem)
        self._charged: Counter[tuple[str, int]] = Counter()
        self._memo: Final[dict[object, Value | None]] = {}

    def value(self, lots: list[Lot]) -> Value | None:
        """Return the value of the best disposals for these purchases."""
        spent = sum(
            pence * self._discount(year)
            for lot in lots
            if not lot.option.lease
            for year, _, pence in scores(self.problem, lot, lots)
        )
        spent += sum(
            row.vehicles * row.price_pence * self._discount(row.financial_year)
            for row in self.problem.commitments
        )
        self._charged = Counter()
        for trust, year, pence in revenue(self.problem, lots):
            self._charged[trust, year] += pence
            spent += pence * self._discount(year)
        total = [0, 0, spent * 10**6]
        for trust, vehicle_type in self._fleets():
            arrivals = self._arrivals(lots, trust, vehicle_type)
            opening = self._opening(trust, vehicle_type)
            value = self._best_from(self.first, trust, vehicle_type, opening, arrivals)
            if value is None:
                return None
            total = [sum(pair) for pair in zip(total, value, strict=True)]
        return total[0], total[1], total[2]

    def _fleets(self) -> list[tuple[str, str]]:
        problem = self.problem
        fleets = {(row.trust, row.vehicle_type) for row in problem.cohorts}
        fleets |= {(row.trust, row.vehicle_type) for row in problem.commitments}
        fleets |= {(row.trust, row.vehicle_type) for row in problem.needs}
        fleets |= {(row.trust, row.vehicle_type) for row in problem.establishments}
        return sorted(fleets)

    def _opening(self, trust: str, vehicle_type: str) -> Fleet:
        return _merged(
            Group(
                row.technology,
                self.first - row.age_years,
                row.band or "",
                row.in_reserve,
                row.vehicles,
            )
            for row in self.problem.cohorts
            if (row.trust, row.vehicle_type) == (trust, vehicle_type)
        )

    def _arrivals(self, lots: list[Lot], trust: str, vehicle_type: str) -> Fleet:
        bought = (
            Group(lot.option.technology, lot.delivery_year, "", held=False, vehicles=lot.vehicles)
            for lot in lots
            if (lot.trust, lot.option.vehicle_type) == (trust, vehicle_type)
        )
        committed = (
            Group(row.technology, row.financial_year, "", held=False, vehicles=row.vehicles)
            for row in self.problem.commitments
            if (row.trust, row.vehicle_type) == (trust, vehicle_type)
        )
        return _merged((*bought, *committed))

    def _best_from(
        self, year: int, trust: str, vehicle_type: str, before: Fleet, arrivals: Fleet
    ) -> Value | None:
        """Return the best value of the year and those after, from the fleet of the year before."""
        if year > self.last:
            return 0, 0, -self._worth(trust, vehicle_type, before)
        charged = tuple(self._charged.items()) if self.problem.revenue_budgets else ()
        key = year, trust, vehicle_type, before, arrivals, charged
        if key not in self._memo:
            coming = tuple(row for row in arrivals if row.entry == year)
            later = tuple(row for row in arrivals if row.entry > year)
            values = self._choices(year, trust, vehicle_type, before, coming, later)
            self._memo[key] = min(values, default=None)
        return self._memo[key]

    def _choices(
        self,
        year: int,
        trust: str,
        vehicle_type: str,
        before: Fleet,
        coming: Fleet,
        later: Fleet,
    ) -> Iterator[Value]:
        """Yield the value of each way to dispose of vehicles, and to hold them, in the year."""
        frozen = any(
            (row.trust, row.vehicle_type, row.financial_year) == (trust, vehicle_type, year)
            for row in self.problem.disposal_freezes
        )
        ways = product(
            *(
                list(splits(group, year, self.garage.open_to(trust, vehicle_type), frozen=frozen))
                for group in before
            )
        )
        for way in ways:
            gone = [out for out, _ in way]
            now = _merged((*(group for _, kept in way for group in kept), *coming))
            after = self._best_from(year + 1, trust, vehicle_type, now, later)
            if after is None or not self._is_allowed(year, trust, vehicle_type, now):
                continue
            proceeds = sum(
                out * self._resale(year, trust, vehicle_type, group)
                for group, out in zip(before, gone, strict=True)
            )
            for hired, rent in self.rented.ways(year, trust, vehicle_type):
                shortfall, over_age, weight = self._year(year, trust, vehicle_type, now, hired)
                weight += rent * self._discount(year) * 10**6 - proceeds
                yield shortfall + after[0], over_age + after[1], weight + after[2]

    def _is_allowed(self, year: int, trust: str, vehicle_type: str, now: Fleet) -> bool:
        _, oldest = self._policy(year, trust, vehicle_type)
        _, largest = self._size(year, trust, vehicle_type)
        young = all(not oldest or year - g.entry < oldest for g in now if not g.held)
        small = sum(group.vehicles for group in now if not group.held) <= largest
        fits = young and small and self.garage.holds(year, trust, vehicle_type, now)
        fits = fits and all(year - g.entry < self._term(g.technology) for g in now)
        fits = fits and self._is_affordable(year, trust, vehicle_type, now)
        return fits and self._is_as_ruled(year, trust, vehicle_type, now)

    def _is_as_ruled(self, year: int, trust: str, vehicle_type: str, now: Fleet) -> bool:
        serving = {(g.technology, g.entry, g.band, g.held): g.vehicles for g in now}
        return all(
            row.minimum
            <= serving.get((row.technology, row.entry_year, "", False), 0)
            <= row.maximum
            for row in self.problem.service_rulings
            if (row.trust, row.vehicle_type, row.financial_year) == (trust, vehicle_type, year)
        )

    def _term(self, technology: str) -> int:
        terms = [
            row.lease.term_years
            for row in self.problem.options
            if row.lease and row.technology == technology
        ]
        return min(terms, default=99)

    def _is_affordable(self, year: int, trust: str, vehicle_type: str, now: Fleet) -> bool:
        """Whether revenue is enough; where it is limited a trust has one type, and no hire."""
        running = sum(
            group.vehicles
            * _at(self._tables(trust, vehicle_type, group).running_cost_pence, year - group.entry)
            * self.garage.terms(trust, vehicle_type, held=group.held)[1]
            for group in now
        )
        spent = running * self._index(year) + 10**6 * self._charged[trust, year]
        return all(
            spent <= 10**6 * row.limit_pence
            for row in self.problem.revenue_budgets
            if (row.trust, row.financial_year) == (trust, year)
        )

    def _year(
        self, year: int, trust: str, vehicle_type: str, now: Fleet, hired_permille: int
    ) -> Value:
        target, _ = self._policy(year, trust, vehicle_type)
        least, _ = self._size(year, trust, vehicle_type)
        serving = [group for group in now if not group.held]
        over_age = sum(g.vehicles for g in serving if target and year - g.entry >= target)
        vacancies = max(0, least - sum(group.vehicles for group in serving))
        on_road, weight = hired_permille, 0
        for group in now:
            tables = self._tables(trust, vehicle_type, group)
            worth, paid = self.garage.terms(trust, vehicle_type, held=group.held)
            off = _at(tables.off_road_permille, year - group.entry)
            on_road += group.vehicles * ((1000 - off) * worth // 1000)
            idle = 0 if group.held else off
            yearly = self._yearly(year, vehicle_type, tables, year - group.entry, idle, paid)
            weight += group.vehicles * yearly
        required = sum(
            row.required_available
            for row in self.problem.needs
            if (row.trust, row.vehicle_type, row.financial_year) == (trust, vehicle_type, year)
        )
        missing = max(0, -((on_road - 1000 * required) // 1000))
        return self._priced(year, missing + vacancies, over_age, weight)

    def _priced(self, year: int, shortfall: int, over_age: int, weight: int) -> Value:
        """Move what the problem prices from its own count to the cost."""
        today = 1000 * self._index(year) * self._discount(year)
        if self.problem.shortfall_price_pence:
            weight += shortfall * self.problem.shortfall_price_pence * today
            shortfall = 0
        if self.problem.over_age_price_pence:
            weight += over_age * self.problem.over_age_price_pence * today
            over_age = 0
        return shortfall, over_age, weight

    def _yearly(
        self, year: int, vehicle_type: str, tables: AgeProfile, age: int, off: int, paid: int
    ) -> int:
        day = next(
            row.lost_day_cost_pence
            for row in self.problem.vehicle_types
            if row.code == vehicle_type
        )
        running = _at(tables.running_cost_pence, age) * paid
        return (running + off * 365 * day) * self._index(year) * self._discount(year)

    def _resale(self, year: int, trust: str, vehicle_type: str, group: Group) -> int:
        pence = _at(self._tables(trust, vehicle_type, group).resale_pence, year - group.entry)
        return pence * 1000 * self._index(year) * self._discount(year)

    def _worth(self, trust: str, vehicle_type: str, fleet: Fleet) -> int:
        end = self.last + 1
        return sum(
            group.vehicles
            * _at(self._tables(trust, vehicle_type, group).terminal_value_pence, end - group.entry)
            * 1000
            * self._index(end)
            * self._discount(end)
            for group in fleet
        )

    def _tables(self, trust: str, vehicle_type: str, group: Group) -> AgeProfile:
        rows = [
            row
            for row in self.problem.age_profiles
            if (row.vehicle_type, row.technology) == (vehicle_type, group.technology)
            and (row.trust in {trust, None} and (row.band or "") == group.band)
        ]
        return min(rows, key=lambda row: row.trust is None)

    def _policy(self, year: int, trust: str, vehicle_type: str) -> tuple[int, int]:
        rows = [
            (row.from_financial_year, row.target_age_years, row.maximum_age_years)
            for row in self.problem.life_policies
            if (row.trust, row.vehicle_type) == (trust, vehicle_type)
            and row.from_financial_year <= year
        ]
        _, target, oldest = max(rows, default=(0, 0, 0))
        return target, oldest

    def _size(self, year: int, trust: str, vehicle_type: str) -> tuple[int, int]:
        rows = [
            (row.from_financial_year, row.minimum, row.maximum)
            for row in self.problem.establishments
            if (row.trust, row.vehicle_type) == (trust, vehicle_type)
            and row.from_financial_year <= year
        ]
        opening = self._opening(trust, vehicle_type)
        there = sum(group.vehicles for group in opening if not group.held)
        _, least, most = max(rows, default=(0, there, there))
        return least, most

    def _discount(self, year: int) -> int:
        return self.problem.discount_ppm[year - self.first] if self.problem.discount_ppm else 10**6

    def _index(self, year: int) -> int:
        table = self.problem.price_index_permille
        return table[year - self.first] if table else 1000


def _at(table: tuple[int, ...], age: int) -> int:
    return table[age] if age < len(table) else table[-1]


def _merged(groups: Iterable[Group]) -> Fleet:
    counts: Counter[Group] = Counter()
    for group in groups:
        counts[group._replace(vehicles=0)] += group.vehicles
    return tuple(sorted(key._replace(vehicles=n) for key, n in counts.items() if n))
