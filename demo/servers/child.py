"""A server as a child process: launched apart from the terminal, awaited, and never left behind."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

Progress: TypeAlias = Callable[[str], None]
Server: TypeAlias = subprocess.Popen[bytes]

STARTUP_SECONDS: Final = 120.0
SHUTDOWN_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.02


class ServerFailed(Exception):
    """A server did not start or ended by itself; the message carries the end of its log."""


def silent(_: str) -> None:
    """Report progress to nobody."""


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def dying_with_parent(command: Sequence[str], death: signal.Signals) -> list[str]:
    """Prefix `command` so that the kernel sends it `death` when the launching thread ends.

    Where setpriv is missing, a killed parent leaves the server running until its next start.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", death.name[3:], *command] if setpriv else list(command)


def launch(command: Sequence[str], log: Path) -> Server:
    """Start `command` in a session of its own, so that Ctrl-C reaches only us; output to `log`.

    Call it from the main thread: the kernel ties the child's life to the thread that forks it.
    """
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment(),
        )


def environment() -> dict[str, str]:
    """Return an environment in which no PG* or JAVA* variable of the user's changes a server."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


async def ready(server: Server, is_ready: Callable[[], bool], log: Path) -> None:
    """Return when `is_ready`; raise ServerFailed if the server ends first or takes a minute."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + STARTUP_SECONDS
    while not is_ready():
        if server.poll() is not None or loop.time() > deadline:
            raise ServerFailed(tail(log))
        await asyncio.sleep(POLL_SECONDS)


async def stop(server: Server, request: signal.Signals) -> None:
    """Ask the server to end, and kill it if it has not within the deadline."""
    if server.poll() is None:
        server.send_signal(request)
    try:
        await asyncio.to_thread(server.wait, SHUTDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        await kill(server)


async def kill(server: Server) -> None:
    """End the server as a power cut would, and wait until it is gone."""
    server.kill()
    await asyncio.to_thread(server.wait)


async def stop_leftover(pid: int, mark: str, request: signal.Signals) -> None:
    """End process `pid` of an earlier run, if its command line still names `mark`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SHUTDOWN_SECONDS
    while mark in command_line(pid):
        os.kill(pid, request if loop.time() < deadline else signal.SIGKILL)
        await asyncio.sleep(POLL_SECONDS * 10)


def command_line(pid: int) -> str:
    """Return what process `pid` was started as; empty when there is none."""
    listing = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout


def tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-20:])
