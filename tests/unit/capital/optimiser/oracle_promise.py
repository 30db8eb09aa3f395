"""How each trust fares under given decisions, counted from a problem's own rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from services.capital.optimiser.plan import Decisions
from services.capital.optimiser.problem import AgeProfile, Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import MoveKind
from tests.unit.capital.optimiser.oracle_garage import Garage
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_motion import Kind, Place, offer_to, target_of


class Fortunes:
    """What trusts lack and have over age, year by year."""

    def __init__(self, problem: Problem, decisions: Decisions) -> None:
        self.problem: Final = problem
        self.decisions: Final = decisions
        self.garage: Final = Garage(problem)

    def broken(self, serving: Mapping[int, Counter[Kind]]) -> Iterator[Rule]:
        for promised in self.problem.guarantees:
            short = sum(self._short(promised.trust, year, now) for year, now in serving.items())
            old = sum(self._old(promised.trust, year, now) for year, now in serving.items())
            if short > promised.most_shortfall or old > promised.most_over_age:
                yield Rule.TRUST_GUARANTEE

    def _old(self, trust: str, year: int, now: Counter[Kind]) -> int:
        total = 0
        for kind, vehicles in now.items():
            policies = [
                (row.from_financial_year, row.target_age_years)
                for row in self.problem.life_policies
                if (row.trust, row.vehicle_type) == kind.place and row.from_financial_year <= year
            ]
            _, target = max(policies, default=(0, 0))
            if kind.trust == trust and not kind.held and 0 < target <= year - kind.entry:
                total += vehicles
        return total

    def _short(self, trust: str, year: int, now: Counter[Kind]) -> int:
        problem = self.problem
        rows = (problem.cohorts, problem.commitments, problem.needs, problem.establishments)
        places = {(row.trust, row.vehicle_type) for table in rows for row in table}
        return sum(
            self._vacant(place, year, now) + self._missing(place, year, now)
            for place in places
            if place[0] == trust
        )

    def _vacant(self, place: Place, year: int, now: Counter[Kind]) -> int:
        sizes = [
            (row.from_financial_year, row.minimum)
            for row in self.problem.establishments
            if (row.trust, row.vehicle_type) == place and row.from_financial_year <= year
        ]
        there = sum(
            row.vehicles
            for row in self.problem.cohorts
            if (row.trust, row.vehicle_type) == place and not row.in_reserve
        )
        _, least = max(sizes, default=(0, there))
        serving = sum(n for kind, n in now.items() if kind.place == place and not kind.held)
        return max(0, least - serving)

    def _missing(self, place: Place, year: int, now: Counter[Kind]) -> int:
        required = sum(
            row.required_available
            for row in self.problem.needs
            if ((row.trust, row.vehicle_type), row.financial_year) == (place, year)
        )
        on_road = sum(n * self._worth(kind, year) for kind, n in now.items() if kind.place == place)
        for row in self.decisions.moves:
            kind = target_of(row)
            if (row.kind, kind.place, row.financial_year) == (MoveKind.REMOUNT, place, year):
                offer = offer_to(self.problem, *place, row.technology)
                weeks, whole = (offer.weeks_out if offer else 0), self._worth(kind, year)
                on_road -= row.vehicles * (whole - whole * (52 - weeks) // 52)
        for hired in self.decisions.hires:
            if ((hired.trust, hired.vehicle_type), hired.financial_year) == (place, year):
                ways = [*Rental(self.problem).ways(year, *place)]
                on_road += hired.vehicles * (ways[1][0] if len(ways) > 1 else 0)
        return max(0, -((on_road - 1000 * required) // 1000))

    def _worth(self, kind: Kind, year: int) -> int:
        table = self._tables(kind).off_road_permille
        off = table[min(year - kind.entry, len(table) - 1)]
        return (1000 - off) * self.garage.terms(*kind.place, held=kind.held)[0] // 1000

    def _tables(self, kind: Kind) -> AgeProfile:
        named = kind.vehicle_type, kind.technology, kind.band
        rows = [
            row
            for row in self.problem.age_profiles
            if (row.vehicle_type, row.technology, row.band or "") == named
            and row.trust in {kind.trust, None}
        ]
        return min(rows, key=lambda row: row.trust is None)
