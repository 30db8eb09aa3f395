"""`python -m demo.up`: start servers and services and leave them running, with data that lasts."""

import asyncio
import os
import subprocess
import sys
from typing import Final

from demo.process import paths, python
from demo.screen import Screen, Step
from demo.state import HOME, LOG, MARK, State

POLL_SECONDS: Final = 0.1
DEADLINE_SECONDS: Final = 180.0


async def up(screen: Screen) -> int:
    if (running := State.read()) is not None:
        screen.line(f"It runs already (process {running.supervisor}).")
        say(screen, running)
        return 0
    HOME.mkdir(mode=0o711, exist_ok=True)
    with screen.step("PostgreSQL, Kafka and the services") as step:
        state = await started(launch(), step)
    if state is None:
        screen.failure(LOG.read_text(errors="replace").splitlines()[-20:])
        return 1
    say(screen, state)
    return 0


def launch() -> "subprocess.Popen[bytes]":
    """Start the supervisor apart from this terminal."""
    State.forget()
    with LOG.open("wb") as log:
        return subprocess.Popen(
            python("-m", MARK),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **paths()},
            start_new_session=True,
        )


async def started(supervisor: "subprocess.Popen[bytes]", step: Step) -> State | None:
    """Wait until it says what runs. None: it ended instead."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (state := State.read()) is None:
            if supervisor.poll() is not None:
                return None
            step.tell((LOG.read_text(errors="replace").splitlines() or [""])[-1])
            await asyncio.sleep(POLL_SECONDS)
    return state


def say(screen: Screen, state: State) -> None:
    for name, address in state.addresses.items():
        screen.line(f"  {name:10} {address}")
    screen.line("./dev token --role fleet.viewer --org RYA prints a token; ./dev down ends it.")


if __name__ == "__main__":
    sys.exit(asyncio.run(up(Screen())))
