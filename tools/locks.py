"""Compile `requirements/*.txt` from pyproject.toml, and tell whether they still agree.

Each file holds every version with its hashes and no address; uv and pip install it alike.
"""

import hashlib
import json
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DEV: Final = "dev"
# `dev` is compiled first and holds the others to its versions.
LOCKS: Final[Mapping[str, tuple[str, ...]]] = {
    DEV: ("--extra=optimiser", "--extra=cluster", "--extra=embedded", "--group=dev"),
    "runtime": ("--extra=optimiser", "--extra=embedded"),
    "service": ("--extra=optimiser",),
}


def heading(root: Path) -> str:
    """Return the first line of a lock: the digest of what pyproject.toml asks for."""
    declared = tomllib.loads((root / "pyproject.toml").read_text())
    project = declared["project"]
    wanted = {
        "python": project["requires-python"],
        "runtime": project["dependencies"],
        "extras": project["optional-dependencies"],
        "groups": declared["dependency-groups"],
    }
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    return f"# From pyproject.toml by `python -m tools.locks`; sha256 of its dependencies {digest}"


def stale(root: Path) -> list[str]:
    """Return the locks that were not compiled from the present pyproject.toml."""
    expected = heading(root)
    files = (root / "requirements" / f"{name}.txt" for name in LOCKS)
    return [str(file.relative_to(root)) for file in files if first_line(file) != expected]


def first_line(file: Path) -> str:
    return file.read_text().partition("\n")[0] if file.exists() else ""


def compile_lock(name: str, options: tuple[str, ...], *, upgrade: bool) -> None:
    """Resolve one lock for every platform from wheels; what it holds stays unless `upgrade`."""
    lock = ROOT / "requirements" / f"{name}.txt"
    constraints = [] if name == DEV else [f"--constraints={lock.with_name(f'{DEV}.txt')}"]
    command = [
        str(Path(sysconfig.get_path("scripts")) / "uv"),
        *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"),
        *("--only-binary=:all:", f"--output-file={lock}", *options, *constraints),
        *(["--upgrade"] if upgrade else []),
        "pyproject.toml",
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    lock.write_text(f"{heading(ROOT)}\n{lock.read_text()}")


if __name__ == "__main__":
    (ROOT / "requirements").mkdir(exist_ok=True)
    for lock_name, lock_options in LOCKS.items():
        compile_lock(lock_name, lock_options, upgrade="--upgrade" in sys.argv)
