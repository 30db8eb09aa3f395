"""How much memory we and every process under us hold at most, by proportional set size."""

import os
import threading
from pathlib import Path
from typing import Final, Self

PROC: Final = Path("/proc")
BYTES_PER_KIB: Final = 1024


class PeakMemory:
    """Samples in a thread of its own while the block lasts. Where there is no /proc it reads 0."""

    def __init__(self, every_seconds: float = 2.0) -> None:
        self.peak_bytes = 0
        self._every_seconds = every_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every_seconds):
            held = sum(proportional_bytes(pid) for pid in family(os.getpid()))
            self.peak_bytes = max(self.peak_bytes, held)


def family(pid: int) -> list[int]:
    """Return a process and all below it, as they stand."""
    children: dict[int, list[int]] = {}
    for status in PROC.glob("[0-9]*/stat"):
        parent = parent_of(status)
        if parent is not None:
            children.setdefault(parent, []).append(int(status.parent.name))
    found = [pid]
    for member in found:
        found.extend(children.get(member, []))
    return found


def parent_of(status: Path) -> int | None:
    """Read the parent from a /proc/N/stat; None when the process is gone."""
    try:
        text = status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # "pid (name) state parent …": the name may hold blanks and brackets.
    return int(text.rpartition(")")[2].split()[1])


def proportional_bytes(pid: int) -> int:
    """Return a process's proportional set size: shared pages are split among those that share."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    sizes = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return BYTES_PER_KIB * sum(int(size) for size in sizes)
