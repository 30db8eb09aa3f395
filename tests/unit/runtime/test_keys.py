"""The issuer's keys: of which kinds, how fresh, and how kept."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from services.runtime.auth.issue import Issuer
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.tokens import Verifier
from tests.unit.runtime.bearers import NOW, Clock, a_grant, cause, claims


@pytest.mark.parametrize(
    "make", [lambda: RSAKey.generate_key(2048), lambda: ECKey.generate_key("P-256")]
)
def test_rsa_and_elliptic_keys_verify(
    tmp_path: Path, clock: Clock, issuer: Issuer, make: Callable[[], RSAKey | ECKey]
) -> None:
    key = make()
    key.ensure_kid()
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    verifier = Verifier(
        keys=KeyFile(file, clock), issuer=issuer.issuer, audience=issuer.audience, clock=clock
    )

    token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims(issuer), key, [algorithm])

    assert verifier.caller(f"Bearer {token}").scope.subject == "alice"


def test_a_replaced_key_file_is_read_again_after_half_a_minute(
    verifier: Verifier, issuer: Issuer, clock: Clock, tmp_path: Path
) -> None:
    successor = Issuer(tmp_path / "new")
    token = successor.token(a_grant(), NOW)
    issuer.jwks_file.write_bytes(successor.jwks_file.read_bytes())

    clock.move(seconds=29)
    assert cause(verifier, token) == "signature"
    clock.move(seconds=1)

    assert verifier.caller(f"Bearer {token}").scope.subject == "alice"


def test_an_unreadable_key_file_leaves_the_last_good_keys(
    verifier: Verifier, issuer: Issuer, clock: Clock, tmp_path: Path
) -> None:
    issuer.jwks_file.write_text("{")
    clock.move(seconds=31)

    assert cause(verifier, Issuer(tmp_path / "new").token(a_grant(), NOW)) == "signature"
    assert verifier.caller("Bearer " + issuer.token(a_grant(), NOW)).scope.subject == "alice"


def test_a_symmetric_key_in_the_file_is_left_out(tmp_path: Path, clock: Clock) -> None:
    secret = OctKey.generate_key(256, {"kid": "s"})
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [secret.as_dict(private=True)]}))

    assert KeyFile(file, clock).find("s") is None


def test_the_signing_key_is_kept_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = Issuer(tmp_path), Issuer(tmp_path)

    assert first._key.kid == second._key.kid
    assert (tmp_path / "signing-key.json").stat().st_mode & 0o077 == 0
    assert "d" not in json.loads(first.jwks_file.read_bytes())["keys"][0]
