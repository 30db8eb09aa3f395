"""What the schema refuses, whatever the code above it does."""

import asyncpg
import pytest
from makeready.hubs.v1 import hub_pb2 as hub_pb

from services.kernel.ids import OdsCode
from services.runtime.scope import Scope
from tests.integration.hubs.world import World, a_bay, registered

RYA = Scope(subject="test", orgs=frozenset({OdsCode("RYA")}))


async def two_on_bays(world: World) -> list[hub_pb.Job]:
    hub = await world.a_hub(bays=[a_bay("Bay 1"), a_bay("Bay 2")])
    await world.tell(registered(hub), registered(hub, fleet_number="4102"))
    return [await world.start(job) for job in await world.jobs()]


async def occupy(world: World, bay: hub_pb.Job, vehicle: hub_pb.Job, minutes: str) -> None:
    """Put the vehicle of one job on the bay of another, from so long before noon on."""
    async with world.database.write(RYA) as tx:
        await tx.execute(
            """
            INSERT INTO bay_occupancy (bay_id, org, hub_id, job_id, vehicle_id, during)
            SELECT $1::text::uuid, org, hub_id, job_id, vehicle_id,
                   tstzrange(lower(during) - $3::text::interval,
                             lower(during) + interval '1 second')
              FROM bay_occupancy
             WHERE job_id = $2::text::uuid
            """,
            bay.bay_id,
            vehicle.job_id,
            minutes,
        )


async def test_a_bay_never_holds_two_vehicles(world: World) -> None:
    one, two = await two_on_bays(world)

    with pytest.raises(asyncpg.ExclusionViolationError, match="bay_holds_one_vehicle"):
        await occupy(world, bay=one, vehicle=two, minutes="10 minutes")


async def test_a_vehicle_is_never_on_two_bays(world: World) -> None:
    one, two = await two_on_bays(world)
    await world.complete(two)

    with pytest.raises(asyncpg.ExclusionViolationError, match="vehicle_on_one_bay"):
        await occupy(world, bay=two, vehicle=one, minutes="0 minutes")


async def test_a_vehicle_never_has_two_open_jobs(world: World) -> None:
    one, _ = await two_on_bays(world)

    with pytest.raises(asyncpg.UniqueViolationError, match="job_one_open_per_vehicle"):
        async with world.database.write(RYA) as tx:
            await tx.execute(
                """
                INSERT INTO job (job_id, org, hub_id, vehicle_id, kind, state, queue_position,
                                 queued_at, worked, changed_at, version)
                SELECT gen_random_uuid(), org, hub_id, vehicle_id, kind, 'QUEUED', 1, queued_at,
                       worked, changed_at, 1
                  FROM job
                 WHERE job_id = $1::text::uuid
                """,
                one.job_id,
            )


async def test_what_one_trust_records_no_other_sees(world: World) -> None:
    await two_on_bays(world)
    stranger = Scope(subject="test", orgs=frozenset({OdsCode("RX1")}))
    count = """
        SELECT (SELECT count(*) FROM hub) + (SELECT count(*) FROM bay)
             + (SELECT count(*) FROM job) + (SELECT count(*) FROM vehicle)
             + (SELECT count(*) FROM bay_occupancy) + (SELECT count(*) FROM work_span)
             + (SELECT count(*) FROM touched_hour) + (SELECT count(*) FROM hub_measure)
    """

    async with world.database.read(RYA) as tx:
        ours = await tx.fetchval(count)
    async with world.database.read(stranger) as tx:
        theirs = await tx.fetchval(count)

    assert (ours > 0, theirs) == (True, 0)
