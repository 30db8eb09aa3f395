"""What a token says, read strictly: a claim of the wrong type is no claim."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeGuard

from services.kernel.ids import OdsCode
from services.runtime.scope import ODS_CODE

LEEWAY: Final = timedelta(seconds=30)
MAX_SUBJECT_CHARACTERS: Final = 200
MAX_ITEMS: Final = 200
FAR_FUTURE_SECONDS: Final = 1e11


class ClaimsRefused(Exception):
    """The claims do not hold here; `cause` says which, in the words of the error catalogue."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Who the token is for. `expires_at` is in seconds since 1970, leeway included."""

    subject: str
    roles: frozenset[str]
    orgs: frozenset[OdsCode]
    read_orgs: frozenset[OdsCode]
    expires_at: float


def parse_claims(raw: object, *, issuer: str, audience: str, now: float) -> Claims:
    """Return the claims, or raise ClaimsRefused with the first cause found."""
    if not isinstance(raw, dict):
        raise ClaimsRefused("claims")
    expires_at = _times(raw, now)
    if raw.get("iss") != issuer:
        raise ClaimsRefused("issuer")
    if audience not in _audiences(raw.get("aud")):
        raise ClaimsRefused("audience")
    return Claims(
        subject=_subject(raw.get("sub")),
        roles=frozenset(_strings(raw.get("roles"))),
        orgs=_codes(raw.get("orgs", [])),
        read_orgs=_codes(raw.get("read_orgs", [])),
        expires_at=expires_at,
    )


def _times(raw: dict[str, object], now: float) -> float:
    leeway = LEEWAY.total_seconds()
    expires_at = _seconds(raw.get("exp")) + leeway
    begins_at = max(_seconds(raw.get("iat")), _seconds(raw.get("nbf", 0))) - leeway
    if now >= expires_at:
        raise ClaimsRefused("expired")
    if now < begins_at:
        raise ClaimsRefused("not yet valid")
    return expires_at


def _seconds(value: object) -> float:
    # A bool is an int, and NaN and infinity are floats: neither is a time.
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value < FAR_FUTURE_SECONDS
    ):
        raise ClaimsRefused("claims")
    return float(value)


def _audiences(value: object) -> list[str]:
    return [value] if isinstance(value, str) else _strings(value)


def _subject(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SUBJECT_CHARACTERS:
        raise ClaimsRefused("claims")
    if not value.isprintable():
        raise ClaimsRefused("claims")
    return value


def _codes(value: object) -> frozenset[OdsCode]:
    codes = _strings(value)
    if not all(ODS_CODE.fullmatch(code) for code in codes):
        raise ClaimsRefused("claims")
    return frozenset(OdsCode(code) for code in codes)


def _strings(value: object) -> list[str]:
    if not _is_strings(value):
        raise ClaimsRefused("claims")
    return value


def _is_strings(value: object) -> TypeGuard[list[str]]:
    return (
        isinstance(value, list)
        and len(value) <= MAX_ITEMS
        and all(isinstance(item, str) for item in value)
    )
