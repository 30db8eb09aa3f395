"""A run's process and all it starts: its answer, and the most memory they held together."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, NamedTuple

BEAT_SECONDS: Final = 0.1
BYTES_PER_MB: Final = 1_000_000


class Ended(NamedTuple):
    """What a process wrote and how it ended; `code` None: it overran and was ended."""

    code: int | None
    output: str
    errors: str
    seconds: float
    memory_mb: int


def run(arguments: list[str], most_seconds: float) -> Ended:
    """Run this Python with the arguments until it ends, or the seconds are over."""
    began = time.monotonic()
    peak = 0
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        child = subprocess.Popen([sys.executable, *arguments], stdout=output, stderr=errors)
        try:
            while child.poll() is None and time.monotonic() - began < most_seconds:
                peak = max(peak, sum(map(_resident_bytes, _family(child.pid))))
                time.sleep(BEAT_SECONDS)
        finally:
            code = child.poll()
            child.kill()
            child.wait()
        output.seek(0)
        errors.seek(0)
        seconds = time.monotonic() - began
        return Ended(code, output.read(), errors.read(), seconds, round(peak / BYTES_PER_MB))


def _family(pid: int) -> Iterator[int]:
    """Yield the process, its children and theirs, as far as they are still there."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            yield from _family(int(child))


def _resident_bytes(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * 4096
