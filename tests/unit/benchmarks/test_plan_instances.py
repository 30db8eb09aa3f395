"""The problems the optimiser is timed on: the same every time, and sensible."""

import pytest

from benchmarks.plan.instances import INSTANCES, instance
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.validate import check_problem

# Other figures make another problem: what was measured on this one does not hold of it.
HASHES = {
    "wmas-10y": "e8f5d23c6a2441980a29bee9a74319d283b1e328bfef6f387f5167e59942db20",
    "alliance-10y": "057906c09304b2a825710389cb9c950c8a23caf2700c3b6199aeefb7695e9a2d",
    "england-10y": "6757e0adbc8615e92569bf9f22d07ca2020cceec632fc19395e14187a685a3b7",
}


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
