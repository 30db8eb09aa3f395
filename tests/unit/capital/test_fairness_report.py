"""What a choice of fairness is told as."""

from pathlib import Path

import pytest

from services.capital.fairness_report import fairness_report
from services.capital.optimiser.answers.fairness import Choice
from services.capital.solve_arguments import FAIR
from services.capital.solve_file import main

TOY = Path(__file__).parents[3] / "scenarios" / "toy" / "problem.json"


def test_the_command_line_knows_every_choice_but_none() -> None:
    assert set(FAIR) == {choice.value for choice in Choice} - {"none"}


def test_fairness_is_told_trust_by_trust_with_its_price(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main([str(TOY), "--seconds", "10", "--gap", "0", "--fair", "leximin"])

    told = capsys.readouterr().out
    assert code == 0
    assert "Fairness, leximin: costs £0" in told
    assert "promised" in told


def test_where_no_plan_keeps_the_guarantees_that_is_told() -> None:
    assert "no plan" in fairness_report(None)
