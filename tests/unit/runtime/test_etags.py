"""Etags: equal, stale, or none at all."""

import pytest

from services.kernel.errors import Malformed
from services.runtime.rpc.etags import EtagMismatch, check_etag, etag_of


def test_the_current_etag_passes_and_so_does_none() -> None:
    check_etag(etag_of(6), 6)
    check_etag("", 6)


def test_a_stale_etag_is_told_both_versions() -> None:
    message = "^version 4 was expected, current is 6; read again$"

    with pytest.raises(EtagMismatch, match=message) as refused:
        check_etag(etag_of(4), 6)

    assert refused.value.metadata == {"expected": "4", "current": "6"}


@pytest.mark.parametrize("given", ["6", "v", "v0", "v06", "v6 ", "V6", "v" + "9" * 19])
def test_what_is_no_etag_is_malformed(given: str) -> None:
    with pytest.raises(Malformed, match=r"^etag: not an etag of this resource$"):
        check_etag(given, 6)
