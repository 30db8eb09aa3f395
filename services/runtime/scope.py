"""Who acts, for which organisations, and to what end: what every transaction is bound to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from services.kernel.errors import Forbidden
from services.kernel.ids import OdsCode

ODS_CODE: Final = re.compile(r"[A-Z0-9]{3,6}")
PURPOSES: Final = frozenset({"request", "consume", "relay", "schedule", "queue"})


class OrganisationOutOfScope(Forbidden):
    reason = "ORGANISATION_OUT_OF_SCOPE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a transaction may do: act for `orgs`, read `read_orgs` besides."""

    subject: str
    roles: frozenset[str] = frozenset()
    orgs: frozenset[OdsCode] = frozenset()
    read_orgs: frozenset[OdsCode] = frozenset()
    purpose: str = "request"
    # The scope as SQL, which is built once per token and sent with every BEGIN.
    settings: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", _settings(self))

    @classmethod
    def system(cls, purpose: str, orgs: Iterable[OdsCode] = ()) -> Self:
        """Return the scope of work nobody asked for: a batch of events, a schedule, the relay."""
        return cls(subject=f"system:{purpose}", orgs=frozenset(orgs), purpose=purpose)

    def require_org(self, org: OdsCode) -> None:
        """Refuse unless the caller may act for `org`."""
        if org not in self.orgs:
            raise OrganisationOutOfScope("organisation is outside your scope", organisation=org)

    def require_read_org(self, org: OdsCode) -> None:
        """Refuse unless the caller may read what belongs to `org`."""
        if org not in self.orgs and org not in self.read_orgs:
            raise OrganisationOutOfScope("organisation is outside your scope", organisation=org)


def quote(text: str) -> str:
    """Return `text` as an SQL literal; the server runs with standard_conforming_strings on."""
    if "\0" in text:
        raise ValueError("text for the database holds a NUL")
    return "'" + text.replace("'", "''") + "'"


def _settings(scope: Scope) -> str:
    if scope.purpose not in PURPOSES:
        raise ValueError(f"unknown purpose {scope.purpose!r}")
    values = {
        "app.subject": scope.subject,
        "app.orgs": _codes(scope.orgs),
        "app.read_orgs": _codes(scope.orgs | scope.read_orgs),
        "app.purpose": scope.purpose,
    }
    calls = (f"set_config('{name}', {quote(value)}, true)" for name, value in values.items())
    return f"SELECT {', '.join(calls)}"


def _codes(orgs: Iterable[OdsCode]) -> str:
    for org in orgs:
        if not ODS_CODE.fullmatch(org):
            raise ValueError(f"not an ODS code: {org!r}")
    return ",".join(sorted(orgs))
