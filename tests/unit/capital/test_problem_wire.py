"""Problems and plans as messages and as files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from services.capital.plan_wire import plan_from_json, plan_from_proto, plan_to_json, plan_to_proto
from services.capital.problem_wire import (
    problem_from_json,
    problem_from_proto,
    problem_to_json,
    problem_to_proto,
)
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money
from tests.unit.capital.optimiser.random_problems import a_random_problem

TOY = Path(__file__).parents[3] / "scenarios" / "toy" / "problem.json"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("a_problem", [a_random_problem, a_random_problem_of_money])
def test_a_problem_survives_message_and_file(
    a_problem: Callable[[int], Problem], seed: int
) -> None:
    problem = a_problem(seed)

    assert problem_from_proto(problem_to_proto(problem)) == problem
    assert problem_from_json(problem_to_json(problem)) == problem


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("a_problem", [a_random_problem, a_random_problem_of_money])
def test_a_plan_survives_message_and_file(a_problem: Callable[[int], Problem], seed: int) -> None:
    plan = solve(a_problem(seed), Limits(seconds=10, gap_ppm=0))

    assert plan_from_proto(plan_to_proto(plan)) == plan
    assert plan_from_json(plan_to_json(plan)) == plan


def test_a_terminal_value_left_empty_is_the_resale() -> None:
    message = RenewalProblem(
        age_profiles=[
            RenewalProblem.AgeProfile(resale_pence=[500, 400]),
            RenewalProblem.AgeProfile(),
        ]
    )

    stated, silent = problem_from_proto(message).age_profiles

    assert stated.terminal_value_pence == (500, 400)
    assert (silent.resale_pence, silent.terminal_value_pence) == ((0,), (0,))


def test_a_file_may_use_either_spelling_of_a_field() -> None:
    text = TOY.read_text()
    camel = text.replace("first_financial_year", "firstFinancialYear")

    assert problem_from_json(camel) == problem_from_json(text)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "file"),
        ("{", "file"),
        (b"\xff\xfe", "file"),
        ("[" * 100_000, "file"),
        ('{"years": NaN}', "years"),
        ('{"years": 1.5}', "years"),
        ('{"years": 99999999999}', "years"),
        ('{"cohorts": 5}', "cohorts"),
        ('{"cohorts": [{"vehicles": "many"}]}', "cohorts.vehicles"),
        ('{"cohorts": [{"vehicles": 1}, {"vehicles": 1.5}]}', "cohorts[1].vehicles"),
        ('{"cohorts": [{"wheels": 4}]}', "cohorts[0]"),
        ('{"cohorts": [{"vehicles": 1, "vehicles": 2}]}', "file"),
        ('{"supply_lines": [{"kind": "KIND_BAKER"}]}', "supply_lines[0].kind"),
        ('{"supply_lines": [{"line_id": "a"}]}', "supply_lines[0].kind"),
        ('{"mandates": [{"mandate_id": "a"}]}', "mandates[0].basis"),
    ],
)
def test_a_file_that_is_no_problem_is_refused_by_field(text: str | bytes, field: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        problem_from_json(text)

    assert [fault.field for fault in refusal.value.faults] == [field]


def test_money_beyond_what_a_float_holds_survives_a_file() -> None:
    document = json.loads(TOY.read_text())
    document["envelopes"][0]["allocation_pence"] = 2**53 + 1

    problem = problem_from_json(json.dumps(document))

    assert problem_from_json(problem_to_json(problem)).envelopes[0].allocation_pence == 2**53 + 1
