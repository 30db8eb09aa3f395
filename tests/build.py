"""Small valid things for tests: each builder shows only what its test is about."""

from collections.abc import Iterable

from services.kernel.ids import OdsCode
from services.runtime.scope import Scope

TRUST = OdsCode("RYA")


def a_scope(
    *roles: str,
    orgs: Iterable[OdsCode] = (TRUST,),
    read_orgs: Iterable[OdsCode] = (),
    subject: str = "test",
) -> Scope:
    """Return a caller's scope: acting for one trust unless told otherwise."""
    return Scope(
        subject=subject,
        roles=frozenset(roles),
        orgs=frozenset(orgs),
        read_orgs=frozenset(read_orgs),
    )
