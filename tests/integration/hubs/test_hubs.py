"""What supervisors say of their hubs, over gRPC."""

from datetime import UTC, datetime

import pytest
from makeready.common.v1 import vehicle_kind_pb2 as kind_pb
from makeready.hubs.v1 import hub_pb2 as hub_pb
from makeready.hubs.v1 import hubs_service_pb2 as pb

from demo.client import Refused
from tests.integration.hubs.world import (
    NOON,
    World,
    a_bay,
    a_start,
    minutes,
    moment,
    registered,
    stamp,
)


async def test_a_hub_is_registered_under_the_id_it_is_known_by(world: World) -> None:
    client = world.client()
    known = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    request = pb.RegisterHubRequest(trust="RYA", name=" Oldbury ", system="QUA", hub_id=known)

    hub = (await client(client.hubs.RegisterHub, request)).hub

    assert (hub.hub_id, hub.name, hub.local_label) == (known, "Oldbury", "hub")
    assert (len(hub.bays), len(hub.staff_by_hour), hub.commissioning_per_week) == (0, 0, 0)


async def test_a_name_is_a_trusts_once_and_an_id_anyones(world: World) -> None:
    client = world.client(orgs=["RYA", "RX1"])
    hub = await world.a_hub("Oldbury", client=client)
    namesake = pb.RegisterHubRequest(trust="RYA", name="Oldbury", system="QUA")
    elsewhere = pb.RegisterHubRequest(trust="RX1", name="Oldbury", system="QUA")
    same_id = pb.RegisterHubRequest(trust="RX1", name="Lewes", system="QUA", hub_id=hub.hub_id)

    await client(client.hubs.RegisterHub, elsewhere)

    for request in (namesake, same_id):
        with pytest.raises(Refused, match="ALREADY_EXISTS HUB_EXISTS"):
            await client(client.hubs.RegisterHub, request)


async def test_nobody_opens_a_hub_for_another_trust(world: World) -> None:
    client = world.client()
    request = pb.RegisterHubRequest(trust="RX1", name="Lewes", system="QUA")

    with pytest.raises(Refused, match="PERMISSION_DENIED ORGANISATION_OUT_OF_SCOPE"):
        await client(client.hubs.RegisterHub, request)


async def test_hubs_come_in_pages_by_trust_and_name_with_their_bays(world: World) -> None:
    client = world.client(orgs=["RYA", "RX1"])
    for name in ("Oldbury", "Dudley", "Lichfield"):
        await world.a_hub(name, bays=[a_bay(f"{name} 1")], client=client)
    await world.a_hub("Ashford", client=client, trust="RX1")
    request = pb.ListHubsRequest(page_size=2)

    first = await client(client.hubs.ListHubs, request)
    request.page_token = first.next_page_token
    second = await client(client.hubs.ListHubs, request)

    hubs = [*first.hubs, *second.hubs]
    assert [hub.name for hub in hubs] == ["Ashford", "Dudley", "Lichfield", "Oldbury"]
    assert [bay.name for hub in hubs for bay in hub.bays] == [
        "Dudley 1",
        "Lichfield 1",
        "Oldbury 1",
    ]
    assert second.next_page_token == ""


async def test_hubs_of_a_trust_out_of_scope_cannot_be_asked_for(world: World) -> None:
    client = world.client()

    with pytest.raises(Refused, match="ORGANISATION_OUT_OF_SCOPE"):
        await client(client.hubs.ListHubs, pb.ListHubsRequest(trust="RX1"))


