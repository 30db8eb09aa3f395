"""Who may call what: one row for every method, checked against the proto when the server starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from services.kernel.errors import Forbidden

ROLES: Final = frozenset(
    {
        "fleet.viewer",
        "fleet.manager",
        "hub.operator",
        "hub.supervisor",
        "capital.viewer",
        "capital.planner",
        "capital.approver",
        "system.planner",
        "reviewer",
        "service",
    }
)
# Who has no other role only looks: what they may act for is what they may read.
READ_ONLY_ROLES: Final = frozenset({"system.planner", "reviewer"})


class Kind(Enum):
    """What a method does, and so which transaction it runs in."""

    READ = "read"
    WRITE = "write"
    STREAM = "stream"


class RoleForbidden(Forbidden):
    reason = "ROLE_FORBIDDEN"


class PlannerReadOnly(Forbidden):
    reason = "PLANNER_READ_ONLY"


@dataclass(frozen=True, slots=True)
class Permission:
    """The roles that may call a method; any one of them is enough."""

    kind: Kind
    roles: frozenset[str]

    def check(self, method: str, roles: frozenset[str]) -> None:
        """Refuse unless one of the caller's `roles` may call `method`."""
        if not self.roles.isdisjoint(roles):
            return
        if self.kind is Kind.WRITE and is_read_only(roles):
            raise PlannerReadOnly("planners have read-only access", method=method)
        raise RoleForbidden(f"role may not call {method}", method=method)


def is_read_only(roles: frozenset[str]) -> bool:
    """Whether these roles, taken together, only read."""
    return bool(roles) and roles <= READ_ONLY_ROLES


Permissions = Mapping[str, Permission]


def read(*roles: str) -> Permission:
    return _permission(Kind.READ, roles)


def write(*roles: str) -> Permission:
    return _permission(Kind.WRITE, roles)


def stream(*roles: str) -> Permission:
    return _permission(Kind.STREAM, roles)


def _permission(kind: Kind, roles: tuple[str, ...]) -> Permission:
    if unknown := set(roles) - ROLES:
        raise ValueError(f"unknown roles: {', '.join(sorted(unknown))}")
    if not roles:
        raise ValueError("a method nobody may call does not belong in the service")
    return Permission(kind, frozenset(roles))
