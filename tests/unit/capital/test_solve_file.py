"""`./dev solve`: the optimiser alone, on a problem file."""

import json
from pathlib import Path

import pytest

from services.capital.optimiser.check import violations
from services.capital.optimiser.limits import Limits
from services.capital.plan_wire import plan_from_json
from services.capital.problem_wire import problem_from_json
from services.capital.solve_arguments import limits_of, parser
from services.capital.solve_file import main

TOY = Path(__file__).parents[3] / "scenarios" / "toy" / "problem.json"


def changed(tmp_path: Path, **fields: object) -> str:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({**json.loads(TOY.read_text()), **fields}))
    return str(path)


def test_a_problem_file_becomes_a_plan_file_and_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"

    exit_code = main([str(TOY), "--seconds", "10", "--gap", "0", "--out", str(out), "--report"])

    assert exit_code == 0
    problem = problem_from_json(TOY.read_bytes())
    assert violations(problem, plan_from_json(out.read_text())) == []
    printed, told = capsys.readouterr()
    assert printed.startswith("OPTIMAL after")
    assert "cost       £2,198,000.00, proved best" in printed
    assert "2030/31        12   2    2  1 (8.3%)     10.7       9      0" in printed
    assert "proving" in told


def test_an_infeasible_problem_is_an_answer_with_a_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = {
        "commitment_id": "on-order",
        "trust": "RYA",
        "vehicle_type": "DCA",
        "technology": "DIESEL",
        "financial_year": 2027,
        "vehicles": 4,
        "price_pence": 15000000,
        "envelope_id": "system-2027",
    }

    exit_code = main([changed(tmp_path, commitments=[order]), "--report"])

    assert exit_code == 3
    printed = capsys.readouterr().out
    assert printed.startswith("INFEASIBLE after")
    assert "These cannot hold together:\n  system-2027 of Black Country" in printed
    assert "  £150k in 2027/28 from Black Country system\n" in printed
    assert "  1 fewer of order on-order for RYA\n" in printed


def test_what_ended_a_search_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(TOY), "--seconds", "10", "--gap", "0", "--stall", "5"]) == 0
    assert "ended as nothing is left to prove\n" in capsys.readouterr().out

    assert main([str(TOY), "--stall", "0"]) == 2
    assert "stall_seconds" in capsys.readouterr().err


def test_the_report_tells_what_levels_and_limits_cost(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(TOY), "--seconds", "10", "--gap", "0", "--report"]) == 0

    printed, told = capsys.readouterr()
    assert "over_age   1 vehicle-years     9  £734k        £734k  £734k" in printed
    line = next(line for line in printed.splitlines() if line.startswith("system-2027  "))
    assert " ".join(line.split()) == "system-2027 £450k £51.2m +0.0 -6.7 £853.3k £450k £477.9k"
    more = "£150k more of system-2027, re-solved: shortfall 0 (proved); over_age -1 (proved)"
    assert more in printed
    assert "limits     1  system-2027" in told
    assert "All of it carried forward, if it were allowed: shortfall 0 (proved)" in printed


def test_a_purchase_is_refused_a_plan_compared_and_the_book_of_stress_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "plan.json")
    main([str(TOY), "--seconds", "10", "--gap", "0", "--out", out])
    capsys.readouterr()

    questions = [
        "--why-not",
        "RYA",
        "DCA-DIESEL",
        "2027",
        "--why-go",
        "RYA",
        "DCA",
        "DIESEL",
        "2022",
        "2027",
        "--compare",
        out,
        "--replan",
        out,
        "--stress",
        "--scenarios",
        "3",
    ]
    assert main([str(TOY), "--seconds", "10", "--gap", "0", *questions]) == 0

    printed = capsys.readouterr().out
    assert "no DCA-DIESEL for RYA in 2027/28: shortfall 0 (proved); over_age +4" in printed
    assert "at least 3 DCA DIESEL of 2022 at RYA serve 2027/28: shortfall" in printed
    assert "It buys 0 vehicles that this one does not" in printed
    same = "The other plan against this one: shortfall 0; over_age 0; cost £0.00 (exactly, as both"
    assert same in printed
    assert "0        optimal              ?" in printed
    assert "Over 3 scenarios, levels at their prices" in printed
    assert "converter lost 12 weeks  optimal      optimal" in printed
    assert "First orders, safe in 6 of 6 scenarios" in printed
    assert "DCA-DIESEL for RYA 2027/28 3 0" in " ".join(printed.split())


FLEET = """vehicle_id,trust,vehicle_type,technology,age_years,in_service_on,miles
{vehicles}
"""


