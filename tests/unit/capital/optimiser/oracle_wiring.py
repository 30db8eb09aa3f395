"""All chargers that can be bought in a problem of a few, by trying every number."""

from collections.abc import Iterator
from itertools import product
from math import prod

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.oracle_ruled import wired_as_ruled
from tests.unit.capital.optimiser.oracle_sites import Sites


def wirings(problem: Problem) -> Iterator[tuple[ChargersBought, ...]]:
    """Yield every way to buy chargers that may pay for them and that grids carry."""
    for numbers in product(*_choices(problem)):
        chargers = tuple(row for row in numbers if row.chargers)
        sites, years = Sites(problem, chargers), problem.horizon
        over = (rule for year in years for rule in sites.in_year(year, {}))
        carried = not any(rule is Rule.GRID_CAPACITY for rule in over)
        if carried and wired_as_ruled(problem, chargers):
            yield chargers


def ways(problem: Problem) -> int:
    """Return how many ways of buying chargers there are to try."""
    return prod(map(len, _choices(problem)))


def _choices(problem: Problem) -> list[list[ChargersBought]]:
    return [_numbers(problem, row) for row in _slots(problem)]


def _slots(problem: Problem) -> Iterator[ChargersBought]:
    for site, year, envelope in product(problem.charging_sites, problem.horizon, problem.envelopes):
        one = ChargersBought(
            site_id=site.site_id,
            financial_year=year,
            envelope_id=envelope.envelope_id,
            chargers=1,
        )
        if not any(Sites(problem, (one,)).buying()):
            yield one


def _numbers(problem: Problem, one: ChargersBought) -> list[ChargersBought]:
    """Return purchases of none, one and so on, to more than the grid could ever carry."""
    (site,) = (row for row in problem.charging_sites if row.site_id == one.site_id)
    connections = (
        kilowatts // site.kilowatts
        for row in problem.grid_connections
        if (row.trust, row.hub_id) == (site.trust, site.hub_id)
        for kilowatts in row.kilowatts
    )
    most = max((*site.maximum, *connections, 0))
    return [
        ChargersBought(
            site_id=one.site_id,
            financial_year=one.financial_year,
            envelope_id=one.envelope_id,
            chargers=number,
        )
        for number in range(most + 1)
    ]
