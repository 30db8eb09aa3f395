"""The permission table, and what it says to whom."""

import pytest
from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.runtime.auth.permissions import (
    Permission,
    PlannerReadOnly,
    RoleForbidden,
    read,
    stream,
    write,
)
from services.runtime.rpc.server import Service, ServiceIncomplete, check_complete

FLEET = pb.DESCRIPTOR.services_by_name["FleetService"]


class Everything:
    """Has a method of every name."""

    def __getattr__(self, name: str) -> object:
        return print


def a_table() -> dict[str, Permission]:
    return {method.name: _permission(method.name) for method in FLEET.methods}


def _permission(name: str) -> Permission:
    if name.startswith("Watch"):
        return stream("fleet.viewer")
    asks = name.startswith(("Get", "List", "Lookup"))
    return read("fleet.viewer") if asks else write("fleet.manager")


def faults(table: dict[str, Permission], api: object) -> str:
    with pytest.raises(ServiceIncomplete) as refused:
        check_complete(Service(descriptor=FLEET, permissions=table, api=api))
    return str(refused.value)


def test_one_of_the_roles_is_enough() -> None:
    write("fleet.manager", "hub.supervisor").check("X", frozenset({"reviewer", "hub.supervisor"}))


@pytest.mark.parametrize("roles", [set(), {"fleet.viewer"}, {"system.planner", "fleet.viewer"}])
def test_a_role_without_the_permission_is_told_the_method(roles: set[str]) -> None:
    with pytest.raises(RoleForbidden, match=r"^role may not call DeployVehicle$"):
        write("fleet.manager").check("DeployVehicle", frozenset(roles))


@pytest.mark.parametrize(
    "roles", [{"system.planner"}, {"reviewer"}, {"reviewer", "system.planner"}]
)
def test_who_only_looks_is_told_so_when_he_writes(roles: set[str]) -> None:
    with pytest.raises(PlannerReadOnly, match=r"^planners have read-only access$"):
        write("fleet.manager").check("DeployVehicle", frozenset(roles))


def test_a_planner_who_may_not_read_is_refused_by_role() -> None:
    with pytest.raises(RoleForbidden):
        read("fleet.viewer").check("GetVehicle", frozenset({"system.planner"}))


@pytest.mark.parametrize("roles", [("fleet.manger",), ()])
def test_a_table_of_unknown_or_no_roles_is_not_made(roles: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"unknown roles|nobody"):
        write(*roles)


def test_a_complete_service_is_served() -> None:
    check_complete(Service(descriptor=FLEET, permissions=a_table(), api=Everything()))


def test_a_method_missing_from_the_table_does_not_start() -> None:
    table = a_table()
    del table["DeployVehicle"]

    assert faults(table, Everything()) == "DeployVehicle: no permission row"


def test_a_method_missing_from_the_class_does_not_start() -> None:
    assert "GetVehicle: no method of that name in the service's class" in faults(
        a_table(), object()
    )


def test_a_row_of_no_method_does_not_start() -> None:
    table = a_table() | {"Drive": read("fleet.viewer")}

    assert faults(table, Everything()) == "Drive: no such method in the proto"


def test_a_write_without_a_request_id_does_not_start() -> None:
    table = a_table() | {"GetVehicle": write("fleet.manager")}

    assert "GetVehicle: no request_id in its request" in faults(table, Everything())


def test_a_stream_that_is_none_does_not_start() -> None:
    table = a_table() | {"GetVehicle": stream("fleet.viewer")}

    assert "GetVehicle: stream in one of proto and permissions only" in faults(table, Everything())
