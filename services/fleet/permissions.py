"""Who may call what of FleetService (product.md, section 6)."""

from typing import Final

from services.runtime.auth.permissions import Permissions, read, stream, write

# Who works with vehicles. System planners and reviewers see aggregates, and no vehicle's place.
VEHICLE_READERS: Final = (
    "fleet.viewer",
    "fleet.manager",
    "hub.operator",
    "hub.supervisor",
    "service",
)
AGGREGATE_READERS: Final = (
    *VEHICLE_READERS,
    "capital.viewer",
    "capital.planner",
    "capital.approver",
    "system.planner",
    "reviewer",
)
ON_THE_FLOOR: Final = ("fleet.manager", "hub.supervisor", "hub.operator", "service")
IN_CHARGE: Final = ("fleet.manager", "hub.supervisor", "service")

PERMISSIONS: Final[Permissions] = {
    "RegisterVehicle": write("fleet.manager"),
    "GetVehicle": read(*VEHICLE_READERS),
    "LookupVehicle": read(*VEHICLE_READERS),
    "ListVehicles": read(*VEHICLE_READERS),
    "MoveVehicle": write("fleet.manager"),
    "DeployVehicle": write(*IN_CHARGE),
    "ReturnVehicle": write(*ON_THE_FLOOR),
    "TakeOffRoad": write(*ON_THE_FLOOR),
    "ReturnToRoad": write(*IN_CHARGE),
    "RecordOdometer": write(*ON_THE_FLOOR),
    "SetLifePolicy": write("fleet.manager"),
    "ListReplacementCycles": read(*AGGREGATE_READERS),
    "GetAvailability": read(*AGGREGATE_READERS),
    "WatchVehicles": stream(*VEHICLE_READERS),
    "BeginDisposal": write("fleet.manager"),
    "DisposeVehicle": write("fleet.manager"),
}
