"""One plan, from what is live to dates in the fleet: frozen, solved, submitted and approved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from makeready.capital.v1 import capital_service_pb2
from makeready.capital.v1.plan_pb2 import Plan, PlanAction, PlanLine, PlanState
from makeready.fleet.v1 import fleet_service_pb2
from makeready.fleet.v1.vehicle_pb2 import ReplacementCycle, ReplacementCycleState, VehicleState

from demo.client import Client
from demo.load.people import People
from demo.mirror import asked_until
from demo.scenario.files import PlanRequest

PAGE: Final = 500
PATIENCE: Final = timedelta(seconds=60)
SOLVED: Final = frozenset({PlanState.PLAN_STATE_SOLVED})
UNDER_WAY: Final = frozenset({PlanState.PLAN_STATE_QUEUED, PlanState.PLAN_STATE_SOLVING})


class NoPlan(Exception):
    """The solve ended without a plan; says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Vehicles in service and off the road, and jobs done: what two services must agree on."""

    in_service: int
    off_road: int
    jobs_completed: int


async def caught_up(people: People, trust: str, jobs_completed: int) -> Known:
    """Wait until capital knows what fleet and hubs know, and return that."""
    wanted = await live(people.fleet_manager, trust, jobs_completed)

    async def missing() -> str:
        heard = await heard_by_capital(people.planner, trust)
        return "" if heard == wanted else f"capital has heard {heard} of {wanted}"

    await asked_until(missing, PATIENCE)
    return wanted


async def live(manager: Client, trust: str, jobs_completed: int) -> Known:
    """Return what fleet counts now."""
    counted = await manager(
        manager.fleet.GetAvailability,
        fleet_service_pb2.GetAvailabilityRequest(trust=trust, include_ring_fenced=True),
    )
    return Known(
        in_service=counted.in_service,
        off_road=sum(
            row.vehicles
            for row in counted.counts
            if row.state == VehicleState.VEHICLE_STATE_OFF_ROAD
        ),
        jobs_completed=jobs_completed,
    )


async def heard_by_capital(planner: Client, trust: str) -> Known:
    inputs = await planner(
        planner.capital.GetPlanningInputs,
        capital_service_pb2.GetPlanningInputsRequest(trust=trust),
    )
    return Known(
        in_service=sum(row.vehicles for row in inputs.vehicles),
        off_road=sum(row.off_road for row in inputs.vehicles),
        jobs_completed=sum(row.jobs_completed for row in inputs.hubs),
    )


async def solve(
    planner: Client, wanted: PlanRequest, trusts: list[str], tell: Callable[[Plan], None]
) -> Plan:
    """Freeze what is live, ask for a plan, and follow the solve to its end."""
    frozen = await planner(
        planner.capital.CreateScenario,
        capital_service_pb2.CreateScenarioRequest(
            holder=wanted.holder,
            name=wanted.name,
            trusts=trusts,
            first_financial_year=wanted.first_financial_year,
            years=wanted.years,
        ),
    )
    requested = await planner(
        planner.capital.RequestPlan,
        capital_service_pb2.RequestPlanRequest(
            scenario_id=frozen.scenario.scenario_id,
            seconds=wanted.seconds,
            gap_ppm=wanted.gap_ppm,
            seed=wanted.seed,
        ),
    )
    await follow(planner, requested.plan.plan_id, tell)
    plan = await read(planner, requested.plan.plan_id)
    if plan.state not in SOLVED:
        raise NoPlan(f"{PlanState.Name(plan.state)}: {plan.failure}")
    return plan


async def follow(planner: Client, plan_id: str, tell: Callable[[Plan], None]) -> None:
    """Watch a solve until it has ended."""
    request = capital_service_pb2.WatchPlanRequest(plan_id=plan_id)
    async for step in planner.stream(planner.capital.WatchPlan, request):
        if step.HasField("plan"):
            tell(step.plan)
            if step.plan.state not in UNDER_WAY:
                return


async def read(planner: Client, plan_id: str) -> Plan:
    request = capital_service_pb2.GetPlanRequest(plan_id=plan_id)
    return (await planner(planner.capital.GetPlan, request)).plan


async def lines(planner: Client, plan_id: str, *actions: PlanAction.ValueType) -> list[PlanLine]:
    """Return what a plan does with each vehicle; no `actions`: everything it does."""
    found: list[PlanLine] = []
    request = capital_service_pb2.ListPlanLinesRequest(
        plan_id=plan_id, actions=actions, page_size=PAGE
    )
    while True:
        page = await planner(planner.capital.ListPlanLines, request)
        found.extend(page.lines)
        request.page_token = page.next_page_token
        if not page.next_page_token:
            return found


async def approve(people: People, plan: Plan) -> capital_service_pb2.ApprovePlanResponse:
    """Put a plan forward, and have another person approve just that plan."""
    submitted = await people.planner(
        people.planner.capital.SubmitPlan,
        capital_service_pb2.SubmitPlanRequest(plan_id=plan.plan_id, etag=plan.etag),
    )
    return await people.approver(
        people.approver.capital.ApprovePlan,
        capital_service_pb2.ApprovePlanRequest(
            plan_id=plan.plan_id, content_hash=submitted.plan.content_hash
        ),
    )


async def arrived(manager: Client, trust: str, plan: Plan, scheduled: list[PlanLine]) -> int:
    """Wait until fleet shows every date of a plan, just as the plan says, and count them."""
    wanted = {line.vehicle_id: (line.financial_year, line.option_id) for line in scheduled}

    async def missing() -> str:
        shown = {
            cycle.vehicle_id: (cycle.schedule.financial_year, cycle.schedule.option)
            for cycle in await scheduled_cycles(manager, trust)
            if cycle.schedule.plan_id == plan.plan_id
        }
        late = [key for key, value in wanted.items() if shown.get(key) != value]
        return f"fleet shows {len(wanted) - len(late)} of {len(wanted)} dates" if late else ""

    await asked_until(missing, PATIENCE)
    return len(wanted)


async def scheduled_cycles(manager: Client, trust: str) -> list[ReplacementCycle]:
    found: list[ReplacementCycle] = []
    request = fleet_service_pb2.ListReplacementCyclesRequest(
        trust=trust,
        states=[ReplacementCycleState.REPLACEMENT_CYCLE_STATE_SCHEDULED],
        page_size=PAGE,
    )
    while True:
        page = await manager(manager.fleet.ListReplacementCycles, request)
        found.extend(page.cycles)
        request.page_token = page.next_page_token
        if not page.next_page_token:
            return found
