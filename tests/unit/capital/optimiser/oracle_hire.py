"""All that can be hired in a problem of a few vehicles, by trying every number."""

from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.problem import Problem
from tests.unit.capital.optimiser.oracle_ruled import hired_as_ruled


class Rental:
    """Enumerates what one fleet can hire for one year."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem

    def ways(self, year: int, trust: str, vehicle_type: str) -> Iterator[tuple[int, int]]:
        """Yield thousandths of a vehicle on the road, and the pence they cost."""
        yield 0, 0
        place = year - self.problem.first_financial_year
        open_to = [
            row
            for row in self.problem.hires
            if row.vehicle_type == vehicle_type and row.trust in {trust, None}
        ]
        # A trust's own row stands before everyone's.
        for row in sorted(open_to, key=lambda row: row.trust is None)[:1]:
            for hired in range(1, row.vehicles[place] + 1):
                yield hired * row.available_permille, hired * row.price_pence[place]

    def ruled_ways(self, year: int, trust: str, vehicle_type: str) -> Iterator[tuple[int, int]]:
        """Yield those ways of as many vehicles as somebody ruled, where anybody did."""
        place = trust, vehicle_type
        for hired, way in enumerate(self.ways(year, *place)):
            if hired_as_ruled(self.problem, year, place, hired):
                yield way
