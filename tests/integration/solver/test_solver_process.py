"""A solve in a process of its own: its answers, its faults, and that it is gone afterwards."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from benchmarks.plan.alliances import wmas
from services.capital import solver_process
from services.capital.optimiser.limits import Limits
from services.capital.problem_wire import problem_from_json, problem_to_proto
from services.capital.solver_process import Ending, run
from tests.eventually import eventually

TOY = Path(__file__).parents[3] / "scenarios" / "toy" / "problem.json"
ROOMY = 2 * 1024**3
Failed = RenewalSolve.Failed


def toy() -> bytes:
    return problem_to_proto(problem_from_json(TOY.read_bytes())).SerializeToString()


def long_lasting() -> bytes:
    return problem_to_proto(wmas(years=10, budget_share=0.9)).SerializeToString()


def children() -> set[int]:
    """Return the solvers this process has started and not yet seen the end of."""
    tasks = Path("/proc/self/task").glob("*/children")
    started = {int(pid) for task in tasks for pid in task.read_text().split()}
    return {pid for pid in started if is_solver(pid)}


def is_solver(pid: int) -> bool:
    try:
        return b"solver_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def unheard(progress: RenewalSolve.Progress) -> None:
    pass


def reason(ending: Ending) -> str:
    assert isinstance(ending, Failed), ending
    return Failed.Reason.Name(ending.reason)


async def test_a_plan_comes_back_with_progress_on_the_way() -> None:
    heard: list[RenewalSolve.Progress] = []

    async def listen(progress: RenewalSolve.Progress) -> None:
        heard.append(progress)

    ending = await run(toy(), Limits(seconds=20, gap_ppm=0), listen, ROOMY)

    assert isinstance(ending, RenewalSolve.Solved)
    assert ending.plan.outcome == RenewalPlan.OUTCOME_OPTIMAL
    assert ending.plan.cost.total_pence == 219_800_000
    assert 0 < ending.elapsed_seconds < 20
    assert 10**7 < ending.peak_memory_bytes < ROOMY
    assert heard[0].phase == RenewalSolve.PHASE_DRAFTING
    assert heard[-1].incumbent == 219_800_000


async def test_a_problem_that_makes_no_sense_is_refused_by_field() -> None:
    problem = RenewalProblem.FromString(toy())
    problem.cohorts[0].age_years = 99

    ending = await run(problem.SerializeToString(), Limits(), unheard, ROOMY)

    assert reason(ending) == "REASON_INVALID_PROBLEM"
    assert isinstance(ending, Failed)
    assert [fault.field for fault in ending.faults] == ["cohorts[0].age_years"]


async def test_bytes_that_are_no_problem_are_refused() -> None:
    assert reason(await run(b"\xff", Limits(), unheard, ROOMY)) == "REASON_INVALID_PROBLEM"


async def test_limits_out_of_range_are_refused() -> None:
    ending = await run(toy(), Limits(gap_ppm=2_000_000), unheard, ROOMY)

    assert reason(ending) == "REASON_INVALID_PROBLEM"


@pytest.mark.parametrize(
    "memory_bytes",
    [
        120 * 1024**2,  # not enough to load the solver
        260 * 1024**2,  # enough to load it, and not to work
    ],
)
async def test_a_solver_past_its_memory_is_told_apart_from_one_that_crashed(
    memory_bytes: int,
) -> None:
    ending = await run(long_lasting(), Limits(seconds=20), unheard, memory_bytes)

    assert reason(ending) == "REASON_OUT_OF_MEMORY"
    assert not children()


async def test_a_solver_that_is_killed_is_told_by_its_signal() -> None:
    async def kill(progress: RenewalSolve.Progress) -> None:
        for pid in children():
            os.kill(pid, signal.SIGKILL)

    ending = await run(long_lasting(), Limits(seconds=20), kill, ROOMY)

    assert reason(ending) == "REASON_CRASHED"
    assert isinstance(ending, Failed)
    assert ending.message.startswith("signal SIGKILL")


async def test_a_solver_that_overruns_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver_process, "GRACE_SECONDS", -19.9)

    ending = await run(long_lasting(), Limits(seconds=20), unheard, ROOMY)

    assert reason(ending) == "REASON_OVERRAN"
    assert not children()


async def test_a_solve_that_is_cancelled_leaves_no_process() -> None:
    began = asyncio.Event()

    async def listen(progress: RenewalSolve.Progress) -> None:
        began.set()

    solve = asyncio.create_task(run(long_lasting(), Limits(seconds=60), listen, ROOMY))
    await began.wait()
    solve.cancel()
    with pytest.raises(asyncio.CancelledError):
        await solve

    assert not children()


async def test_a_listener_that_fails_leaves_no_process() -> None:
    async def fail(progress: RenewalSolve.Progress) -> None:
        raise ConnectionResetError("nobody listens any more")

    with pytest.raises(ConnectionResetError):
        await run(long_lasting(), Limits(seconds=60), fail, ROOMY)

    assert not children()


PARENT = """
import asyncio, sys
from pathlib import Path
from services.capital.optimiser.limits import Limits
from services.capital.solver_process import run

async def tell(progress):
    (task,) = Path("/proc/self/task").glob(f"{__import__('os').getpid()}")
    print((task / "children").read_text().split()[0], flush=True)

asyncio.run(run(sys.stdin.buffer.read(), Limits(seconds=60), tell, 2 * 1024**3))
"""


async def test_a_solver_does_not_outlive_a_parent_that_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(long_lasting())
    parent.stdin.close()
    solver = int(await parent.stdout.readline())

    parent.kill()
    await parent.wait()

    await eventually(lambda: asyncio.to_thread(is_running, solver), expected=False)
