"""Etags of resources: their version, opaque to callers, compared before a write."""

import re
from typing import Final

from services.kernel.errors import Conflict, Malformed

ETAG: Final = re.compile(r"v([1-9][0-9]{0,17})")


class EtagMismatch(Conflict):
    reason = "ETAG_MISMATCH"


def etag_of(version: int) -> str:
    return f"v{version}"


def check_etag(given: str, version: int) -> None:
    """Refuse unless `given` is the etag of `version`. An empty one acts on whatever stands."""
    if not given or given == etag_of(version):
        return
    read = ETAG.fullmatch(given)
    if read is None:
        raise Malformed("etag", "not an etag of this resource")
    raise EtagMismatch(
        f"version {read[1]} was expected, current is {version}; read again",
        expected=read[1],
        current=str(version),
    )
