"""What the services say of a trust: read back after the day."""

from dataclasses import dataclass
from datetime import date

from makeready.fleet.v1.fleet_service_pb2 import GetAvailabilityRequest, GetAvailabilityResponse
from makeready.hubs.v1.hub_pb2 import Hub
from makeready.hubs.v1.hubs_service_pb2 import (
    GetThroughputRequest,
    GetThroughputResponse,
    ListHubsRequest,
)

from demo.client import Client, each
from demo.load.instants import instant
from services.kernel.calendar import day_bounds

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HubThroughput:
    """What a hub got through in a day."""

    hub: str
    throughput: GetThroughputResponse


async def hubs(supervisor: Client, trust: str) -> list[Hub]:
    """Return a trust's hubs by name."""
    request = ListHubsRequest(trust=trust, page_size=PAGE)
    return list((await supervisor(supervisor.hubs.ListHubs, request)).hubs)


async def availability(manager: Client, trust: str) -> GetAvailabilityResponse:
    """Return how many of a trust's vehicles stand where, those set apart among them."""
    request = GetAvailabilityRequest(trust=trust, include_ring_fenced=True)
    return await manager(manager.fleet.GetAvailability, request)


async def throughput(supervisor: Client, trust: str, day: date) -> list[HubThroughput]:
    """Return what each of a trust's hubs got through in a day."""
    begins_at, ends_at = day_bounds(day)

    async def one(hub: Hub) -> HubThroughput:
        request = GetThroughputRequest(
            hub_id=hub.hub_id, until=instant(ends_at), **{"from": instant(begins_at)}
        )
        answer = await supervisor(supervisor.hubs.GetThroughput, request)
        return HubThroughput(hub=hub.name, throughput=answer)

    return await each(await hubs(supervisor, trust), one)
