"""How each trust fares under given decisions, counted from a problem's own rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from services.capital.optimiser.plan import Decisions
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import MoveKind
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_motion import Kind, Place, offer_to, places, target_of
from tests.unit.capital.optimiser.oracle_year import Years


class Fortunes:
    """What trusts lack and have over age, year by year."""

    def __init__(self, problem: Problem, decisions: Decisions) -> None:
        self.problem: Final = problem
        self.decisions: Final = decisions
        self.years: Final = Years(problem)

    def broken(self, serving: Mapping[int, Counter[Kind]]) -> Iterator[Rule]:
        for promised in self.problem.guarantees:
            theirs = [place for place in places(self.problem) if place[0] == promised.trust]
            short, old = 0, 0
            for place in theirs:
                for year, now in serving.items():
                    beside = self._hired_permille(place, year) - self._away_permille(place, year)
                    short += self.years.vacant(place, year, now)
                    short += self.years.missing(place, year, now, beside)
                    old += self.years.old(place, year, now)
            if short > promised.most_shortfall or old > promised.most_over_age:
                yield Rule.TRUST_GUARANTEE

    def _away_permille(self, place: Place, year: int) -> int:
        away = 0
        for row in self.decisions.moves:
            kind = target_of(row)
            if (row.kind, kind.place, row.financial_year) == (MoveKind.REMOUNT, place, year):
                offer = offer_to(self.problem, *place, row.technology)
                weeks = offer.weeks_out if offer else 0
                away += row.vehicles * self.years.away_permille(kind, year, weeks)
        return away

    def _hired_permille(self, place: Place, year: int) -> int:
        hired = 0
        for row in self.decisions.hires:
            if ((row.trust, row.vehicle_type), row.financial_year) == (place, year):
                ways = [*Rental(self.problem).ways(year, *place)]
                hired += row.vehicles * (ways[1][0] if len(ways) > 1 else 0)
        return hired
