"""Small valid things of capital: a test changes only what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from services.capital.domain.catalogue import (
    Catalogue,
    Kind,
    LimitedLine,
    Profile,
    VehicleOption,
)
from services.capital.domain.envelope import Certainty, Envelope, Fund, HolderKind
from services.capital.domain.fleet import KnownVehicle, Standing
from services.capital.domain.inputs import Inputs, LifeAges, ServingVehicle
from services.capital.domain.plan import Plan, PlanState, SearchLimits, Solution
from services.capital.domain.requirement import Requirement
from services.capital.domain.scenario import Question, ScenarioChange
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import SupplyKind
from services.kernel.ids import EnvelopeId, OdsCode, PlanId, ScenarioId, VehicleId
from services.kernel.vehicle import Technology, VehicleType

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RYA: Final = OdsCode("RYA")
RYE: Final = OdsCode("RYE")
DCA: Final = VehicleType.DCA
DIESEL_DCA: Final = Kind(DCA, Technology.DIESEL)
BEV_DCA: Final = Kind(DCA, Technology.BEV)
DIESEL_PTS: Final = Kind(VehicleType.PTS, Technology.DIESEL)
HASH: Final = "a" * 64


def an_option(option_id: str = "DCA-VAN", kind: Kind = DIESEL_DCA) -> VehicleOption:
    return VehicleOption(
        option_id=option_id,
        name="Van conversion",
        kind=kind,
        price_pence=15_000_000,
        supply_lines=("VCS",),
    )


def a_profile(kind: Kind = DIESEL_DCA) -> Profile:
    return Profile(
        kind=kind,
        running_cost_pence=(400_000, 680_000, 960_000),
        off_road_permille=(80, 100, 130),
        resale_pence=(9_000_000, 5_000_000, 1_000_000),
        lost_day_cost_pence=90_000,
    )


def a_catalogue(
    options: tuple[VehicleOption, ...] = (an_option(),),
    profiles: tuple[Profile, ...] = (a_profile(),),
) -> Catalogue:
    return Catalogue(
        holder=RYA,
        price_year=2026,
        vehicle_inflation_permille=40,
        cost_inflation_permille=30,
        discount_permille=35,
        options=options,
        supply_lines=(
            LimitedLine(
                line_id="VCS", name="A converter", kind=SupplyKind.CONVERTER, vehicles_per_year=28
            ),
        ),
        profiles=profiles,
        source="synthetic",
    )


def an_envelope(
    year: int = 2026, fund: Fund = Fund.OPERATIONAL, trusts: tuple[OdsCode, ...] = (RYA,)
) -> Envelope:
    kind = HolderKind.PROVIDER if year >= 2026 else HolderKind.SYSTEM
    return Envelope(
        id=EnvelopeId(UUID(int=year)),
        holder=RYA,
        holder_name="West Midlands",
        holder_kind=kind,
        fund=fund,
        financial_year=year,
        allocation_pence=50_000_000,
        certainty=Certainty.FIRM,
        trusts=trusts,
        source="synthetic",
    )


def a_serving_vehicle(
    number: int = 1, entered: int = 2022, kind: Kind = DIESEL_DCA, trust: OdsCode = RYA
) -> ServingVehicle:
    return ServingVehicle(
        id=VehicleId(UUID(int=number)),
        fleet_number=str(4000 + number),
        trust=trust,
        kind=kind,
        in_service_on=date(entered, 6, 1),
        odometer_miles=40_000,
    )


def a_known_vehicle(number: int = 1, standing: Standing = Standing.IN_SERVICE) -> KnownVehicle:
    return KnownVehicle(
        id=VehicleId(UUID(int=number)),
        trust=RYA,
        fleet_number=str(4000 + number),
        kind=DIESEL_DCA,
        standing=standing,
        in_service_on=date(2022, 6, 1),
        off_road_since=NOW if standing is Standing.OFF_ROAD else None,
    )


def a_requirement(year: int = 2026, maximum: int = 12) -> Requirement:
    return Requirement(
        trust=RYA,
        vehicle_type=DCA,
        from_financial_year=year,
        required_available=8,
        establishment_minimum=maximum - 2,
        establishment_maximum=maximum,
    )


def a_question(
    *changes: ScenarioChange, trusts: tuple[OdsCode, ...] = (RYA,), years: int = 3
) -> Question:
    return Question(trusts=trusts, first_financial_year=2026, years=years, changes=changes)


def some_inputs(*vehicles: ServingVehicle, catalogue: Catalogue | None = None) -> Inputs:
    return Inputs(
        vehicles=vehicles or (a_serving_vehicle(),),
        catalogue=catalogue or a_catalogue(),
        envelopes=tuple(an_envelope(year) for year in (2026, 2027, 2028)),
        life_ages=(LifeAges(trust=RYA, vehicle_type=DCA, target_years=5, maximum_years=7),),
        commissioning_per_week={RYA: 2},
    )


def a_plan(state: PlanState = PlanState.QUEUED) -> Plan:
    plan = Plan(
        id=PlanId(UUID(int=7)),
        scenario_id=ScenarioId(UUID(int=8)),
        holder=RYA,
        trusts=(RYA,),
        vehicles=12,
        limits=SearchLimits(),
        requested_by="planner",
        requested_at=NOW,
    )
    is_solved = state in {
        PlanState.SOLVED,
        PlanState.SUBMITTED,
        PlanState.APPROVED,
        PlanState.SUPERSEDED,
    }
    return replace(
        plan,
        state=state,
        solution=a_solution() if is_solved else None,
        submitted_by="submitter" if is_solved and state is not PlanState.SOLVED else None,
    )


def a_solution(outcome: Outcome = Outcome.OPTIMAL) -> Solution:
    found = outcome in {Outcome.OPTIMAL, Outcome.FEASIBLE}
    return Solution(
        outcome=outcome,
        content_hash=HASH if found else "",
        engine="mathopt-highs 9.15.6755",
        took=NOW - NOW,
    )
