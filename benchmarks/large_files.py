"""The largest problem files there can be, each with one thing wrong; `./dev bench refusals`."""

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import run
from time import monotonic
from typing import Final

from benchmarks.result import Row, duration
from services.capital.solve_inputs import MOST_BYTES, MOST_VALUES

ROOT: Final = Path(__file__).parents[1]
TOY: Final = json.loads((ROOT / "scenarios" / "toy" / "problem.json").read_text())
# What somebody waits for who gave a file that makes no sense.
MOST_SECONDS: Final = 2.0


def a_sparse_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)


def a_file_of_one_row_said_again_and_again(path: Path) -> None:
    row = json.dumps(TOY["needs"][0])
    most = min((MOST_BYTES - 10_000) // (len(row) + 1), (MOST_VALUES - 1_000) // 4)
    rows = ",".join([row] * most)
    path.write_text(json.dumps({**TOY, "needs": []}).replace('"needs": []', f'"needs": [{rows}]'))


def a_file_of_one_endless_table(path: Path) -> None:
    path.write_text(json.dumps({**TOY, "discount_ppm": [1] * (MOST_VALUES - 1_000)}))


def a_file_of_more_values_than_any_problem(path: Path) -> None:
    path.write_text(json.dumps({**TOY, "discount_ppm": [1] * (MOST_BYTES // 3 - 10_000)}))


def a_file_whose_last_row_alone_is_at_fault(path: Path) -> None:
    *good, last = (
        {**TOY["cohorts"][0], "age_years": place % 61, "vehicles": 1 + place % 99}
        for place in range((MOST_BYTES - 10_000) // 118)
    )
    path.write_text(json.dumps({**TOY, "cohorts": [*good, {**last, "vehicles": 0}]}))


# Each with what its refusal says.
FILES: Final[Sequence[tuple[Callable[[Path], None], str]]] = [
    (a_sparse_file, "at most 3,145,728"),
    (a_file_of_more_values_than_any_problem, "at most 150,000"),
    (a_file_of_one_row_said_again_and_again, "`needs[1]`: repeats the key"),
    (a_file_of_one_endless_table, "`discount_ppm`: must have 6 entries"),
    (a_file_whose_last_row_alone_is_at_fault, ".vehicles`: must be a whole number"),
]


def measure(rounds: int) -> list[Row]:
    """Refuse each file in a process of its own, as `./dev solve` does; seconds by the wall."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for write, _ in FILES:
            path = Path(folder) / "problem.json"
            write(path)
            seconds = [_refused(path) for _ in range(rounds)]
            case = write.__name__.replace("_", " ")
            rows.append(duration(case, "two seconds", "s", seconds, [MOST_SECONDS]))
    return rows


def _refused(path: Path) -> float:
    began = monotonic()
    command = [sys.executable, "-m", "services.capital.solve_file", str(path)]
    run(command, capture_output=True, check=False, cwd=ROOT)
    return monotonic() - began
