"""What capital reads of fleet and hubs, and what becomes of it."""

from collections.abc import Sequence
from typing import Final

from makeready.fleet.v1 import vehicle_events_pb2 as fleet_pb
from makeready.hubs.v1 import hub_events_pb2 as hubs_pb

from services.capital.handlers.projections import keep_cycles, keep_hubs, keep_vehicles
from services.runtime.spec import Runtime
from services.runtime.subscription import Subscription, types_of

VEHICLES: Final = Subscription(
    topic="fleet.vehicle.v1",
    source="makeready/fleet",
    aggregate="vehicle",
    types=types_of(
        fleet_pb.VehicleRegistered,
        fleet_pb.VehicleStatusChanged,
        fleet_pb.OdometerRecorded,
        fleet_pb.VehicleDisposed,
    ),
    apply=keep_vehicles,
)
CYCLES: Final = Subscription(
    topic="fleet.replacement-cycle.v1",
    source="makeready/fleet",
    aggregate="vehicle",
    types=types_of(
        fleet_pb.ReplacementCycleStarted,
        fleet_pb.ReplacementCycleRevised,
        fleet_pb.ReplacementCycleDue,
        fleet_pb.ReplacementCycleClosed,
    ),
    apply=keep_cycles,
)
THROUGHPUT: Final = Subscription(
    topic="hubs.throughput.v1",
    source="makeready/hubs",
    aggregate="hub",
    types=types_of(hubs_pb.HubThroughputMeasured, hubs_pb.CommissioningCapacityRevised),
    apply=keep_hubs,
)


def subscriptions(_: Runtime) -> Sequence[Subscription]:
    return VEHICLES, CYCLES, THROUGHPUT
