"""`./dev solve` on plans and vehicles that make no sense, beside a problem that does."""

import json
from pathlib import Path
from typing import Final

import pytest

from benchmarks.large_files import TOY
from services.capital.solve_file import main

OTHER_FILES: Final = ("--compare", "--replan", "--vehicles")
# What no file that is read may be, with what is said of it.
NO_FILES: Final[dict[str, tuple[bytes, str]]] = {
    "no text": (b"\xff\xfe\x00", "is not UTF-8 text"),
    "too many values": (b"," * 1_000_000, "at most"),
    "nothing": (b"", "`"),
    "a list": (b"[]", "`"),
    "brackets without end": (b"[" * 100_000, "`"),
}


@pytest.mark.parametrize("asked", OTHER_FILES)
@pytest.mark.parametrize(("content", "complaint"), NO_FILES.values(), ids=NO_FILES.keys())
def test_every_file_that_is_read_is_refused_by_name_as_problems_are(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    asked: str,
    content: bytes,
    complaint: str,
) -> None:
    problem, other = tmp_path / "problem.json", tmp_path / "other"
    problem.write_text(json.dumps(TOY))
    other.write_bytes(content)

    assert main([str(problem), asked, str(other)]) == 2

    said = capsys.readouterr()
    assert complaint in said.err
    assert str(other) in said.err
    assert said.out == ""


@pytest.mark.parametrize("asked", OTHER_FILES)
def test_every_file_longer_than_any_is_refused_unread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    problem, other = tmp_path / "problem.json", tmp_path / "other"
    problem.write_text(json.dumps(TOY))
    with other.open("wb") as file:
        file.truncate(100 * 1024 * 1024)

    assert main([str(problem), asked, str(other)]) == 2

    assert " bytes" in capsys.readouterr().err


@pytest.mark.parametrize("asked", OTHER_FILES)
def test_what_is_no_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(TOY))

    for other in (tmp_path / "nowhere", tmp_path):
        assert main([str(problem), asked, str(other)]) == 2
        assert str(other) in capsys.readouterr().err


def test_what_has_no_end_is_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["/dev/zero"]) == 2

    assert "at most 3,145,728" in capsys.readouterr().err


def test_a_file_of_vehicles_that_is_no_csv_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, other = tmp_path / "problem.json", tmp_path / "other"
    problem.write_text(json.dumps(TOY))
    other.write_text('"' + "x" * 200_000)

    assert main([str(problem), "--vehicles", str(other)]) == 2

    assert "is no CSV" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"outcome": "OUTCOME_INFEASIBLE"}, "outcome"),
        ({"cost": {}, "purchases": [{"vehicles": 0}]}, "purchases[0].vehicles"),
        ({"cost": {}, "purchases": [{"vehicles": 200_000}]}, "purchases[0].vehicles"),
    ],
)
def test_what_nobody_can_have_approved_is_not_planned_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], plan: dict[str, object], field: str
) -> None:
    problem, other = tmp_path / "problem.json", tmp_path / "other"
    problem.write_text(json.dumps(TOY))
    other.write_text(json.dumps({"outcome": "OUTCOME_FEASIBLE", **plan}))

    assert main([str(problem), "--replan", str(other)]) == 2

    said = capsys.readouterr()
    assert said.err.startswith(f"`{field}`: ")
    assert said.out == ""
