"""Who is who among the three trusts, and what several layers speak of."""

from typing import Final

from benchmarks.plan.figures import FIRST_YEAR, PRICE_INFLATION
from services.capital.optimiser.problem import Problem, TechnologyCode, TrustCode, TypeCode

WEST_MIDLANDS: Final = TrustCode("RYA")
SOUTH_EAST: Final = TrustCode("RYD")
SOUTH_WEST: Final = TrustCode("RYF")
RRV, URGENT = TypeCode("RRV"), TypeCode("UCS")
LEASED: Final = TechnologyCode("BEV-LEASED")


def at_prices(pounds: float, problem: Problem) -> tuple[int, ...]:
    """Return pounds of the first year as pence of each year, at its prices."""
    return tuple(round(100 * pounds * PRICE_INFLATION**year) for year in range(problem.years))


def in_horizon(problem: Problem, year: int) -> int:
    """Return the year, or the horizon's last where it is shorter."""
    return min(year, FIRST_YEAR + problem.years - 1)
