"""Tokens for local use: a key pair of one's own, its JWKS file, and tokens signed with it.

Nothing a service runs imports this; `./dev token`, the demo and the tests do.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from joserfc import jwt
from joserfc.jwk import ECKey

ISSUER: Final = "https://makeready.localhost"
AUDIENCE: Final = "makeready"
ALGORITHM: Final = "ES256"
PRIVATE: Final = "signing-key.json"
PUBLIC: Final = "jwks.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token is to say. `read_orgs` may be read besides `orgs`, which may be acted for."""

    subject: str
    roles: Iterable[str]
    orgs: Iterable[str]
    read_orgs: Iterable[str] = ()
    lasts: timedelta = timedelta(hours=12)


class Issuer:
    """Signs with the key kept in a folder; makes key and JWKS file on first use."""

    def __init__(self, folder: Path, issuer: str = ISSUER, audience: str = AUDIENCE) -> None:
        self.jwks_file = folder / PUBLIC
        self.issuer = issuer
        self.audience = audience
        self._key = _key(folder)

    def token(self, grant: Grant, now: datetime) -> str:
        """Return a signed token that holds from `now` on."""
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": grant.subject,
            "roles": sorted(grant.roles),
            "orgs": sorted(grant.orgs),
            "read_orgs": sorted(grant.read_orgs),
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + grant.lasts).timestamp()),
        }
        return self.sign(claims)

    def sign(self, claims: dict[str, object]) -> str:
        """Sign claims as they are, right or wrong."""
        header = {"alg": ALGORITHM, "kid": self._key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, self._key, [ALGORITHM])


def _key(folder: Path) -> ECKey:
    private = folder / PRIVATE
    if private.exists():
        return ECKey.import_key(json.loads(private.read_bytes()))
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    folder.mkdir(parents=True, exist_ok=True)
    private.touch(mode=0o600)
    private.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    public = {"keys": [key.as_dict(private=False)]}
    (folder / PUBLIC).write_text(json.dumps(public), encoding="utf-8")
    return key
