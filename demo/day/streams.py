"""The two streams a day is played by: a trust's vehicles, and the jobs of its hubs."""

from collections.abc import AsyncIterator
from typing import TypeAlias

from makeready.fleet.v1.fleet_service_pb2 import WatchVehiclesRequest
from makeready.fleet.v1.vehicle_pb2 import Vehicle
from makeready.hubs.v1.hub_pb2 import Job
from makeready.hubs.v1.hubs_service_pb2 import WatchBoardRequest

from demo.client import Client
from demo.mirror import Mirror, Step

Vehicles: TypeAlias = Mirror[Vehicle]
Jobs: TypeAlias = Mirror[Job]


def vehicles_of(manager: Client, trust: str) -> Vehicles:
    """Return a mirror of a trust's vehicles, by vehicle."""

    async def steps(resume_token: str) -> AsyncIterator[Step[Vehicle]]:
        request = WatchVehiclesRequest(trust=trust, resume_token=resume_token)
        async for step in manager.stream(manager.fleet.WatchVehicles, request):
            yield Step(
                row=step.vehicle if step.HasField("vehicle") else None,
                resume_token=step.resume_token,
                is_snapshot_complete=step.HasField("snapshot_complete"),
            )

    return Mirror("vehicles", lambda vehicle: vehicle.vehicle_id, steps)


def jobs_of(operative: Client) -> Jobs:
    """Return a mirror of each vehicle's last job, at every hub the operative works for."""

    async def steps(resume_token: str) -> AsyncIterator[Step[Job]]:
        request = WatchBoardRequest(resume_token=resume_token)
        async for step in operative.stream(operative.hubs.WatchBoard, request):
            yield Step(
                row=step.job if step.HasField("job") else None,
                resume_token=step.resume_token,
                is_snapshot_complete=step.HasField("snapshot_complete"),
            )

    return Mirror("jobs", lambda job: job.vehicle_id, steps)
