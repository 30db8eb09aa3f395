"""One process: started, watched, started again with growing pauses, stopped in order."""

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
# Settings of ours; and what would have a process that is killed and started compile itself anew.
DROPPED: Final = ("MAKEREADY_", "PYTHONDONTWRITEBYTECODE")
TAIL_LINES: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run. `environment` replaces ours; `log` takes both output streams, appended."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before a process is started again: doubled each time, up to `longest`.

    One that ran for `steady` before it ended begins with `first` again.
    """

    first: timedelta = timedelta(milliseconds=200)
    longest: timedelta = timedelta(seconds=5)
    steady: timedelta = timedelta(seconds=10)

    def after(self, pause: timedelta, ran: timedelta) -> timedelta:
        return self.first if ran >= self.steady else min(2 * pause, self.longest)


class Supervised:
    """A process that is kept running until it is stopped."""

    def __init__(self, command: Command, backoff: Backoff | None = None) -> None:
        self.command = command
        # What it ended with, each time it ended unasked; a signal is a negative number.
        self.exits: list[int] = []
        self._backoff = backoff or Backoff()
        self._child: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        child = self._child
        return child.pid if child is not None and child.returncode is None else None

    async def start(self) -> None:
        """Start it and keep it running."""
        self._child = await spawn(self.command)
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.command.name}")

    def kill(self) -> bool:
        """Kill it (SIGKILL); it is started again. False: it was not running."""
        return self._signal(signal.SIGKILL)

    async def stop(self, patience: timedelta = timedelta(seconds=10)) -> int | None:
        """End it: SIGTERM, then SIGKILL when `patience` is over. Returns what it ended with."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        child, self._child, self._keeper = self._child, None, None
        return None if child is None else await end(child, patience)

    def tail(self) -> str:
        """The last lines it wrote."""
        if not self.command.log.exists():
            return ""
        lines = self.command.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])

    def _signal(self, number: signal.Signals) -> bool:
        if self._child is None or self._child.returncode is not None:
            return False
        self._child.send_signal(number)
        return True

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = self._backoff.first
        while self._child is not None:
            began = loop.time()
            self.exits.append(await self._child.wait())
            await asyncio.sleep(pause.total_seconds())
            pause = self._backoff.after(pause, timedelta(seconds=loop.time() - began))
            self._child = await spawn(self.command)


async def spawn(command: Command) -> Process:
    """Start a process in a session of its own, so that Ctrl-C reaches us alone."""
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with command.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *leash(),
            *command.arguments,
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(command.environment),
            cwd=ROOT,
            start_new_session=True,
        )


async def end(child: Process, patience: timedelta) -> int:
    """Ask a process to end, insist after `patience`, and return what it ended with."""
    if child.returncode is None:
        child.terminate()
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await child.wait()
        except TimeoutError:
            child.kill()
    return await child.wait()


async def run(command: Command, deadline: timedelta) -> int:
    """Run a process to its end and return its code; it is ended past `deadline` (TimeoutError)."""
    child = await spawn(command)
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await child.wait()
    finally:
        await end(child, timedelta(seconds=1))


def leash() -> tuple[str, ...]:
    """Return what ties a process's life to ours, where the system can: no orphan is left."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()


def python(*arguments: str) -> tuple[str, ...]:
    """Return the command line of this interpreter on a module of ours."""
    return (sys.executable, *arguments)


def inherited_environment() -> dict[str, str]:
    """Return our environment without settings of ours, which each process is given by name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    return kept | paths()


def paths() -> dict[str, str]:
    """Return where Python finds our modules, installed or not."""
    return {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto' / 'gen'}"}
