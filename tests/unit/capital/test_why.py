"""What the command line asks about what a no would cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.capital.optimiser.problem import Problem
from services.capital.problem_wire import problem_to_json
from services.capital.solve_file import main
from tests.unit.capital.optimiser.build import (
    FIRST,
    RYA,
    RYD,
    a_commitment,
    a_hire,
    a_problem,
    a_profile,
    a_reserve,
    a_route,
    a_site,
    a_size,
    an_offer,
    boxes,
    cohorts,
)

YEAR = str(FIRST)


def a_problem_of_everything() -> Problem:
    """Return two trusts with something of each kind to decide on, and nothing that asks for it."""
    return a_problem(
        trusts=(RYA, RYD),
        cohorts=(*boxes({1: 2}), *cohorts({4: 1}, trust=RYD)),
        technologies=a_problem().technologies[:1],
        age_profiles=(a_profile(),),
        establishments=(a_size(0, 5), a_size(0, 5, trust=RYD)),
        commitments=(replace(a_commitment(FIRST, 2), cancellable=True),),
        transfer_routes=(a_route(RYA, RYD),),
        reserves=(a_reserve(2),),
        hires=(a_hire(2, 2, 2),),
        remount_offers=(an_offer(),),
        charging_sites=(a_site(0, 0, 0, maximum=(2, 2, 2), price=1000),),
    )


def asked(tmp_path: Path, *words: str) -> int:
    path = tmp_path / "problem.json"
    path.write_text(problem_to_json(a_problem_of_everything()))
    return main([str(path), "--seconds", "10", "--gap", "0", *words])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--why-not", "RYA", "DCA-DIESEL"], "at least 1 DCA-DIESEL for RYA in 2026/27"),
        (["--why-give", "RYA", "RYD", "DCA"], "at least 1 DCA of RYA given to RYD in 2026/27"),
        (["--why-reserve", "RYA", "DCA"], "at least 1 DCA of RYA put in reserve in 2026/27"),
        (["--why-remount", "RYA", "DCA"], "at least 1 DCA of RYA remounted in 2026/27"),
        (["--why-hire", "RYD", "DCA"], "at least 1 DCA hired by RYD in 2026/27"),
        (["--why-charge", "site"], "at least 1 chargers bought for site in 2026/27"),
    ],
)
def test_what_is_not_planned_is_priced_as_if_it_were(
    tmp_path: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, *words, YEAR) == 0

    printed = capsys.readouterr().out
    assert f"\n{told}: shortfall 0 (proved); over_age 0 (proved); cost +£" in printed


def test_what_is_planned_is_priced_as_if_it_were_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, "--why-cancel", "on-order") == 0

    assert "\nno vehicles of order on-order cancelled: shortfall 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--at-most", "1"], "at most 1 DCA hired by RYA in 2026/27: shortfall 0 (proved)"),
        (["--at-least", "2"], "at least 2 DCA hired by RYA in 2026/27: shortfall 0 (proved)"),
        (["--at-least", "1", "--at-most", "2"], "1 to 2 DCA hired by RYA in 2026/27: shortfall"),
        (["--at-least", "3"], "at least 3 DCA hired by RYA in 2026/27: cannot be"),
    ],
)
def test_so_many_can_be_asked_about(
    tmp_path: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, "--why-hire", "RYA", "DCA", YEAR, *words) == 0

    assert f"\n{told}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--why-give", "RYA", "RYX", "DCA", YEAR],
        ["--why-reserve", "RYA", "RRV", YEAR],
        ["--why-remount", "RYX", "DCA", YEAR],
        ["--why-hire", "RYA", "DCA", "2099"],
        ["--why-charge", "nowhere", YEAR],
        ["--why-charge", "site", "soon"],
        ["--why-cancel", "nothing"],
        ["--why-cancel", "on-order", "--at-least", "0"],
        ["--why-cancel", "on-order", "--at-least", "2", "--at-most", "1"],
        ["--at-most", "1"],
        ["--why-cancel", "on-order", "--why-charge", "site", YEAR, "--at-most", "1"],
    ],
)
def test_a_question_about_nothing_there_is_is_refused(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, *words) == 2

    complaint = capsys.readouterr().err
    assert complaint.startswith(("--why-", "--at-most"))
