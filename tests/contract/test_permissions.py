"""Every method has a row that says who may call it, as written down, and the row holds."""

import asyncio
from pathlib import Path

import pytest
from google.protobuf import message_factory

from services.runtime.auth.permissions import ROLES
from tests.contract.stage import METHODS, SERVICES, Stage

MATRIX = Path(__file__).with_name("permissions.txt")


def written_down() -> dict[tuple[str, str], frozenset[str]]:
    """Return the roles that may call each method, as permissions.txt says."""
    rows = {}
    for line in MATRIX.read_text().splitlines():
        if line and not line.startswith("#"):
            service, method, *roles = line.split()
            rows[service, method] = frozenset(roles)
    return rows


def test_every_method_of_every_service_is_in_the_matrix() -> None:
    assert set(written_down()) == set(METHODS)


@pytest.mark.parametrize(("service", "method"), METHODS)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_method_answers_only_the_roles_written_down(
    stage: Stage, service: str, method: str
) -> None:
    empty = message_factory.GetMessageClass(SERVICES[service].methods_by_name[method].input_type)()

    async def admits(role: str) -> bool:
        answer = await stage.call(
            service, method, empty, token=stage.token(roles=[role], subject=method)
        )
        return answer.reason not in {"ROLE_FORBIDDEN", "PLANNER_READ_ONLY"}

    roles = sorted(ROLES)
    admitted = await asyncio.gather(*map(admits, roles))

    may_call = {role for role, admit in zip(roles, admitted, strict=True) if admit}
    assert may_call == written_down()[service, method]


@pytest.mark.parametrize(("service", "method"), METHODS)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_caller_without_roles_may_call_nothing(
    stage: Stage, service: str, method: str
) -> None:
    answer = await stage.call(service, method, b"", token=stage.token(roles=[], subject=method))

    assert (answer.code, answer.reason) == ("PERMISSION_DENIED", "ROLE_FORBIDDEN")
