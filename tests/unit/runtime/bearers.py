"""Tokens right and wrong, a clock that stands, and who verifies them."""

from datetime import UTC, datetime, timedelta

import pytest

from services.kernel.errors import Unauthenticated
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.auth.tokens import Verifier

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = NOW.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def move(self, **span: float) -> None:
        self.seconds += timedelta(**span).total_seconds()


def a_grant(*roles: str, lasts: timedelta = timedelta(hours=1)) -> Grant:
    return Grant(
        subject="alice",
        roles=roles or ("fleet.manager",),
        orgs=("RYA",),
        read_orgs=("RX1",),
        lasts=lasts,
    )


def claims(issuer: Issuer, **changed: object) -> dict[str, object]:
    now = int(NOW.timestamp())
    right: dict[str, object] = {
        "iss": issuer.issuer,
        "aud": issuer.audience,
        "sub": "alice",
        "roles": ["fleet.manager"],
        "orgs": ["RYA"],
        "iat": now,
        "exp": now + 3600,
    }
    given = right | changed
    return {name: value for name, value in given.items() if value is not ...}


def cause(verifier: Verifier, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        verifier.caller(f"Bearer {token}")
    assert refused.value.reason == "TOKEN_REJECTED"
    assert refused.value.message == f"access token rejected: {refused.value.metadata['cause']}"
    return refused.value.metadata["cause"]
