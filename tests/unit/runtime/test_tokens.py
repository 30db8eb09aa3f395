"""Who a token admits, and for what it is turned away."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from services.kernel.errors import Unauthenticated
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.tokens import Caller, Verifier

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = NOW.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def move(self, **span: float) -> None:
        self.seconds += timedelta(**span).total_seconds()


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


def test_a_manager_acts_for_his_organisations_and_reads_others(
    verifier: Verifier, issuer: Issuer
) -> None:
    caller = verifier.caller("Bearer " + issuer.token(a_grant(), NOW))

    assert caller.scope.subject == "alice"
    assert caller.scope.roles == {"fleet.manager"}
    assert caller.scope.orgs == {"RYA"}
    assert caller.scope.read_orgs == {"RYA", "RX1"}


@pytest.mark.parametrize("roles", [("system.planner",), ("reviewer",), ("reviewer", "system.planner")])
def test_who_only_looks_acts_for_nobody(
    verifier: Verifier, issuer: Issuer, roles: tuple[str, ...]
) -> None:
    caller = verifier.caller("Bearer " + issuer.token(a_grant(*roles), NOW))

    assert caller.scope.orgs == frozenset()
    assert caller.scope.read_orgs == {"RYA", "RX1"}


def test_a_planner_with_a_second_role_acts(verifier: Verifier, issuer: Issuer) -> None:
    token = issuer.token(a_grant("system.planner", "capital.planner"), NOW)

    assert verifier.caller(f"Bearer {token}").scope.orgs == {"RYA"}


def test_a_token_is_verified_once_and_then_known(verifier: Verifier, issuer: Issuer) -> None:
    authorization = "Bearer " + issuer.token(a_grant(), NOW)

    first, second = verifier.caller(authorization), verifier.caller(authorization)

    assert first is second


def test_a_known_token_expires_after_its_leeway(
    verifier: Verifier, issuer: Issuer, clock: Clock
) -> None:
    token = issuer.token(a_grant(lasts=timedelta(minutes=5)), NOW)

    clock.move(minutes=5, seconds=29)
    caller: Caller = verifier.caller(f"Bearer {token}")
    clock.move(seconds=1)

    assert cause(verifier, token) == "expired"
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.check_expiry(caller)


def test_no_token_is_missing(verifier: Verifier) -> None:
    with pytest.raises(Unauthenticated, match="^missing access token$") as refused:
        verifier.caller(None)

    assert refused.value.reason == "TOKEN_MISSING"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b",
        "Bearer a.b.c.d",
        "Basic YTpi",
        "bearer e30.e30.e30",
        "Bearer é.é.é",
        "Bearer " + "a" * 9000,
        "Bearer bnVsbA.e30.e30",
    ],
)
def test_what_is_no_bearer_token_is_malformed(verifier: Verifier, authorization: str) -> None:
    with pytest.raises(Unauthenticated, match="^malformed access token$") as refused:
        verifier.caller(authorization)

    assert refused.value.reason == "TOKEN_MALFORMED"


def test_an_unsigned_token_is_rejected(verifier: Verifier) -> None:
    assert cause(verifier, "eyJhbGciOiJub25lIn0.e30.") == "algorithm"


def test_a_token_signed_with_the_public_key_as_secret_is_rejected(
    verifier: Verifier, issuer: Issuer
) -> None:
    public = json.loads(issuer.jwks_file.read_bytes())["keys"][0]
    secret = OctKey.import_key(json.dumps(public).encode())
    header = {"alg": "HS256", "kid": public["kid"]}

    token = jwt.encode(header, claims(issuer), secret, ["HS256"])

    assert cause(verifier, token) == "algorithm"


def test_a_listed_algorithm_of_another_key_type_is_rejected(
    verifier: Verifier, issuer: Issuer
) -> None:
    kid = json.loads(issuer.jwks_file.read_bytes())["keys"][0]["kid"]
    rsa = RSAKey.generate_key(2048)

    token = jwt.encode({"alg": "RS256", "kid": kid}, claims(issuer), rsa, ["RS256"])

    assert cause(verifier, token) == "algorithm"


def test_a_token_for_another_use_is_rejected(verifier: Verifier, issuer: Issuer) -> None:
    key = issuer._key

    token = jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "logout+jwt"}, claims(issuer), key, ["ES256"])

    assert cause(verifier, token) == "algorithm"


def test_a_changed_token_is_rejected(verifier: Verifier, issuer: Issuer) -> None:
    header, _, signature = issuer.token(a_grant(), NOW).split(".")
    _, payload, _ = issuer.token(a_grant("capital.approver"), NOW).split(".")

    assert cause(verifier, f"{header}.{payload}.{signature}") == "signature"


@pytest.mark.parametrize("headers", [{"kid": "unknown"}, {}])
def test_a_token_of_an_unknown_key_is_rejected(
    verifier: Verifier, issuer: Issuer, headers: dict[str, str]
) -> None:
    stranger = ECKey.generate_key("P-256")

    token = jwt.encode({"alg": "ES256"} | headers, claims(issuer), stranger, ["ES256"])

    assert cause(verifier, token) == "signature"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"exp": 1}, "expired"),
        ({"nbf": int(NOW.timestamp()) + 31}, "not yet valid"),
        ({"iat": int(NOW.timestamp()) + 31}, "not yet valid"),
        ({"aud": "other"}, "audience"),
        ({"aud": ["other"]}, "audience"),
        ({"iss": "https://other.localhost"}, "issuer"),
        ({"iss": ...}, "issuer"),
        ({"exp": ...}, "claims"),
        ({"exp": "soon"}, "claims"),
        ({"exp": True}, "claims"),
        ({"iat": ...}, "claims"),
        ({"aud": ...}, "claims"),
        ({"sub": ...}, "claims"),
        ({"sub": ""}, "claims"),
        ({"sub": "a\nb"}, "claims"),
        ({"sub": "a\0b"}, "claims"),
        ({"sub": "x" * 201}, "claims"),
        ({"roles": "fleet.manager"}, "claims"),
        ({"roles": ...}, "claims"),
        ({"orgs": ["rya"]}, "claims"),
        ({"orgs": ["RYA,RX1"]}, "claims"),
        ({"orgs": ["RYA'"]}, "claims"),
        ({"read_orgs": [7]}, "claims"),
        ({"orgs": ["RYA"] * 201}, "claims"),
    ],
)
def test_claims_that_do_not_hold_are_rejected(
    verifier: Verifier, issuer: Issuer, changed: dict[str, object], expected: str
) -> None:
    assert cause(verifier, issuer.sign(claims(issuer, **changed))) == expected


def test_claims_may_be_half_a_minute_off(verifier: Verifier, issuer: Issuer) -> None:
    late = int(NOW.timestamp()) + 30

    token = issuer.sign(claims(issuer, nbf=late, iat=late, aud=["other", issuer.audience]))

    assert verifier.caller(f"Bearer {token}").scope.subject == "alice"


@pytest.mark.parametrize("make", [lambda: RSAKey.generate_key(2048), lambda: ECKey.generate_key("P-256")])
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