def test_named_vehicles_are_told_what_becomes_of_them_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fleet.csv"
    rows = (
        f"{age}{name},RYA,DCA,DIESEL,{age},{2026 - age}-05-01,{age}0000"
        for age in (1, 2, 3, 4)
        for name in "abc"
    )
    path.write_text(FLEET.format(vehicles="\n".join(rows)))

    assert main([str(TOY), "--seconds", "10", "--gap", "0", "--vehicles", str(path)]) == 0

    printed = capsys.readouterr().out
    assert "4a       replace  2027/28  DCA-DIESEL    system-2027" in printed
    assert "1c          keep" in printed
    assert "  4a: is at its target age of 5 in 2027/28; " in printed
    assert "From cohorts to vehicles: running costs £314k" in printed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("vehicle_id,trust", "`vehicle_type`: is a column of the file"),
        (FLEET.format(vehicles="a,RYA,DCA,DIESEL,1,2025-05-01,many"), "`vehicles[0].miles`"),
        (FLEET.format(vehicles="a,RYA,DCA,DIESEL,1,May,1"), "`vehicles[0].in_service_on`"),
        (FLEET.format(vehicles="a,RYA,DCA,DIESEL,1,2025-05-01,1"), "`vehicles`: 1 named of the 3"),
    ],
)
def test_a_file_of_vehicles_at_fault_is_refused_by_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text(text)

    assert main([str(TOY), "--seconds", "5", "--vehicles", str(path)]) == 2

    assert named in capsys.readouterr().err


@pytest.mark.parametrize(
    "purchase",
    [
        ["RYX", "DCA-DIESEL", "2027"],
        ["RYA", "bicycle", "2027"],
        ["RYA", "DCA-DIESEL", "soon"],
        ["RYA", "DCA-DIESEL", "2099"],
    ],
)
def test_a_question_about_nothing_in_the_problem_is_refused(
    purchase: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(TOY), "--why-not", *purchase]) == 2

    assert "--why-not" in capsys.readouterr().err


@pytest.mark.parametrize(
    "departure",
    [
        ["RYX", "DCA", "DIESEL", "2022", "2027"],
        ["RYA", "DCA", "STEAM", "2022", "2027"],
        ["RYA", "DCA", "DIESEL", "2028", "2027"],
        ["RYA", "DCA", "DIESEL", "once", "2027"],
        ["RYA", "DCA", "DIESEL", "2022", "2099"],
    ],
)
def test_a_question_about_vehicles_or_years_outside_the_problem_is_refused(
    departure: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(TOY), "--why-go", *departure]) == 2

    assert "--why-go" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"years": 0}, "`years`: must be a whole number from 1 to 40"),
        ({"years": "five"}, "`years`: "),
        ({"cohorts": []}, "`cohorts`: must not be empty"),
        ({"wheels": 4}, "`file`: "),
    ],
)
def test_a_file_at_fault_is_refused_by_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fields: dict[str, object], named: str
) -> None:
    assert main([changed(tmp_path, **fields)]) == 2

    complaint = capsys.readouterr().err
    assert named in complaint
    assert "Traceback" not in complaint


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.json"]) == 2

    assert "nowhere.json" in capsys.readouterr().err


def test_a_file_larger_than_any_problem_is_refused_unread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "problem.json"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)

    assert main([str(path)]) == 2

    assert "at most 3,145,728" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seconds", "0"],
        ["--seconds", "1801"],
        ["--seed", "-1"],
        ["--gap", "2"],
        ["--gap", "nan"],
        ["--gap", "-0.1"],
        ["--seconds", "soon"],
        ["--scenarios", "-5"],
        ["--scenarios", "101"],
        ["--scenarios", "some"],
    ],
)
def test_limits_out_of_range_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        exit_code: object = main([str(TOY), *arguments])
    except SystemExit as stopped:
        exit_code = stopped.code

    assert exit_code == 2
    assert arguments[0][2:] in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--frozen-years", "-1"], ["--frozen-years", "6"], ["--frozen-years", "1"]]
)
def test_frozen_years_are_of_the_horizon_and_of_an_approved_plan(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"outcome": "OUTCOME_FEASIBLE", "cost": {}}))
    approved = [] if arguments[1] == "1" else ["--replan", str(plan)]

    assert main([str(TOY), *approved, *arguments]) == 2

    assert "--frozen-years" in capsys.readouterr().err


def test_an_approved_plan_of_another_catalogue_is_planned_again_and_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"
    main([str(TOY), "--seconds", "10", "--gap", "0", "--out", str(out)])
    options = json.loads(TOY.read_text())["options"]
    electric = [row for row in options if row["option_id"] != "DCA-DIESEL"]
    capsys.readouterr()

    replan = ["--replan", str(out), "--frozen-years", "2"]
    assert main([changed(tmp_path, options=electric), "--seconds", "10", *replan]) == 0

    printed = capsys.readouterr().out
    assert "left out: 3 DCA-DIESEL for RYA in 2027/28 is of no option of the catalogue" in printed


def test_a_search_by_counts_is_not_cut_off_by_the_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("one.json", "other.json")]

    for file in files:
        assert main([str(TOY), "--nodes", "3", "--gap", "0", "--out", str(file)]) == 0

    assert files[0].read_bytes() == files[1].read_bytes()
    assert limits_of(parser().parse_args([str(TOY), "--nodes", "3"])) == Limits(
        nodes=3, seconds=1800
    )
    assert limits_of(parser().parse_args([str(TOY), "--nodes", "3", "--seconds", "60"])) == Limits(
        nodes=3, seconds=60
    )
    assert limits_of(parser().parse_args([str(TOY)])) == Limits()
    assert main([str(TOY), "--nodes", "0"]) == 2
    assert "nodes" in capsys.readouterr().err
