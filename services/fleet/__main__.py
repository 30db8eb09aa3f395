"""Fleet as a process: every part it is made of, put together by hand."""

import sys
from pathlib import Path
from typing import Final

from makeready.fleet.v1 import fleet_service_pb2

from services.fleet.api.fleet import FleetApi
from services.fleet.permissions import PERMISSIONS
from services.fleet.schedules import schedules
from services.fleet.subscriptions import subscriptions
from services.fleet.wire.events import CYCLES, VEHICLES
from services.runtime.process import run
from services.runtime.spec import Runtime, ServiceSpec


def api(runtime: Runtime) -> FleetApi:
    return FleetApi(runtime.database, runtime.feed, runtime.clock)


SPEC: Final = ServiceSpec(
    name="fleet",
    descriptor=fleet_service_pb2.DESCRIPTOR.services_by_name["FleetService"],
    permissions=PERMISSIONS,
    api=api,
    migrations=Path(__file__).parent / "migrations",
    publishes=(VEHICLES, CYCLES),
    subscriptions=subscriptions,
    schedules=schedules,
)

if __name__ == "__main__":
    sys.exit(run(SPEC, sys.argv[1:]))
