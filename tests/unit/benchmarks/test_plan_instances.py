"""The problems the optimiser is timed on: the same every time, and sensible."""

import pytest

from benchmarks.plan.instances import INSTANCES, instance
from services.capital.optimiser.check import violations
from services.capital.optimiser.greedy import greedy_plan
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import check_problem

# Other figures make another problem: what was measured on this one does not hold of it.
HASHES = {
    "wmas-10y": "f8214260870541ec373719e27e6c578b7d1aa9ad3e3bb032998256ae1a2545f9",
    "wmas-10y-tight": "876a404effca4cde756a75743ba7644d96d4b857b31d64b33f69e01c68087a1f",
    "alliance-10y": "b4386f075cad13c3115b0e2f2e74cddff05dc23f7a46947de5cba5a91960173a",
    "england-10y": "fd13badd820f21ab08fc1f02d8ae8ea23d4b47b21a2af4f748d8bff1eb3c2477",
    "ambcap-10y": "56025a44686d4ecf24509783f79aa8902a2bf2bd46d3a134a8ff6b6e71bd4e0c",
    "ambcap-20y": "1745c17c99e556b39eca3d1a7455239864f8f91923180317bdb4b08889448ca4",
    "ambcap-f-10y": "af7bdbd98533b33c4b0873b35e0b58cf9280a2d44fa69dd91f5c2bee3d7e793c",
    "ambcap-f-20y": "2bed42beed933cb946d88854f700c9db7c6c4bf727034c811e4c4abec3854f95",
    "lumpy": "16ad51d49c5b33e063600fb1fc9ee103134260eddd784c17312fb65f61c6b144",
    "quarters": "7c1fdeb26749420a4c1d5432f0b5baa9aa2b5314e5fb857783a4d530b6d67b33",
    "complete-10y": "27d3102b94c8a16e908aa7b3af42bed88a5e7de108897d3e2d6bbf145c95f3f0",
    "scenarios-50": "33c69ef99caaf1796377952a415d636caf6e7eb950eb984652dd528f710416a7",
}


BEYOND_GREEDY = {"complete-10y"}


@pytest.fixture(scope="module", params=sorted(INSTANCES))
def named(request: pytest.FixtureRequest) -> tuple[str, Problem]:
    name: str = request.param
    return name, instance(name)


def test_an_instance_is_the_same_every_time(named: tuple[str, Problem]) -> None:
    name, problem = named

    assert problem_hash(problem) == HASHES[name]


def test_an_instance_makes_sense(named: tuple[str, Problem]) -> None:
    _, problem = named

    check_problem(problem)


def test_an_instance_says_that_it_is_synthetic(named: tuple[str, Problem]) -> None:
    _, problem = named

    assert problem.description.startswith("Synthetic: ")


def test_greedy_plans_it_and_the_plan_passes_the_checker(named: tuple[str, Problem]) -> None:
    name, problem = named

    plan = greedy_plan(Terms(problem))

    # It minds neither chargers, rulings nor shares of converters.
    assert (plan is None) == (name in BEYOND_GREEDY)
    assert plan is None or violations(problem, plan) == []
