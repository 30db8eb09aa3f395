"""A toy fleet and its money: twelve ambulances of the West Midlands, three bought a year."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.catalogue_pb2 import (
    CatalogueOption,
    CatalogueProfile,
    CatalogueSupplyLine,
    Requirement,
    VehicleCatalogue,
)
from makeready.capital.v1.envelope_pb2 import (
    CERTAINTY_FIRM,
    FUND_OPERATIONAL,
    HOLDER_KIND_PROVIDER,
)
from makeready.capital.v1.plan_pb2 import Plan, Scenario, ScenarioChange
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem
from makeready.common.v1.vehicle_kind_pb2 import TECHNOLOGY_DIESEL, VEHICLE_TYPE_DCA
from makeready.fleet.v1 import vehicle_events_pb2 as fleet_pb
from makeready.fleet.v1 import vehicle_pb2
from makeready.hubs.v1 import hub_events_pb2 as hubs_pb

from demo.client import Client
from services.capital.subscriptions import CYCLES, THROUGHPUT, VEHICLES
from services.runtime.db import Database
from tests.delivery import Delivery, Fact

PRICE_PENCE: Final = 15_000_000
HUB: Final = str(UUID(int=500))
FIRST_YEAR: Final = 2026
YEARS: Final = 3
# The year each of the twelve entered service in: at a target of five years, four are due at once.
ENTERED: Final = (2020, 2020, 2021, 2021, 2022, 2022, 2023, 2023, 2024, 2024, 2025, 2025)


def vehicle_id(number: int) -> str:
    return str(UUID(int=number))


def registered(number: int, entered: int, trust: str = "RYA") -> Fact:
    vehicle = vehicle_pb2.Vehicle(
        vehicle_id=vehicle_id(number),
        trust=trust,
        fleet_number=f"{4000 + number}",
        vehicle_type=VEHICLE_TYPE_DCA,
        technology=TECHNOLOGY_DIESEL,
        state=vehicle_pb2.VEHICLE_STATE_MADE_READY,
        in_service_on=f"{entered}-06-01",
        odometer_miles=1000 * number,
    )
    return Fact(
        key=vehicle_id(number), message=fleet_pb.VehicleRegistered(vehicle=vehicle), org=trust
    )


def moved(
    number: int, to: "vehicle_pb2.VehicleState.ValueType", at: datetime, trust: str = "RYA"
) -> Fact:
    message = fleet_pb.VehicleStatusChanged(
        vehicle_id=vehicle_id(number), trust=trust, vehicle_type=VEHICLE_TYPE_DCA, to=to
    )
    message.occurred_at.FromDatetime(at)
    return Fact(key=vehicle_id(number), message=message, org=trust)


def driven(number: int, miles: int) -> Fact:
    message = fleet_pb.OdometerRecorded(
        vehicle_id=vehicle_id(number), trust="RYA", odometer_miles=miles
    )
    return Fact(key=vehicle_id(number), message=message)


def disposed(number: int, on: date) -> Fact:
    message = fleet_pb.VehicleDisposed(
        vehicle_id=vehicle_id(number), trust="RYA", disposed_on=on.isoformat()
    )
    return Fact(key=vehicle_id(number), message=message)


def cycle_due(number: int, entered: int, years: int = 5) -> Fact:
    cycle = vehicle_pb2.ReplacementCycle(
        vehicle_id=vehicle_id(number),
        trust="RYA",
        vehicle_type=VEHICLE_TYPE_DCA,
        technology=TECHNOLOGY_DIESEL,
        state=vehicle_pb2.REPLACEMENT_CYCLE_STATE_DUE,
        started_on=f"{entered}-06-01",
        due_on=f"{entered + years}-06-01",
        due_because=vehicle_pb2.DUE_BECAUSE_AGE,
    )
    return Fact(key=vehicle_id(number), message=fleet_pb.ReplacementCycleDue(cycle=cycle))


def hour_measured(hour: datetime, jobs: int, revision: int = 1) -> Fact:
    message = hubs_pb.HubThroughputMeasured()
    message.throughput.hub_id = HUB
    message.throughput.trust = "RYA"
    message.throughput.hour.FromDatetime(hour)
    message.throughput.completions.add(kind=2, jobs=jobs)
    message.throughput.revision = revision
    return Fact(key=HUB, message=message)


def capacity_revised(vehicles_per_week: int) -> Fact:
    message = hubs_pb.CommissioningCapacityRevised(
        hub_id=HUB, trust="RYA", vehicles_per_week=vehicles_per_week, jobs_measured=8
    )
    return Fact(key=HUB, message=message)


async def tell_of_the_fleet(database: Database, entered: Iterable[int] = ENTERED) -> None:
    """Tell capital of the vehicles, their cycles, and a hub that can commission two a week."""
    years = list(enumerate(entered, start=1))
    await Delivery(database, VEHICLES).deliver(*(registered(n, year) for n, year in years))
    await Delivery(database, CYCLES).deliver(*(cycle_due(n, year) for n, year in years))
    hour = datetime(2026, 11, 23, 8, tzinfo=UTC)
    await Delivery(database, THROUGHPUT).deliver(hour_measured(hour, 5), capacity_revised(2))


def a_catalogue(holder: str = "RYA") -> VehicleCatalogue:
    return VehicleCatalogue(
        holder=holder,
        price_year=FIRST_YEAR,
        vehicle_inflation_permille=40,
        cost_inflation_permille=30,
        discount_permille=35,
        options=[
            CatalogueOption(
                option_id="DCA-DIESEL-VAN",
                name="Van conversion",
                vehicle_type=VEHICLE_TYPE_DCA,
                technology=TECHNOLOGY_DIESEL,
                price_pence=PRICE_PENCE,
                supply_lines=["VCS"],
            )
        ],
        supply_lines=[
            CatalogueSupplyLine(
                line_id="VCS",
                name="A converter",
                kind=RenewalProblem.SupplyLine.KIND_CONVERTER,
                vehicles_per_year=28,
            )
        ],
        profiles=[
            CatalogueProfile(
                vehicle_type=VEHICLE_TYPE_DCA,
                technology=TECHNOLOGY_DIESEL,
                running_cost_pence=[400_000, 680_000, 960_000, 1_240_000, 1_520_000, 1_800_000],
                off_road_permille=[80, 100, 130, 160, 200, 240],
                resale_pence=[9_000_000, 6_000_000, 4_000_000, 2_500_000, 1_600_000, 1_100_000],
                lost_day_cost_pence=90_000,
            )
        ],
        source="synthetic",
    )


def an_envelope(
    year: int, vehicles: int, holder: str = "RYA", trusts: Iterable[str] = ("RYA",)
) -> pb.AllocateEnvelopeRequest:
    """Money of the year for so many vehicles at the first year's price and a little more."""
    return pb.AllocateEnvelopeRequest(
        holder=holder,
        holder_name="West Midlands",
        holder_kind=HOLDER_KIND_PROVIDER,
        fund=FUND_OPERATIONAL,
        financial_year=year,
        allocation_pence=vehicles * PRICE_PENCE * 12 // 10,
        certainty=CERTAINTY_FIRM,
        trusts=trusts,
        source="synthetic",
    )


