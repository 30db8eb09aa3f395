"""The solver's own process: one request on stdin, frames on stdout, and the end.

Started as `python -m services.capital.solver_child MEMORY_BYTES` by `solver_process`. It ends when
its stdin closes, so that it never outlives who asked.
"""

import os
import resource
import sys
from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import BinaryIO, Final, TypeAlias

from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital.child_limits import limit
from services.capital.executor import ClusterAway, executor
from services.capital.frames import read_frame, write_frame
from services.capital.garbage import collect_seldom
from services.capital.optimiser.faults import InvalidProblem, SolverFault, TooLarge
from services.capital.optimiser.limits import Progress
from services.capital.plan_wire import plan_to_proto
from services.capital.problem_wire import problem_from_proto
from services.capital.solve_wire import failed, limits_from_proto, progress_to_proto

ORPHANED: Final = 3
KIBIBYTE: Final = 1024

Send: TypeAlias = Callable[[RenewalSolve.Frame], None]


def main() -> None:
    frames = _stdout_for_frames()
    limit(memory_bytes=int(sys.argv[1]))
    collect_seldom()
    request = RenewalSolve.Request.FromString(read_frame(sys.stdin.buffer))
    Thread(target=_end_with_stdin, daemon=True).start()
    write_frame(frames, _answer(request, lambda frame: write_frame(frames, frame)))


def _answer(request: RenewalSolve.Request, send: Send) -> RenewalSolve.Frame:
    """Return the last frame: the plan, or why there is no answer."""
    try:
        return RenewalSolve.Frame(solved=_solved(request, send))
    except TooLarge as refusal:
        return _failed(RenewalSolve.Failed.REASON_TOO_LARGE, refusal)
    except InvalidProblem as refusal:
        return _failed(RenewalSolve.Failed.REASON_INVALID_PROBLEM, refusal)
    except (ClusterAway, SolverFault) as fault:
        return _failed(RenewalSolve.Failed.REASON_SOLVER_FAULT, fault)
    except MemoryError as shortage:
        return _failed(RenewalSolve.Failed.REASON_OUT_OF_MEMORY, shortage)


def _failed(reason: RenewalSolve.Failed.Reason.ValueType, error: Exception) -> RenewalSolve.Frame:
    return RenewalSolve.Frame(failed=failed(reason, error))


def _solved(request: RenewalSolve.Request, send: Send) -> RenewalSolve.Solved:
    # Here, under the memory limit: OR-Tools is by far the largest thing this process loads.
    from services.capital.optimiser.solve import solve  # noqa: PLC0415

    began = monotonic()

    def listen(progress: Progress) -> None:
        send(RenewalSolve.Frame(progress=progress_to_proto(progress, monotonic() - began)))

    problem, limits = problem_from_proto(request.problem), limits_from_proto(request.limits)
    with executor() as cores:
        plan = solve(problem, limits, listen, executor=cores)
    return RenewalSolve.Solved(
        plan=plan_to_proto(plan),
        elapsed_seconds=monotonic() - began,
        peak_memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE,
    )


def _stdout_for_frames() -> BinaryIO:
    """Keep stdout for frames alone: what libraries print goes to stderr."""
    # The solver's libraries print where they please; one stray line would break the framing.
    frames = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return frames


def _end_with_stdin() -> None:
    # Past Python's buffer: its lock, held here, would abort the interpreter on its way out.
    while os.read(sys.stdin.fileno(), KIBIBYTE):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main()
