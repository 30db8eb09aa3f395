"""Capital as a process: every part it is made of, put together by hand."""

import sys
from pathlib import Path
from typing import Final

from makeready.capital.v1 import capital_service_pb2

from services.capital.api import CapitalApi
from services.capital.handlers.topics import ENVELOPES, PLANS, RENEWALS
from services.capital.permissions import PERMISSIONS
from services.capital.planning.settings import SolverSettings
from services.capital.planning.worker import Bench, Worker
from services.capital.schedules import schedules
from services.capital.subscriptions import subscriptions
from services.runtime.process import run
from services.runtime.spec import Role, Runtime, ServiceSpec


def solve(runtime: Runtime) -> Role:
    settings = SolverSettings.read()
    bench = Bench(memory_bytes=settings.solver_memory_bytes, lease=settings.solver_lease)
    return Worker(runtime.database, bench)


SPEC: Final = ServiceSpec(
    name="capital",
    descriptor=capital_service_pb2.DESCRIPTOR.services_by_name["CapitalService"],
    permissions=PERMISSIONS,
    api=CapitalApi,
    migrations=Path(__file__).parent / "migrations",
    publishes=(PLANS, RENEWALS, ENVELOPES),
    subscriptions=subscriptions,
    schedules=schedules,
    extra_roles={"solve": solve},
)

if __name__ == "__main__":
    sys.exit(run(SPEC, sys.argv[1:]))
