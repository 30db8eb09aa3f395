"""`./dev solve` on files that make no sense: the field and the rule, without a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from benchmarks.large_files import FILES, TOY
from services.capital.solve_file import main

ROOT: Final = Path(__file__).parents[3]
# As `./dev solve`; exits with 9 where the solver was loaded all the same, which alone takes longer
# than to read and refuse most files. `./dev bench refusals` tells the seconds.
SOLVE: Final = """
import sys
from services.capital.solve_file import main
code = main(sys.argv[1:])
sys.exit(9 if "ortools" in sys.modules else code)
"""

Fields: TypeAlias = dict[str, object]


def first(table: str, **changes: object) -> Fields:
    """Return the toy's table with its first row changed."""
    row, *others = TOY[table]
    return {table: [{**row, **changes}, *others]}


def every(table: str, **changes: object) -> Fields:
    return {table: [{**row, **changes} for row in TOY[table]]}


def an_order(**changes: object) -> Fields:
    order: Fields = {
        "commitment_id": "on-order",
        "trust": "RYA",
        "vehicle_type": "DCA",
        "technology": "DIESEL",
        "financial_year": 2027,
        "vehicles": 1,
        "price_pence": 15_000_000,
    }
    return {"commitments": [{**order, **changes}]}


NAN, INFINITY = float("nan"), float("inf")

CASES: Final[list[tuple[Fields, str, str]]] = [
    # nothing to plan
    ({"cohorts": []}, "cohorts", "nothing to plan"),
    ({"trusts": []}, "trusts", "nothing to plan"),
    ({"vehicle_types": []}, "vehicle_types", "nothing to plan"),
    ({"years": 0}, "years", "from 1 to 40"),
    # not a number, or not a whole one
    ({"years": NAN}, "years", "nan"),
    ({"years": INFINITY}, "years", "inf"),
    ({"years": 2.5}, "years", "2.5"),
    ({"years": True}, "years", "True"),
    ({"years": "five"}, "years", "five"),
    (first("envelopes", allocation_pence=NAN), "envelopes[0].allocation_pence", "nan"),
    (first("options", price_pence=[NAN] * 5), "options[0].price_pence[0]", "nan"),
    (first("age_profiles", running_cost_pence=[-INFINITY]), "running_cost_pence[0]", "-inf"),
    ({"discount_ppm": [NAN] * 6}, "discount_ppm[0]", "nan"),
    # below nothing
    ({"years": -1}, "years", "from 1 to 40"),
    (first("cohorts", vehicles=-1), "cohorts[0].vehicles", "from 1 to 100,000"),
    (first("cohorts", age_years=-1), "cohorts[0].age_years", "from 0 to 60"),
    (first("envelopes", allocation_pence=-1), "envelopes[0].allocation_pence", "from 0 to"),
    (first("options", lead_time_years=-1), "options[0].lead_time_years", "from 0 to 10"),
    (first("needs", required_available=-1), "needs[0].required_available", "from 0 to"),
    # past 32 and 64 bits, and past what adds up within them
    ({"years": 2**31}, "years", "out of range"),
    (first("envelopes", allocation_pence=2**63), "envelopes.allocation_pence", "out of range"),
    (first("envelopes", allocation_pence=2**63 - 1), "envelopes[0].allocation_pence", "from 0"),
    (first("options", price_pence=[10**11] * 5), "options[0].price_pence[0]", "from 0 to"),
    (
        {
            "cohorts": [
                {**TOY["cohorts"][0], "age_years": age, "vehicles": 100_000} for age in range(60)
            ],
            **every("age_profiles", running_cost_pence=[10**10]),
            "vehicle_types": [{"code": "DCA", "lost_day_cost_pence": 10**9}],
            "discount_ppm": [2_000_000] * 6,
            "price_index_permille": [10_000] * 6,
        },
        "problem",
        "overflow",
    ),
    # too large
    (
        {
            "options": [{**TOY["options"][0], "option_id": f"o{place}"} for place in range(2_000)],
            "envelopes": [
                {**row, "envelope_id": f"{row['envelope_id']}.{place}"}
                for row in TOY["envelopes"]
                for place in range(100)
            ],
        },
        "problem",
        "variables; the limit is 500,000",
    ),
    ({"discount_ppm": [0] * 140_000}, "discount_ppm[0]", "from 1 to"),
    ({"description": "x" * 501}, "description", "at most 500 characters"),
    ({"trusts": ["x" * 65]}, "trusts[0]", "1 to 64"),
    # contradictions
    (
        {
            "establishments": [
                {
                    "trust": "RYA",
                    "vehicle_type": "DCA",
                    "from_financial_year": 2026,
                    "minimum": 2,
                    "maximum": 1,
                }
            ]
        },
        "establishments[0].minimum",
        "min > max",
    ),
    (
        first("life_policies", target_age_years=7, maximum_age_years=5),
        "life_policies[0].maximum_age_years",
        "below the target",
    ),
    (first("needs", financial_year=2036), "needs[0].financial_year", "outside the horizon"),
    (an_order(envelope_id="provider-2028"), "commitments[0].envelope_id", "may not pay"),
    ({"needs": [TOY["needs"][0]] * 2}, "needs[1]", "repeats"),
    ({"shortfall_price_pence": 1}, "over_age_price_pence", "must be given"),
    # tables of another length, and pairs that are missing
    (first("options", price_pence=[1]), "options[0].price_pence", "must have 5 entries"),
    ({"discount_ppm": [1]}, "discount_ppm", "must have 6 entries"),
    (first("age_profiles", off_road_permille=[]), "off_road_permille", "must not be empty"),
    ({"age_profiles": TOY["age_profiles"][:1]}, "technology", "no age profile for DCA"),
    # names of nothing
    (first("cohorts", trust="RYX"), "cohorts[0].trust", "no trust of the problem"),
    (first("cohorts", trust=""), "cohorts[0].trust", "1 to 64"),
    (first("options", supply_lines=["moon"]), "options[0].supply_lines[0]", "no supply line"),
    (an_order(envelope_id="moon"), "commitments[0].envelope_id", "no envelope"),
    (first("supply_lines", kind="MAGIC"), "supply_lines[0].kind", "MAGIC"),
    (first("supply_lines", kind=77), "supply_lines[0].kind", "CONVERTER or CHASSIS"),
    # other than a field may hold
    ({"wheels": 4}, "file", "wheels"),
    ({"trusts": None, "cohorts": [None]}, "cohorts[0]", "null"),
    ({"trusts": "RYA"}, "trusts", ""),
    ({"cohorts": {"trust": "RYA"}}, "cohorts", ""),
    ({"description": "\ud800"}, "description", "surrogate"),
]


