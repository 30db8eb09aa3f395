"""A search ended by counts: the same plan to the byte, however often and wherever it is made."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from benchmarks.plan.alliances import wmas
from services.capital.optimiser import search
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_to_json
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need

ROOT = Path(__file__).parents[3]
RUNS = 20
COUNTED = Limits(seconds=600, gap_ppm=0, seed=7, nodes=3)
# As `./dev solve` does it, but for the size below which a problem is not taken apart.
SOLVE = """
import sys
from services.capital import solve_file
from services.capital.optimiser import search

search.SMALL = int(sys.argv[1])
sys.exit(solve_file.main(sys.argv[2:]))
"""


def test_runs_of_one_seed_and_count_are_the_same_to_the_byte() -> None:
    problem = a_random_problem_in_need(63)

    files = {as_file(problem) for _ in range(RUNS)}

    assert len(files) == 1


@pytest.mark.timeout(600)
def test_so_are_runs_in_parts_whoever_solves_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SMALL", 0)
    problem = wmas(years=3)
    alone = as_file(problem)

    with ThreadPoolExecutor(2) as two_threads:
        files = {as_file(problem, two_threads) for _ in range(RUNS)}

    assert files == {alone}
    # Of a plan that is proved best there may be no other.
    assert plan_from_json(alone.decode()).outcome is Outcome.FEASIBLE


@pytest.mark.timeout(600)
@pytest.mark.parametrize("largest_whole", [10**9, 0], ids=["whole", "in parts"])
def test_processes_that_hash_otherwise_write_the_same_file(
    largest_whole: int, tmp_path: Path
) -> None:
    (tmp_path / "problem.json").write_text(problem_to_json(wmas(years=2)))

    with ThreadPoolExecutor(2) as side_by_side:
        written = partial(written_by_a_process, tmp_path, largest_whole)
        files = list(side_by_side.map(written, range(RUNS)))

    assert len(files) == RUNS
    assert len(set(files)) == 1


def written_by_a_process(folder: Path, largest_whole: int, hash_seed: int) -> bytes:
    """Return the plan file of `./dev solve --nodes`, in a process whose sets have another order."""
    out = folder / f"plan-{hash_seed}.json"
    limits = ["--nodes", "3", "--seed", "7", "--gap", "0.001"]
    command = [str(folder / "problem.json"), *limits, "--out", str(out)]
    subprocess.run(
        [sys.executable, "-c", SOLVE, str(largest_whole), *command],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto' / 'gen'}",
            "PYTHONHASHSEED": str(hash_seed),
        },
        check=True,
        capture_output=True,
        timeout=300,
    )
    return out.read_bytes()


def as_file(problem: Problem, executor: ThreadPoolExecutor | None = None) -> bytes:
    return plan_to_json(solve(problem, COUNTED, executor=executor)).encode()
