"""Who a token admits, and for what it is turned away."""

import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from services.kernel.errors import Unauthenticated
from services.runtime.auth.issue import Issuer
from services.runtime.auth.tokens import Caller, Verifier
from tests.unit.runtime.bearers import NOW, Clock, a_grant, cause, claims


def test_a_manager_acts_for_his_organisations_and_reads_others(
    verifier: Verifier, issuer: Issuer
) -> None:
    caller = verifier.caller("Bearer " + issuer.token(a_grant(), NOW))

    assert caller.scope.subject == "alice"
    assert caller.scope.roles == {"fleet.manager"}
    assert caller.scope.orgs == {"RYA"}
    assert caller.scope.read_orgs == {"RYA", "RX1"}


@pytest.mark.parametrize(
    "roles", [("system.planner",), ("reviewer",), ("reviewer", "system.planner")]
)
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
    with pytest.raises(Unauthenticated, match=r"expired"):
        verifier.check_expiry(caller)


def test_no_token_is_missing(verifier: Verifier) -> None:
    with pytest.raises(Unauthenticated, match=r"^missing access token$") as refused:
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
    with pytest.raises(Unauthenticated, match=r"^malformed access token$") as refused:
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

    token = jwt.encode(
        {"alg": "ES256", "kid": key.kid, "typ": "logout+jwt"}, claims(issuer), key, ["ES256"]
    )

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
