"""A trust's hubs as requests: the hub, its bays, its roster, and the crews that start there."""

from collections.abc import Iterator
from datetime import date, timedelta

from makeready.common.v1.vehicle_kind_pb2 import VehicleType
from makeready.hubs.v1 import hub_pb2, hubs_service_pb2
from makeready.hubs.v1.hub_pb2 import BayCapability

from demo.client import Client, each
from demo.load.instants import day, instant
from demo.scenario.crews import Wave, waves_of
from demo.scenario.trust import Hub, Trust

DAYS_AHEAD = 2


async def open_hubs(supervisor: Client, trust: Trust, first: date) -> None:
    """Open every hub of a trust with its bays, its roster and its crews' starts."""

    async def one(hub: Hub) -> None:
        await open_hub(supervisor, trust, hub)
        await set_crew_starts(supervisor, trust, hub, first)

    await each(trust.hubs.list, one)


async def open_hub(supervisor: Client, trust: Trust, hub: Hub) -> None:
    registered = await supervisor(
        supervisor.hubs.RegisterHub,
        hubs_service_pb2.RegisterHubRequest(
            trust=trust.code,
            name=hub.name,
            local_label=trust.local_label,
            system=hub.system,
            hub_id=str(trust.hub_id(hub.name)),
        ),
    )
    with_bays = await supervisor(
        supervisor.hubs.SetBays,
        hubs_service_pb2.SetBaysRequest(
            hub_id=registered.hub.hub_id, etag=registered.hub.etag, bays=bays_of(hub)
        ),
    )
    await supervisor(
        supervisor.hubs.SetRoster,
        hubs_service_pb2.SetRosterRequest(
            hub_id=with_bays.hub.hub_id,
            etag=with_bays.hub.etag,
            staff_by_hour=trust.roster.staff_by_hour(hub.full_time_staff),
        ),
    )


def bays_of(hub: Hub) -> Iterator[hub_pb2.Bay]:
    """Yield a hub's bays: the first deep cleans too, the last fit out new vehicles too."""
    for number in range(1, hub.bays + 1):
        can = [BayCapability.BAY_CAPABILITY_MAKE_READY]
        if number == 1:
            can.append(BayCapability.BAY_CAPABILITY_DEEP_CLEAN)
        if number > hub.bays - hub.commissioning_bays:
            can.append(BayCapability.BAY_CAPABILITY_COMMISSIONING)
        if number <= hub.charger_bays:
            can.append(BayCapability.BAY_CAPABILITY_CHARGER)
        yield hub_pb2.Bay(name=f"Bay {number:02}", capabilities=can)


async def set_crew_starts(supervisor: Client, trust: Trust, hub: Hub, first: date) -> None:
    """Say who starts at a hub on the scenario's day, and on the next, which its evening serves."""
    for days in range(DAYS_AHEAD):
        on = first + timedelta(days=days)
        waves = waves_of(trust.crew_starts, (hub,), on)
        await supervisor(
            supervisor.hubs.SetCrewStarts,
            hubs_service_pb2.SetCrewStartsRequest(
                hub_id=str(trust.hub_id(hub.name)),
                day=day(on),
                crew_starts=[crew_start(trust, wave) for wave in waves],
            ),
        )


def crew_start(trust: Trust, wave: Wave) -> hub_pb2.CrewStart:
    return hub_pb2.CrewStart(
        starts_at=instant(wave.starts_at),
        vehicle_type=VehicleType.Value(f"VEHICLE_TYPE_{trust.crew_starts.vehicle_type}"),
        crews=wave.crews,
    )
