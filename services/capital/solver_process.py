"""One solve in a process of its own: limited in memory, ended in time, never left behind."""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from os import SEEK_END
from signal import Signals
from tempfile import TemporaryFile
from typing import IO, Final, TypeAlias, TypeVar

from google.protobuf.message import DecodeError
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital.frames import framed, next_frame
from services.capital.optimiser.limits import Limits
from services.capital.solve_wire import failed, limits_to_proto

# To load the solver, build the model, and state and check the plan.
GRACE_SECONDS: Final = 10
TAIL_BYTES: Final = 2_000
# What Python, C++, the loader and OpenBLAS say as they run out of memory.
SHORTAGES: Final = (
    b"MemoryError",
    b"can't start new thread",
    b"bad_alloc",
    b"annot allocate memory",
    b"failed to map segment",
    b"Memory allocation still failed",
)

OnProgress: TypeAlias = Callable[[RenewalSolve.Progress], Awaitable[None]]
Ending: TypeAlias = RenewalSolve.Solved | RenewalSolve.Failed
Stream = TypeVar("Stream", StreamReader, StreamWriter)


async def run(problem: bytes, limits: Limits, on_progress: OnProgress, memory_bytes: int) -> Ending:
    """Solve a RenewalProblem in its bytes, and return the plan or why there is none.

    The process may map `memory_bytes`, of which loading the solver takes about 320 MiB. It is
    ended ten seconds past the limit of the search, and when this call is cancelled: in every
    case it is gone when the call returns.
    """
    try:
        asked = RenewalProblem.FromString(problem)
    except DecodeError as error:
        return failed(RenewalSolve.Failed.REASON_INVALID_PROBLEM, error)
    request = RenewalSolve.Request(problem=asked, limits=limits_to_proto(limits))
    try:
        async with asyncio.timeout(limits.seconds + GRACE_SECONDS):
            return await _solve(request, on_progress, memory_bytes)
    except TimeoutError:
        return failed(RenewalSolve.Failed.REASON_OVERRAN, f"after {limits.seconds} s")


async def _solve(
    request: RenewalSolve.Request, on_progress: OnProgress, memory_bytes: int
) -> Ending:
    # A file, not a pipe: nobody has to keep reading it lest the solver stands still.
    with TemporaryFile() as complaints:
        async with _solver(memory_bytes, complaints) as process:
            ending = await _converse(process, request, on_progress)
            return ending or _crashed(await process.wait(), _tail(complaints))


@asynccontextmanager
async def _solver(memory_bytes: int, complaints: IO[bytes]) -> AsyncIterator[Process]:
    command = (sys.executable, "-m", "services.capital.solver_child", str(memory_bytes))
    process = await create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=complaints)
    try:
        yield process
    finally:
        # It has answered, overrun or lost its listener: nothing it still does matters.
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _converse(
    process: Process, request: RenewalSolve.Request, on_progress: OnProgress
) -> Ending | None:
    """Ask, listen, and return the last frame; None where the process ends without one."""
    stdin = _open(process.stdin)
    # A process that has ended already is told apart by its silence.
    with suppress(ConnectionError):
        stdin.write(framed(request.SerializeToString()))
        await stdin.drain()
    while payload := await next_frame(_open(process.stdout)):
        frame = RenewalSolve.Frame.FromString(payload)
        match frame.WhichOneof("content"):
            case "solved":
                return frame.solved
            case "failed":
                return frame.failed
            case "progress":
                await on_progress(frame.progress)
    return None


def _tail(complaints: IO[bytes]) -> bytes:
    size = complaints.seek(0, SEEK_END)
    complaints.seek(max(0, size - TAIL_BYTES))
    return complaints.read()


def _crashed(exit_code: int, complaints: bytes) -> RenewalSolve.Failed:
    """Say how a process ended that gave no answer; a shortage of memory shows in its last words."""
    how = f"signal {Signals(-exit_code).name}" if exit_code < 0 else f"exit code {exit_code}"
    message = f"{how}: {complaints.decode(errors='replace')}"
    if any(words in complaints for words in SHORTAGES):
        return failed(RenewalSolve.Failed.REASON_OUT_OF_MEMORY, message)
    return failed(RenewalSolve.Failed.REASON_CRASHED, message)


def _open(stream: Stream | None) -> Stream:
    """Return a pipe that was asked for, and so is there."""
    if stream is None:
        raise RuntimeError("the solver was started without this pipe")
    return stream
