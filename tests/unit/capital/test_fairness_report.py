"""What a choice of fairness is told as."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.capital.fairness_report import fairness_report
from services.capital.optimiser.answers.fairness import Choice
from services.capital.optimiser.problem import Guarantee
from services.capital.problem_wire import problem_to_json
from services.capital.solve_arguments import FAIR
from services.capital.solve_file import main
from tests.unit.capital.optimiser.answers.test_fairness import a_shared_problem
from tests.unit.capital.optimiser.build import RYD

TOY = Path(__file__).parents[3] / "scenarios" / "toy" / "problem.json"


def test_the_command_line_knows_every_choice_but_none() -> None:
    assert set(FAIR) == {choice.value for choice in Choice} - {"none"}


def test_fairness_is_told_trust_by_trust_with_its_price(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main([str(TOY), "--seconds", "10", "--gap", "0", "--fair", "leximin"])

    told = capsys.readouterr().out
    assert code == 0
    assert "Fairness, leximin: shortfall 0 (proved); over_age 0 (proved); cost £0" in told
    assert "what is promised is proved to be leximin for every trust\n" in told
    assert "promised" in told


def test_where_no_plan_keeps_the_guarantees_that_is_told() -> None:
    assert "no plan" in fairness_report(None)


def test_a_plan_says_whether_it_was_held_to_anything_for_any_trust_and_at_what_price(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    free = a_shared_problem()
    promised = Guarantee(trust=RYD, most_shortfall=0, most_over_age=6)
    held = replace(free, guarantees=(promised,))
    told = {}

    for name, problem in (("free", free), ("held", held)):
        path = tmp_path / name
        path.write_text(problem_to_json(problem))
        assert main([str(path), "--seconds", "10", "--gap", "0", "--report"]) == 0
        told[name] = capsys.readouterr().out

    assert "fairness   none asked: the best for all 2 trusts together\n" in told["free"]
    assert "guarantees cost" not in told["free"]
    assert "fairness   guarantees to 1 of 2 trusts; --report tells their price\n" in told["held"]
    price = "What its guarantees cost: shortfall 0 (proved); over_age 0 (proved); cost +£"
    assert price in told["held"]
