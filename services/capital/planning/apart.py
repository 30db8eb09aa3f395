"""Plans examined in a process of their own: `python -m services.capital.planning.apart BYTES`.

To tell why each vehicle goes takes the solver's library, a model and seconds of a core; the service
answers calls meanwhile. One pickle goes in and one comes out, both of this service's own making.
"""

import asyncio
import pickle
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress

from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital.child_limits import limit
from services.capital.handlers.solving import Failed, Found, Solve


async def examined_apart(
    solve: Solve, solved: RenewalSolve.Solved, memory_bytes: int
) -> Found | Failed | None:
    """Return what `examined` does; None where the process ends without an answer.

    It is gone when this returns, and when this is cancelled.
    """
    command = (sys.executable, "-m", "services.capital.planning.apart", str(memory_bytes))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        answer, _ = await process.communicate(pickle.dumps((solve, solved.SerializeToString())))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    found: Found | Failed | None = pickle.loads(answer) if answer else None  # noqa: S301 - our own
    return found


def main() -> None:
    limit(memory_bytes=int(sys.argv[1]))
    from services.capital.planning.examine import examined  # noqa: PLC0415 - under the limit

    solve, solved = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own service
    found = examined(solve, RenewalSolve.Solved.FromString(solved))
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
