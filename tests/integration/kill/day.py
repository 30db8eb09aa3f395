"""A day for a few vehicles at two hubs, played without a pause, whatever dies meanwhile."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as fleet
from makeready.fleet.v1 import vehicle_pb2
from makeready.hubs.v1 import hub_pb2
from makeready.hubs.v1 import hubs_service_pb2 as hubs

from demo.client import Client
from demo.day.streams import Jobs, Vehicles

TRUST: Final = "RYA"
HUBS: Final = 2
VEHICLES: Final = 24
OPEN: Final = frozenset({hub_pb2.JOB_STATE_QUEUED, hub_pb2.JOB_STATE_IN_PROGRESS})


@dataclass(slots=True)
class Acknowledged:
    """Writes a caller was told are done, by vehicle."""

    deployed: Counter[str] = field(default_factory=Counter)
    returned: Counter[str] = field(default_factory=Counter)
    completed: Counter[str] = field(default_factory=Counter)


async def open_hub(client: Client, number: int) -> str:
    """Open a hub with a bay for every vehicle and operatives at all hours; return its id."""
    opened = await client(
        client.hubs.RegisterHub,
        hubs.RegisterHubRequest(trust=TRUST, name=f"Hub {number}", system="QUA"),
    )
    bays = [
        hub_pb2.Bay(name=f"Bay {n}", capabilities=[hub_pb2.BAY_CAPABILITY_MAKE_READY])
        for n in range(VEHICLES)
    ]
    with_bays = await client(
        client.hubs.SetBays,
        hubs.SetBaysRequest(hub_id=opened.hub.hub_id, etag=opened.hub.etag, bays=bays),
    )
    await client(
        client.hubs.SetRoster,
        hubs.SetRosterRequest(
            hub_id=opened.hub.hub_id, etag=with_bays.hub.etag, staff_by_hour=[50] * 24
        ),
    )
    return opened.hub.hub_id


async def register(client: Client, number: int, hub_id: str) -> str:
    """Register a vehicle, made ready; return its id."""
    reply = await client(
        client.fleet.RegisterVehicle,
        fleet.RegisterVehicleRequest(
            trust=TRUST,
            fleet_number=f"K{number}",
            vrm=f"BX{number + 2:02d}KAA",
            vin=f"ZFA25000{number:09d}",
            vehicle_type=kind.VEHICLE_TYPE_DCA,
            technology=kind.TECHNOLOGY_DIESEL,
            home_hub_id=hub_id,
            in_service_on="2024-05-01",
            first_registered_on="2024-04-20",
            mot_expires_on="2099-04-19",
            tax_expires_on="2099-04-19",
            opening_state=vehicle_pb2.VEHICLE_STATE_MADE_READY,
        ),
    )
    return reply.vehicle.vehicle_id


class Rounds:
    """Takes vehicles round and round: out with a crew, back, onto a bay, sealed, out again."""

    def __init__(self, client: Client, vehicles: Vehicles, jobs: Jobs, patience: timedelta) -> None:
        self._patience = patience
        self._client = client
        self._vehicles = vehicles
        self._jobs = jobs
        self._worked_on: set[str] = set()
        self.done = Acknowledged()

    async def of(self, vehicle_id: str, ended: asyncio.Event) -> None:
        """Take one vehicle round until `ended`, and leave it made ready."""
        while not ended.is_set():
            await self._out_and_back(vehicle_id)
            seal_number = await self._onto_a_bay(vehicle_id)
            await self._made_ready(vehicle_id, seal_number)

    async def _out_and_back(self, vehicle_id: str) -> None:
        client = self._client
        deploy = fleet.DeployVehicleRequest(vehicle_id=vehicle_id)
        await client(client.fleet.DeployVehicle, deploy)
        self.done.deployed[vehicle_id] += 1
        await client(client.fleet.ReturnVehicle, fleet.ReturnVehicleRequest(vehicle_id=vehicle_id))
        self.done.returned[vehicle_id] += 1

    async def _onto_a_bay(self, vehicle_id: str) -> str:
        client, job_id = self._client, await self._queued(vehicle_id)
        done = self.done.completed
        seal_number = f"{vehicle_id[:8]}-{done[vehicle_id]}".upper()
        await client(client.hubs.StartJob, hubs.StartJobRequest(job_id=job_id))
        await client(
            client.hubs.CompleteJob,
            hubs.CompleteJobRequest(
                job_id=job_id,
                seal_number=seal_number,
                fuel_or_charge_percent=100,
                checks_passed=True,
            ),
        )
        done[vehicle_id] += 1
        self._worked_on.add(job_id)
        return seal_number

    async def _queued(self, vehicle_id: str) -> str:
        rows = self._jobs.rows

        def missing() -> str:
            job = rows.get(vehicle_id)
            # The stream may lag: what it tells of a job that was done is old news.
            is_there = job is not None and job.state in OPEN and job.job_id not in self._worked_on
            return "" if is_there else f"a job for {vehicle_id}"

        await self._jobs.until(missing, self._patience)
        return rows[vehicle_id].job_id

    async def _made_ready(self, vehicle_id: str, seal_number: str) -> None:
        rows = self._vehicles.rows

        def missing() -> str:
            vehicle = rows[vehicle_id]
            is_ready = vehicle.state == vehicle_pb2.VEHICLE_STATE_MADE_READY
            is_sealed = is_ready and vehicle.seal_number == seal_number
            return "" if is_sealed else f"{vehicle_id} to be made ready under {seal_number}"

        await self._vehicles.until(missing, self._patience)
