"""Worst-first replacement, as a spreadsheet does it.

Year by year, vehicles furthest beyond their life first, each by the cheapest to be had, until the
money is gone.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.capital.optimiser.account import account_for
from services.capital.optimiser.baseline import disposal, leaving
from services.capital.optimiser.check import broken_rules
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.ledger import Ledger
from services.capital.optimiser.plan import Decisions, Disposal, Plan
from services.capital.optimiser.problem import Option
from services.capital.optimiser.problem.periods import days_in
from services.capital.optimiser.stating import no_bounds, stated, with_bounds
from services.capital.optimiser.terms import Fleet, Terms, Vintage, at_age

ENGINE: Final = "greedy"
# Where no policy says when a vehicle is due: the age at which its cost a year is least, up to this.
LONGEST_LIFE: Final = 30


def greedy_plan(terms: Terms) -> Plan | None:
    """Return the plan of greedy decisions; None where they break a rule they do not look at."""
    account = account_for(terms, greedy_decisions(terms))
    plan = stated(account, problem_hash(terms.problem), ENGINE)
    if broken_rules(terms, plan):
        return None
    return with_bounds(plan, account, no_bounds(terms))


def greedy_decisions(terms: Terms) -> Decisions:
    """Replace one for one, worst first, and fill vacancies before anything."""
    return _Spreadsheet(terms).decisions()


class _Lot(NamedTuple):
    """Vehicles of one fleet as much beyond their life as each other; `vacant`: missing ones."""

    fleet: Fleet
    years_overdue: int
    vehicles: int
    vacant: bool


class _Spreadsheet:
    def __init__(self, terms: Terms) -> None:
        self._terms: Final = terms
        self._ledger: Final = Ledger(terms)
        self._serving: Final[dict[Fleet, Counter[Vintage]]] = {
            fleet: Counter() for fleet in terms.fleets
        }
        for vintage, vehicles in terms.opening.items():
            self._serving[vintage.fleet][vintage] = vehicles
        self._disposed: Final[Counter[tuple[Vintage, int]]] = Counter()
        self._lives: Final = {fleet: _economic_life(terms, fleet) for fleet in terms.fleets}

    def decisions(self) -> Decisions:
        for year in self._terms.horizon:
            self._receive(year)
            for fleet, serving in self._serving.items():
                for vintage, vehicles in leaving(self._terms, fleet, year, serving).items():
                    self._dispose(vintage, year, vehicles)
            for lot in sorted(self._lots(year), key=self._worst_first):
                self._replace(lot, year)
        return Decisions(
            purchases=tuple(sorted(self._ledger.purchases())),
            disposals=tuple(sorted(self._disposals())),
        )

    def _receive(self, year: int) -> None:
        for vintage, vehicles in self._terms.committed.items():
            if vintage.entry_year == year:
                self._serving[vintage.fleet][vintage] += vehicles

    def _lots(self, year: int) -> Iterator[_Lot]:
        for fleet, serving in self._serving.items():
            missing = self._terms.establishment(fleet, year).minimum - serving.total()
            if missing > 0:
                yield _Lot(fleet, 0, missing, vacant=True)
            due: Counter[int] = Counter()
            for vintage, vehicles in serving.items():
                due[vintage.age_in(year) - self._due_age(fleet, year)] += vehicles
            for overdue, vehicles in due.items():
                if overdue >= 0 and vehicles and not self._terms.is_frozen(fleet, year):
                    yield _Lot(fleet, overdue, vehicles, vacant=False)

    def _due_age(self, fleet: Fleet, year: int) -> int:
        policy = self._terms.policy(fleet, year)
        life = policy.target_age_years or self._lives[fleet]
        return min(life, policy.maximum_age_years or life)

    def _worst_first(self, lot: _Lot) -> tuple[bool, int, int, Fleet]:
        dearest_first = -self._terms.types[lot.fleet.vehicle_type].lost_day_cost_pence
        return not lot.vacant, -lot.years_overdue, dearest_first, lot.fleet

    def _replace(self, lot: _Lot, year: int) -> None:
        left = lot.vehicles
        for option in self._cheapest_first(lot.fleet, year):
            left -= self._buy(lot, option, year, left)

    def _cheapest_first(self, fleet: Fleet, year: int) -> list[Option]:
        options = (
            option
            for option in self._terms.options_for(fleet.vehicle_type)
            if year in self._terms.delivery_years(option)
            and (
                self._terms.is_zero_emission(option.technology)
                or not self._ledger.is_mandated(fleet.trust, option, year)
            )
        )
        return sorted(options, key=lambda row: (self._terms.price_pence(row, year), row.option_id))

    def _buy(self, lot: _Lot, option: Option, year: int, left: int) -> int:
        """Buy for the lot, or a little more than it to reach a minimum order; return how many."""
        fleet = lot.fleet
        room = self._room(fleet, year) if lot.vacant else self._replaceable(fleet, year).total()
        wanted = max(left, self._ledger.least(fleet.trust, option, year)) if left > 0 else 0
        bought = self._ledger.buy(fleet.trust, option, year, min(wanted, room))
        if bought:
            if not lot.vacant:
                self._dispose_of_oldest(fleet, year, bought)
            self._serving[fleet][self._terms.newcomer(option, fleet.trust, year)] += bought
        return bought

    def _room(self, fleet: Fleet, year: int) -> int:
        return self._terms.establishment(fleet, year).maximum - self._serving[fleet].total()

    def _replaceable(self, fleet: Fleet, year: int) -> Counter[Vintage]:
        serving = self._serving[fleet].items()
        return Counter({vintage: count for vintage, count in serving if vintage.entry_year < year})

    def _dispose_of_oldest(self, fleet: Fleet, year: int, vehicles: int) -> None:
        for vintage, count in sorted(
            self._replaceable(fleet, year).items(), key=lambda row: row[0].entry_year
        ):
            going = min(count, vehicles)
            self._dispose(vintage, year, going)
            vehicles -= going

    def _dispose(self, vintage: Vintage, year: int, vehicles: int) -> None:
        self._serving[vintage.fleet][vintage] -= vehicles
        self._disposed[vintage, year] += vehicles

    def _disposals(self) -> Iterator[Disposal]:
        for (vintage, year), vehicles in self._disposed.items():
            if vehicles:
                yield disposal(vintage, year, vehicles)


def _economic_life(terms: Terms, fleet: Fleet) -> int:
    """Return the years of service after which the first option's cost a year is least."""
    option = next(terms.options_for(fleet.vehicle_type), None)
    if option is None:
        return LONGEST_LIFE
    profile = terms.profile(fleet, option.technology)
    day_pence = terms.types[fleet.vehicle_type].lost_day_cost_pence
    days = days_in(terms.horizon[0])
    spent = max(option.price_pence)
    yearly = {}
    for age in range(LONGEST_LIFE):
        lost_days = at_age(profile.off_road_permille, age) * days * day_pence // 1000
        spent += at_age(profile.running_cost_pence, age) + lost_days
        yearly[age + 1] = (spent - at_age(profile.resale_pence, age + 1)) / (age + 1)
    return min(yearly, key=lambda years: yearly[years])
