"""What minding a level costs."""

import pytest

from services.capital.optimiser.levels import level_price_pence, without
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import FIRST, a_need, a_policy, a_problem


def test_the_price_of_a_level_is_what_plans_cost_more_that_mind_it() -> None:
    problem = a_problem(life_policies=(a_policy(target=3),))
    exactly = Limits(seconds=5, gap_ppm=0)

    minding, careless = solve(problem, exactly), solve(without(problem, Level.OVER_AGE), exactly)

    # Two ambulances at 10,000,000 in the second year, less 400,000 of running cost each.
    least, most = level_price_pence(minding, careless)
    assert least <= 19_200_000 <= most
    assert most - least <= 200


def test_without_shortfall_no_vehicle_is_needed() -> None:
    problem = a_problem(needs=(a_need(5, FIRST),))

    plan = solve(without(problem, Level.SHORTFALL), Limits(seconds=5, gap_ppm=0))

    assert plan.level(Level.SHORTFALL).value == 0
    assert plan.stock == ()


def test_cost_has_no_price() -> None:
    with pytest.raises(ValueError, match="cost"):
        without(a_problem(), Level.COST)