@pytest.mark.parametrize(("fields", "named", "rule"), CASES)
def test_a_value_at_fault_is_refused_by_its_field_and_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fields: Fields, named: str, rule: str
) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({**TOY, **fields}))

    exit_code = main([str(path)])

    complaint = capsys.readouterr().err
    assert exit_code == 2
    assert f"{named}`: " in complaint
    assert rule in complaint


NONSENSE: Final[dict[str, bytes]] = {
    "nothing": b"",
    "a list": b"[]",
    "a number": b"3",
    "null": b"null",
    "cut short": json.dumps(TOY).encode()[:-20],
    "said twice": b'{"years": 3, "years": 4}',
    "no text": b"\xff\xfe\x00",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a hundred thousand brackets": b"[" * 100_000,
    "a hundred thousand braces": b'{"a":' * 100_000,
    "five thousand digits": b'{"years": ' + b"9" * 5_000 + b"}",
    "beyond every float": b'{"years": 1e400}',
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE.keys())
def test_what_is_no_problem_at_all_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)

    assert main([str(path)]) == 2

    complaint = capsys.readouterr().err
    assert complaint.startswith("`")
    assert "Error" not in complaint


@pytest.mark.parametrize(("write", "complaint"), FILES)
def test_the_largest_files_are_refused_in_a_sentence_and_before_the_solver_is_loaded(
    tmp_path: Path, write: Callable[[Path], None], complaint: str
) -> None:
    path = tmp_path / "problem.json"
    write(path)

    ended = subprocess.run(
        [sys.executable, "-c", SOLVE, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'proto' / 'gen'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