async def set_the_terms(planner: Client, vehicles_a_year: int = 3) -> None:
    """Set a catalogue, money for each year, and what the trust needs."""
    await planner(planner.capital.SetCatalogue, pb.SetCatalogueRequest(catalogue=a_catalogue()))
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        await planner(planner.capital.AllocateEnvelope, an_envelope(year, vehicles_a_year))
    requirement = Requirement(
        trust="RYA",
        vehicle_type=VEHICLE_TYPE_DCA,
        from_financial_year=FIRST_YEAR,
        required_available=8,
        establishment_minimum=12,
        establishment_maximum=12,
    )
    await planner(planner.capital.SetRequirement, pb.SetRequirementRequest(requirement=requirement))


async def a_scenario(planner: Client, changes: Iterable[ScenarioChange] = ()) -> Scenario:
    asked = pb.CreateScenarioRequest(
        holder="RYA",
        name="Five-year policy",
        trusts=["RYA"],
        first_financial_year=FIRST_YEAR,
        years=YEARS,
        changes=changes,
    )
    return (await planner(planner.capital.CreateScenario, asked)).scenario


async def a_plan(planner: Client, scenario: Scenario, seconds: int = 10) -> Plan:
    """Ask for a plan; a search that gets nowhere for that long is over, too."""
    asked = pb.RequestPlanRequest(
        scenario_id=scenario.scenario_id, seconds=seconds, stall_seconds=seconds
    )
    return (await planner(planner.capital.RequestPlan, asked)).plan


async def followed(reader: Client, plan: Plan) -> list[Plan]:
    """Return every step of the plan's solve, to its end."""
    request = pb.WatchPlanRequest(plan_id=plan.plan_id)
    stream = reader.stream(reader.capital.WatchPlan, request)
    return [step.plan async for step in stream if step.HasField("plan")]


async def read(reader: Client, plan: Plan) -> Plan:
    request = pb.GetPlanRequest(plan_id=plan.plan_id)
    return (await reader(reader.capital.GetPlan, request)).plan
