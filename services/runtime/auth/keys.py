"""The issuer's public keys, from a JWKS file that may be replaced while the process runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

RELOAD_SECONDS: Final = 30.0
# A public key has no use for the material that signs.
SYMMETRIC: Final = "oct"


class KeyFile:
    """Keys by id. An unknown id has the file read again, at most once in 30 s.

    A file that cannot be read leaves the last good keys in force.
    """

    def __init__(self, path: Path, monotonic: Callable[[], float]) -> None:
        self._path = path
        self._monotonic = monotonic
        self._keys = load_keys(path)
        self._read_at = monotonic()

    def find(self, kid: str) -> Key | None:
        """Return the key of that id, or None."""
        if kid not in self._keys and self._monotonic() - self._read_at >= RELOAD_SECONDS:
            self._reload()
        return self._keys.get(kid)

    def _reload(self) -> None:
        self._read_at = self._monotonic()
        try:
            self._keys = load_keys(self._path)
        except (OSError, ValueError, JoseError):
            return


def load_keys(path: Path) -> dict[str, Key]:
    """Read a JWKS file; keys without an id, and symmetric ones, are left out."""
    parsed = KeySet.import_key_set(json.loads(path.read_bytes()))
    return {
        key.kid: key for key in parsed.keys if key.kid is not None and key.key_type != SYMMETRIC
    }
