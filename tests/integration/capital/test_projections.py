"""What fleet and hubs tell becomes what capital plans with."""

from datetime import UTC, date, datetime, timedelta

import pytest
from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.fleet.v1 import vehicle_pb2

from services.capital.domain.fleet import VehicleUnknown
from services.capital.subscriptions import CYCLES, THROUGHPUT, VEHICLES
from services.kernel.ids import OdsCode
from services.runtime.db import Database
from services.runtime.scope import Scope
from services.runtime.tx import Row
from tests.delivery import Delivery
from tests.integration.capital import toy
from tests.served import Served

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
READER = Scope(subject="reader", read_orgs=frozenset({OdsCode("RYA")}))


async def row(database: Database, sql: str) -> Row:
    async with database.read(READER) as tx:
        found = await tx.fetchrow(sql)
    assert found is not None
    return found


async def test_a_batch_leaves_each_vehicle_as_its_last_event_tells(
    capital_database: Database,
) -> None:
    back = MORNING + timedelta(hours=6)

    await Delivery(capital_database, VEHICLES).deliver(
        toy.registered(1, 2021),
        toy.registered(2, 2022),
        toy.moved(1, vehicle_pb2.VEHICLE_STATE_OFF_ROAD, MORNING),
        toy.driven(1, 41_000),
        toy.moved(1, vehicle_pb2.VEHICLE_STATE_AWAITING_MAKE_READY, back),
        toy.driven(1, 41_500),
    )

    seen = await row(
        capital_database,
        """
        SELECT standing, odometer_miles, off_road_since, off_road, in_service_on
          FROM known_vehicle
         WHERE fleet_number = '4001'
        """,
    )
    assert dict(seen) == {
        "standing": "IN_SERVICE",
        "odometer_miles": 41_500,
        "off_road_since": None,
        "off_road": timedelta(hours=6),
        "in_service_on": date(2021, 6, 1),
    }


async def test_a_later_batch_goes_on_from_what_is_known(capital_database: Database) -> None:
    delivery = Delivery(capital_database, VEHICLES)
    await delivery.deliver(toy.registered(1, 2021))

    await delivery.deliver(toy.moved(1, vehicle_pb2.VEHICLE_STATE_OFF_ROAD, MORNING))
    await delivery.deliver(toy.driven(1, 41_000))

    seen = await row(
        capital_database, "SELECT standing, odometer_miles, off_road_since FROM known_vehicle"
    )
    assert tuple(seen) == ("OFF_ROAD", 41_000, MORNING)


async def test_a_vehicle_never_registered_is_refused(capital_database: Database) -> None:
    with pytest.raises(VehicleUnknown, match="was never registered"):
        await Delivery(capital_database, VEHICLES).deliver(toy.driven(1, 41_000))


async def test_a_disposed_vehicle_is_planned_for_no_more(capital: Served) -> None:
    planner = capital.client("capital.planner")
    await toy.tell_of_the_fleet(capital.database, entered=(2021, 2022))
    await toy.set_the_terms(planner)
    delivery = Delivery(capital.database, VEHICLES)
    await delivery.deliver(toy.registered(3, 2020), toy.disposed(3, date(2026, 11, 1)))

    scenario = await toy.a_scenario(planner)

    assert scenario.vehicles == 2


async def test_a_cycle_told_again_replaces_what_was_known(capital_database: Database) -> None:
    await Delivery(capital_database, CYCLES).deliver(
        toy.cycle_due(1, 2021), toy.cycle_due(1, 2021, years=7)
    )

    seen = await row(capital_database, "SELECT due_on, target_age_months FROM known_cycle")
    assert tuple(seen) == (date(2028, 6, 1), 84)


async def test_an_hour_measured_again_counts_once(capital: Served) -> None:
    reader = capital.client("capital.viewer")
    hours = Delivery(capital.database, THROUGHPUT)
    await hours.deliver(toy.hour_measured(MORNING, jobs=3), toy.capacity_revised(4))
    await hours.deliver(
        toy.hour_measured(MORNING, jobs=4, revision=2),
        toy.hour_measured(MORNING + timedelta(hours=1), jobs=2),
    )

    inputs = await reader(
        reader.capital.GetPlanningInputs, pb.GetPlanningInputsRequest(trust="RYA")
    )

    assert list(inputs.hubs) == [
        pb.HubKnown(hub_id=toy.HUB, commissioning_per_week=4, jobs_completed=6, hours_measured=2)
    ]
    assert inputs.events_applied == 4


async def test_planning_inputs_count_what_serves_is_due_and_is_off_the_road(
    capital: Served,
) -> None:
    reader = capital.client("capital.viewer")
    await toy.tell_of_the_fleet(capital.database, entered=(2020, 2021, 2022))
    vehicles = Delivery(capital.database, VEHICLES)
    await vehicles.deliver(
        toy.registered(4, 2023), toy.moved(4, vehicle_pb2.VEHICLE_STATE_OFF_ROAD, MORNING)
    )
    await vehicles.deliver(
        toy.registered(5, 2023), toy.moved(5, vehicle_pb2.VEHICLE_STATE_ORDERED, MORNING)
    )

    inputs = await reader(
        reader.capital.GetPlanningInputs, pb.GetPlanningInputsRequest(trust="RYA")
    )

    [known] = inputs.vehicles
    assert (known.vehicles, known.cycles_due, known.off_road) == (4, 3, 1)
    assert inputs.HasField("fresh_at")


async def test_a_thousand_events_are_one_read_and_one_write(capital_database: Database) -> None:
    delivery = Delivery(capital_database, VEHICLES)
    await delivery.deliver(*(toy.registered(number, 2022) for number in range(1, 501)))

    await delivery.deliver(
        *(toy.driven(number, miles) for miles in (100, 200) for number in range(1, 501))
    )

    seen = await row(
        capital_database,
        """
        SELECT count(*) AS vehicles, sum(odometer_miles)::bigint AS miles
          FROM known_vehicle
        """,
    )
    assert tuple(seen) == (500, 100_000)
