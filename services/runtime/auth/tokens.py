"""Access tokens: verified once, then known by their digest until they expire."""

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import Key

from services.kernel.errors import Unauthenticated
from services.runtime.auth.claims import Claims, ClaimsRefused, parse_claims
from services.runtime.auth.permissions import is_read_only
from services.runtime.scope import Scope

# Asymmetric and fixed: what a token says of its algorithm picks neither key nor check.
ALGORITHMS: Final = ("RS256", "ES256", "Ed25519")
TYPES: Final = (None, "JWT", "at+jwt")
SCHEME: Final = "Bearer "
REMEMBERED: Final = 10_000
MAX_CHARACTERS: Final = 8_000


class TokenMissing(Unauthenticated):
    reason = "TOKEN_MISSING"


class TokenMalformed(Unauthenticated):
    reason = "TOKEN_MALFORMED"


class TokenRejected(Unauthenticated):
    """`cause`: algorithm, signature, expired, not yet valid, audience, issuer or claims."""

    reason = "TOKEN_REJECTED"

    def __init__(self, cause: str) -> None:
        super().__init__(f"access token rejected: {cause}", cause=cause)


class TokenDuplicate(Unauthenticated):
    reason = "TOKEN_DUPLICATE"


class Keys(Protocol):
    """Where public keys are found by their id."""

    def find(self, kid: str) -> Key | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A verified caller. `expires_at` is in seconds since 1970, leeway included."""

    scope: Scope
    expires_at: float
    # For logs and limits: the subject itself is nobody's business there.
    subject_hash: str
    orgs_label: str


class Verifier:
    """Turns the authorization value of a call into its caller."""

    def __init__(
        self, *, keys: Keys, issuer: str, audience: str, clock: Callable[[], float]
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._known: OrderedDict[bytes, Caller] = OrderedDict()

    def caller(self, authorization: str | None) -> Caller:
        """Return who calls; a subclass of Unauthenticated when nobody we know does."""
        if authorization is None:
            raise TokenMissing("missing access token")
        digest = sha256(authorization.encode()).digest()
        caller = self._known.get(digest)
        if caller is None:
            caller = self._admit(authorization)
            self._remember(digest, caller)
        self.check_expiry(caller)
        return caller

    def check_expiry(self, caller: Caller) -> None:
        """Refuse a caller whose token has run out since it was verified."""
        if self._clock() >= caller.expires_at:
            raise TokenRejected("expired")

    def _remember(self, digest: bytes, caller: Caller) -> None:
        self._known[digest] = caller
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _admit(self, authorization: str) -> Caller:
        if not authorization.startswith(SCHEME) or len(authorization) > MAX_CHARACTERS:
            raise TokenMalformed("malformed access token")
        payload = self._verified(authorization[len(SCHEME) :].encode())
        try:
            claims = parse_claims(
                json.loads(payload),
                issuer=self._issuer,
                audience=self._audience,
                now=self._clock(),
            )
        except ClaimsRefused as refused:
            raise TokenRejected(refused.cause) from None
        except ValueError:
            raise TokenMalformed("malformed access token") from None
        return _caller(claims)

    def _verified(self, token: bytes) -> bytes:
        try:
            header = jws.extract_compact(token).headers()
        except (JoseError, ValueError, TypeError):
            raise TokenMalformed("malformed access token") from None
        if header.get("alg") not in ALGORITHMS or header.get("typ") not in TYPES:
            raise TokenRejected("algorithm")
        kid = header.get("kid")
        key = self._keys.find(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenRejected("signature")
        try:
            return jws.deserialize_compact(token, key, ALGORITHMS).payload
        except BadSignatureError:
            raise TokenRejected("signature") from None
        except JoseError:
            raise TokenRejected("algorithm") from None


def _caller(claims: Claims) -> Caller:
    looks_only = is_read_only(claims.roles)
    scope = Scope(
        subject=claims.subject,
        roles=claims.roles,
        orgs=frozenset() if looks_only else claims.orgs,
        read_orgs=claims.orgs | claims.read_orgs,
    )
    return Caller(
        scope=scope,
        expires_at=claims.expires_at,
        subject_hash=sha256(claims.subject.encode()).hexdigest()[:12],
        orgs_label=_label(sorted(claims.orgs)),
    )


def _label(orgs: list[str]) -> str:
    first, *others = orgs or [""]
    return f"{first}+{len(others)}" if others else first
