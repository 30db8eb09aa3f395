"""What a problem's tables say of vehicles and of years, looked up row by row."""

from functools import cache
from typing import Final

from services.capital.optimiser.problem import AgeProfile, Problem
from tests.unit.capital.optimiser.oracle_motion import Kind

# A number from here on is a quarter: four times its financial year, and 0 to 3 more.
FIRST_QUARTER: Final = 8000


def is_quarter(period: int) -> bool:
    return period >= FIRST_QUARTER


def money_of(period: int) -> int:
    """Return the financial year whose envelopes pay in the period."""
    return period // 4 if is_quarter(period) else period


class Tables:
    """The tables of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem
        self.profile: Final = cache(self._profile)

    def running_pence(self, kind: Kind, year: int) -> int:
        return _at(self.profile(kind).running_cost_pence, year - kind.entry)

    def off_road_permille(self, kind: Kind, year: int) -> int:
        return _at(self.profile(kind).off_road_permille, year - kind.entry)

    def resale_pence(self, kind: Kind, year: int) -> int:
        return _at(self.profile(kind).resale_pence, year - kind.entry)

    def terminal_pence(self, kind: Kind, year: int) -> int:
        return _at(self.profile(kind).terminal_value_pence, year - kind.entry)

    def has(self, kind: Kind) -> bool:
        return bool(self._rows(kind))

    def lost_day_pence(self, vehicle_type: str) -> int:
        types = self.problem.vehicle_types
        return next(row.lost_day_cost_pence for row in types if row.code == vehicle_type)

    def index(self, year: int) -> int:
        table = self.problem.price_index_permille
        return table[year - self.problem.first_financial_year] if table else 1000

    def discount(self, year: int) -> int:
        table = self.problem.discount_ppm
        return table[year - self.problem.first_financial_year] if table else 10**6

    def worth(self, year: int) -> int:
        """Return what a pound at the first year's prices comes to, in 10^-9."""
        return self.index(year) * self.discount(year)

    def _profile(self, kind: Kind) -> AgeProfile:
        return min(self._rows(kind), key=lambda row: row.trust is None)

    def _rows(self, kind: Kind) -> list[AgeProfile]:
        named = kind.vehicle_type, kind.technology, kind.band
        return [
            row
            for row in self.problem.age_profiles
            if (row.vehicle_type, row.technology, row.band or "") == named
            and row.trust in {kind.trust, None}
        ]


def _at(table: tuple[int, ...], age: int) -> int:
    return table[age] if age < len(table) else table[-1]
