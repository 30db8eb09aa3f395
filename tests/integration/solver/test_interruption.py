"""A search ended at any moment: the best plan so far with its bound, and nothing left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest

from benchmarks.plan.alliances import three_trusts, wmas
from benchmarks.plan.ambcap import ambcap
from services.capital.optimiser.check import violations
from services.capital.optimiser.limits import Limits, Progress
from services.capital.optimiser.mathopt_adapter import Stop
from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from services.capital.plan_wire import plan_from_json
from services.capital.problem_wire import problem_to_json

ROOT = Path(__file__).parents[3]
SEED = 20261122
MOMENTS = int(os.environ.get("MAKEREADY_INTERRUPTIONS", "3"))
# From the signal to the plan on paper, on a machine that others are busy on too.
SECONDS_TO_END = 60


@contextmanager
def solving(problem: Problem, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `./dev solve` on the problem for longer than any test, in a process of its own."""
    path = folder / "problem.json"
    path.write_text(problem_to_json(problem))
    command = ["-m", "services.capital.solve_file", str(path), "--seconds", "600", "--gap", "0"]
    (folder / "tmp").mkdir()
    with subprocess.Popen(
        [sys.executable, *command, "--out", str(folder / "plan.json")],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto' / 'gen'}",
            "TMPDIR": str(folder / "tmp"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_words(process: subprocess.Popen[str]) -> str:
    """Wait until the search has begun."""
    assert process.stderr is not None
    return process.stderr.readline()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_solve_with_the_best_plan_so_far(
    tmp_path: Path, number: signal.Signals
) -> None:
    problem = wmas(years=10, budget_share=0.9)

    with solving(problem, tmp_path) as process:
        begun = first_words(process)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=SECONDS_TO_END)

    assert "drafting" in begun
    assert process.returncode == 0
    assert "Traceback" not in complaints
    plan = plan_from_json((tmp_path / "plan.json").read_text())
    assert violations(problem, plan) == []


@pytest.mark.timeout(180)
def test_a_signal_is_not_kept_waiting_by_a_solver_that_hears_none(tmp_path: Path) -> None:
    # HiGHS is given all of cost for seven tenths of the ten minutes.
    with solving(ambcap(20), tmp_path) as process:
        assert process.stderr is not None
        told = next(line for line in process.stderr if "proving" in line)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=SECONDS_TO_END)

    assert "cost" in told
    assert process.returncode == 0
    assert "Traceback" not in complaints
    assert violations(ambcap(20), plan_from_json((tmp_path / "plan.json").read_text())) == []


@pytest.mark.timeout(180)
def test_a_killed_solve_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    with solving(three_trusts(years=10), tmp_path) as process:
        first_words(process)
        sleep(1)  # so that whatever it starts it has started
        family = {process.pid, *children_of(process.pid)}
        process.kill()
        process.wait()

    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == []
    assert not (tmp_path / "plan.json").exists()


def children_of(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_stopped_at_any_moment_a_search_returns_what_it_has(moment: int) -> None:
    problem = three_trusts(years=5)
    seconds = Random(SEED + moment).uniform(0, 3)
    stop, told, began = Stop(), list[Progress](), monotonic()

    def listen(progress: Progress) -> None:
        told.append(progress)
        if monotonic() - began > seconds:
            stop.interrupt()

    plan = solve(problem, Limits(seconds=60, gap_ppm=0), listen, stop=stop)

    assert violations(problem, plan) == []
    assert all(row.bound <= row.value for row in plan.levels)
    assert plan.level(Level.COST).value <= best_told(told)
    assert monotonic() - began < seconds + SECONDS_TO_END


def best_told(told: list[Progress]) -> int:
    last = [row.incumbent for row in told if row.level is Level.COST and row.incumbent is not None]
    return last[-1]


def test_a_search_stopped_before_it_begins_still_has_a_plan() -> None:
    problem, stop = wmas(years=10), Stop()
    stop.interrupt()

    plan = solve(problem, Limits(seconds=60, gap_ppm=0), stop=stop)

    assert plan.has_decisions
    assert violations(problem, plan) == []
