"""No server outlives who started it, however that ended."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PARENT = """
import asyncio, sys
from pathlib import Path
from demo.servers.choose import servers

async def main():
    async with servers(Path(sys.argv[1]), environment={}):
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def pid_in(file: Path) -> int:
    return int(file.read_text().splitlines()[0])


def ended(pidfd: int, within_ms: int) -> bool:
    watch = select.poll()
    watch.register(pidfd, select.POLLIN)
    return bool(watch.poll(within_ms))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent death signal is Linux's")
def test_both_servers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        pid_files = tmp_path / "postgres" / "data" / "postmaster.pid", tmp_path / "kafka/kafka.pid"
        children = [os.pidfd_open(pid_in(file)) for file in pid_files]

        parent.send_signal(signal.SIGKILL)

        assert all(ended(pidfd, within_ms=20_000) for pidfd in children)
    for pidfd in children:
        os.close(pidfd)
