"""Whose tokens the tests of this folder verify, and when."""

from pathlib import Path

import pytest

from services.runtime.auth.issue import Issuer
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.tokens import Verifier
from tests.unit.runtime.bearers import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
def verifier(issuer: Issuer, clock: Clock) -> Verifier:
    keys = KeyFile(issuer.jwks_file, clock)
    return Verifier(keys=keys, issuer=issuer.issuer, audience=issuer.audience, clock=clock)
