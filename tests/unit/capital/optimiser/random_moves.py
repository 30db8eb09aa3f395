"""Random problems with a reserve and mileage bands, small enough to try every plan of."""

from dataclasses import replace
from random import Random

from services.capital.optimiser.problem import AgeProfile, BandCode, Problem, Reserve
from tests.unit.capital.optimiser.build import DCA, RYA
from tests.unit.capital.optimiser.random_problems import a_random_problem

HIGH = BandCode("high")


def a_random_problem_with_a_reserve(seed: int) -> Problem:
    """Return a random problem whose first cohort may be in reserve, and in a mileage band."""
    random = Random(seed)
    problem = a_random_problem(seed)
    if random.random() < 0.5:
        problem = banded(random, problem)
    first, *others = problem.cohorts
    first = replace(first, in_reserve=first.trust == RYA and random.random() < 0.3)
    reserve = Reserve(
        trust=random.choice((None, RYA)),
        vehicle_type=DCA,
        from_age_years=random.choice((0, 2, 4)),
        maximum_age_years=random.choice((0, 0, 6, 8)),
        available_permille=random.choice((1, 500, 700, 1000)),
        running_saved_permille=random.choice((0, 333, 1000)),
        maximum=random.choice((0, 1, 2, 4)),
    )
    return replace(
        problem,
        cohorts=(first, *others),
        reserves=(reserve,),
    )


def banded(_: Random, problem: Problem) -> Problem:
    """Return the problem with its first cohort in a mileage band."""
    first, *others = problem.cohorts
    return replace(
        problem,
        cohorts=(replace(first, band=HIGH), *others),
        age_profiles=(*problem.age_profiles, *map(_in_band, problem.age_profiles)),
    )


def _in_band(profile: AgeProfile) -> AgeProfile:
    """Return the tables of vehicles that are driven more: dearer, and oftener off the road."""
    return replace(
        profile,
        band=HIGH,
        running_cost_pence=tuple(2 * pence for pence in profile.running_cost_pence),
        off_road_permille=tuple(min(1000, 50 + 2 * off) for off in profile.off_road_permille),
        resale_pence=tuple(pence // 2 for pence in profile.resale_pence),
    )
