"""The hubs service as a process: everything it is made of, in one place."""

import sys
from pathlib import Path
from typing import Final

from makeready.hubs.v1 import hubs_service_pb2 as pb

from services.hubs.api import HubsApi
from services.hubs.permissions import PERMISSIONS
from services.hubs.schedules import schedules
from services.hubs.subscriptions import subscriptions
from services.hubs.wire.jobs import JOB_TOPIC
from services.hubs.wire.throughput import THROUGHPUT_TOPIC
from services.runtime.process import run
from services.runtime.spec import ServiceSpec

SPEC: Final = ServiceSpec(
    name="hubs",
    descriptor=pb.DESCRIPTOR.services_by_name["HubsService"],
    permissions=PERMISSIONS,
    api=HubsApi,
    migrations=Path(__file__).parent / "migrations",
    publishes=(JOB_TOPIC, THROUGHPUT_TOPIC),
    subscriptions=subscriptions,
    schedules=schedules,
)

if __name__ == "__main__":
    sys.exit(run(SPEC, sys.argv[1:]))
