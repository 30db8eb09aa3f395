"""What a check found, and how a command becomes one."""

import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, TypeAlias

ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The faults a check found, a line or more each; none is a pass. `note` says what it saw."""

    faults: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, faults: Iterable[str], note: str = "") -> Self:
        return cls(faults=tuple(faults), note=note)


Check: TypeAlias = Callable[[], Outcome]


def tool(name: str) -> str:
    """Return the path of a command installed beside this Python."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def run(name: str, *arguments: str) -> Outcome:
    """Run an installed command at the root; all it says is a fault when it fails."""
    ended = command([tool(name), *arguments])
    said = (ended.stdout + ended.stderr).strip()
    return Outcome.of(
        [said or f"{name} exited with {ended.returncode}"] if ended.returncode else []
    )


def command(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
