"""Rules of need: how large a fleet may be, and what is missing from it."""

from collections.abc import Iterator
from itertools import product

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet


class NeedRules(Rows):
    """What each fleet comes to against its establishment and its need."""

    def _no_fleet_exceeds_its_establishment(self) -> None:
        """Kept <= maximum."""
        for fleet, year in product(self.terms.fleets, self.terms.horizon):
            serving = self._serving(fleet, year)
            maximum = self.terms.establishment(fleet, year).maximum
            self._limit(serving, maximum, Rule.ESTABLISHMENT_MAXIMUM, *fleet, year)

    def _vacancies_are_counted(self) -> None:
        """Kept + vacant >= minimum."""
        for (fleet, year), vacant in self.variables.vacant.items():
            minimum = self.terms.establishment(fleet, year).minimum
            serving = mathopt.fast_sum(self._serving(fleet, year))
            self._require(serving + vacant >= minimum, Rule.ESTABLISHMENT_MINIMUM, *fleet, year)

    def _vehicles_missing_from_each_need_are_counted(self) -> None:
        """Sum of (1 - off-road share) x kept + hired + short >= required, in thousandths."""
        for (fleet, year), short in self.variables.short.items():
            available = mathopt.fast_sum(self._available(fleet, year))
            self._require(
                available + PAR_PERMILLE * short >= PAR_PERMILLE * self.terms.required(fleet, year),
                Rule.AVAILABILITY,
                *fleet,
                year,
            )

    def _no_more_is_hired_than_may_be(self) -> None:
        """Hired <= what is for hire."""
        for (fleet, year), hired in self.variables.hire.items():
            hired.upper_bound = self.terms.most_hired(fleet, year)

    def _available(self, fleet: Fleet, year: int) -> Iterator[mathopt.LinearTypes]:
        for vintage in self._vintages_serving(fleet, year):
            on_road = self.terms.available_permille(vintage, year)
            yield on_road * self.variables.keep[vintage, year]
        for move in self.variables.remounts_in[fleet, year]:
            on_road = self.terms.available_permille(move.target, year)
            away = self.terms.away_permille(move.target, on_road)
            yield -away * self.variables.move[move]
        hire = self.terms.hire(fleet)
        if hire and (fleet, year) in self.variables.hire:
            yield hire.available_permille * self.variables.hire[fleet, year]