async def test_bays_can_change_names_come_and_go(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2"), a_bay("Bay 3")])
    one, two, _ = hub.bays
    one.name, two.name = two.name, one.name

    changed = await world.set_bays(hub, [one, two, a_bay("Bay 3"), a_bay("Wash")])

    names = {bay.bay_id: bay.name for bay in changed.bays}
    assert (names[one.bay_id], names[two.bay_id]) == ("Bay 2", "Bay 1")
    assert list(names.values()) == ["Bay 1", "Bay 2", "Bay 3", "Wash"]
    assert hub.bays[2].bay_id not in names
    assert changed.etag != hub.etag


async def test_a_bay_that_holds_a_vehicle_stays(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    await world.tell(registered(hub))
    (job,) = await world.jobs()
    await world.start(job)

    with pytest.raises(Refused, match="FAILED_PRECONDITION BAY_IN_USE"):
        await world.set_bays(hub, [hub.bays[1]])

    assert len((await world.set_bays(hub, [hub.bays[0]])).bays) == 1


async def test_bays_are_said_by_who_has_read_them(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    await world.set_bays(hub, hub.bays)
    stranger = hub_pb.Bay(
        bay_id="6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        name="Bay 9",
        capabilities=[hub_pb.BAY_CAPABILITY_MAKE_READY],
    )

    with pytest.raises(Refused, match="ABORTED ETAG_MISMATCH"):
        await world.set_bays(hub, hub.bays)
    hub.etag = (await world.board(hub)).hub.etag
    with pytest.raises(Refused, match="NOT_FOUND BAY_NOT_FOUND"):
        await world.set_bays(hub, [stranger])
    with pytest.raises(Refused, match=r"INVALID_ARGUMENT.*bays\[1\].name.*duplicate of \[0\]"):
        await world.set_bays(hub, [a_bay("Bay 1"), a_bay("Bay 1 ")])


async def test_a_new_roster_moves_the_promises(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()], staff=0)
    client = world.client()
    await world.tell(registered(hub))
    staff_by_hour = [0] * 14 + [2] * 10
    request = pb.SetRosterRequest(hub_id=hub.hub_id, etag=hub.etag, staff_by_hour=staff_by_hour)

    await client(client.hubs.SetRoster, request)

    (job,) = await world.jobs()
    assert moment(job.promised_at) == NOON + minutes(120 + 45)


async def test_crew_starts_replace_those_of_the_day_and_reorder_the_queue(world: World) -> None:
    hub = await world.a_hub(bays=[a_bay()])
    client = world.client()
    car = kind_pb.VEHICLE_TYPE_RRV
    await world.tell(
        registered(hub, fleet_number="4101"),
        registered(hub, at=NOON + minutes(1), fleet_number="R1", vehicle_type=car),
    )
    await world.set_starts(hub, NOON + minutes(60))
    late, early = a_start(NOON + minutes(90)), a_start(NOON + minutes(60), 2, car)
    request = pb.SetCrewStartsRequest(
        hub_id=hub.hub_id, day="2026-11-18", crew_starts=[late, early]
    )

    reply = await client(client.hubs.SetCrewStarts, request)

    assert list(reply.crew_starts) == [early, late]
    assert reply.jobs_reordered == 2
    assert [job.fleet_number for job in await world.jobs()] == ["R1", "4101"]
    assert [one.crew_start for one in (await world.board(hub)).crew_starts] == [early, late]


@pytest.mark.parametrize(
    ("day", "starts_at", "refused"),
    [
        ("2026-11-18", datetime(2026, 11, 19, 0, 0, tzinfo=UTC), True),
        ("2026-11-18", datetime(2026, 11, 18, 0, 0, tzinfo=UTC), False),
        # London's summer day begins at 23:00 UTC of the day before.
        ("2026-07-01", datetime(2026, 6, 30, 23, 0, tzinfo=UTC), False),
        ("2026-07-01", datetime(2026, 7, 1, 23, 0, tzinfo=UTC), True),
    ],
)
async def test_a_crew_starts_within_its_day(
    world: World, day: str, starts_at: datetime, *, refused: bool
) -> None:
    hub = await world.a_hub()
    client = world.client()
    request = pb.SetCrewStartsRequest(hub_id=hub.hub_id, day=day, crew_starts=[a_start(starts_at)])

    if refused:
        with pytest.raises(Refused, match=r"FIELD_INVALID crew_starts\[0\].starts_at"):
            await client(client.hubs.SetCrewStarts, request)
    else:
        assert len((await client(client.hubs.SetCrewStarts, request)).crew_starts) == 1


async def test_crews_with_one_need_are_said_once_for_each_time(world: World) -> None:
    hub = await world.a_hub()
    client = world.client()
    twice = [a_start(NOON, 1), a_start(NOON, 2)]
    request = pb.SetCrewStartsRequest(hub_id=hub.hub_id, day="2026-11-18", crew_starts=twice)

    with pytest.raises(Refused, match=r"crew_starts\[1\]: duplicate of \[0\]"):
        await client(client.hubs.SetCrewStarts, request)


async def test_a_planner_sees_no_vehicles_and_a_hub_operator_changes_no_hub(
    world: World,
) -> None:
    hub = await world.a_hub()
    planner, operator = world.client("system.planner"), world.client("hub.operator")
    now = pb.GetThroughputRequest(hub_id=hub.hub_id, until=stamp(NOON))
    getattr(now, "from").CopyFrom(stamp(NOON - minutes(60)))

    assert (await planner(planner.hubs.GetThroughput, now)).jobs_completed == 0
    with pytest.raises(Refused, match="PERMISSION_DENIED ROLE_FORBIDDEN"):
        await planner(planner.hubs.ListJobs, pb.ListJobsRequest())
    with pytest.raises(Refused, match="PERMISSION_DENIED ROLE_FORBIDDEN"):
        await operator(
            operator.hubs.SetRoster,
            pb.SetRosterRequest(hub_id=hub.hub_id, etag=hub.etag, staff_by_hour=[1] * 24),
        )
