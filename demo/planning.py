"""One plan, from what is live to dates in the fleet: frozen, solved, submitted and approved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from makeready.capital.v1 import capital_service_pb2
from makeready.capital.v1.plan_pb2 import Plan, PlanAction, PlanLine, PlanState
from makeready.fleet.v1 import fleet_service_pb2
from makeready.fleet.v1.vehicle_pb2 import ReplacementCycle, ReplacementCycleState

from demo.client import Client
from demo.load.people import Planners
from demo.mirror import asked_until
from demo.scenario.files import PlanRequest

PAGE: Final = 500
PATIENCE: Final = timedelta(seconds=60)
UNDER_WAY: Final = frozenset({PlanState.PLAN_STATE_QUEUED, PlanState.PLAN_STATE_SOLVING})


class NoPlan(Exception):
    """The solve ended without a plan; says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Vehicles in service, those of them off the road, and jobs done."""

    in_service: int
    off_road: int
    jobs_completed: int

    def __str__(self) -> str:
        counted = f"{self.in_service:,} vehicles, {self.off_road:,} off the road"
        return f"{counted}, {self.jobs_completed:,} jobs done"


async def until_capital_knows(planner: Client, trust: str, wanted: Known) -> None:
    """Wait until capital has heard of a trust what fleet and hubs say of it."""

    async def missing() -> str:
        heard = await heard_by_capital(planner, trust)
        return "" if heard == wanted else f"capital has heard of {heard}; there are {wanted}"

    await asked_until(missing, PATIENCE)


async def heard_by_capital(planner: Client, trust: str) -> Known:
    request = capital_service_pb2.GetPlanningInputsRequest(trust=trust)
    inputs = await planner(planner.capital.GetPlanningInputs, request)
    return Known(
        in_service=sum(row.vehicles for row in inputs.vehicles),
        off_road=sum(row.off_road for row in inputs.vehicles),
        jobs_completed=sum(row.jobs_completed for row in inputs.hubs),
    )


async def solve(
    planner: Client, wanted: PlanRequest, trusts: list[str], tell: Callable[[Plan], None]
) -> Plan:
    """Freeze what is live, ask for a plan, and follow the solve to its end. Raises NoPlan."""
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
    if plan.state != PlanState.PLAN_STATE_SOLVED:
        raise NoPlan(f"{PlanState.Name(plan.state)} {plan.failure}".rstrip())
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


async def lines(
    planner: Client, plan_id: str, actions: Iterable[PlanAction.ValueType]
) -> list[PlanLine]:
    """Return a plan's lines of these actions, by trust and fleet number."""
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


async def approve(planners: Planners, plan: Plan) -> capital_service_pb2.ApprovePlanResponse:
    """Put a plan forward, and have another person approve just what was put forward."""
    planner, approver = planners.planner, planners.approver
    submitted = await planner(
        planner.capital.SubmitPlan,
        capital_service_pb2.SubmitPlanRequest(plan_id=plan.plan_id, etag=plan.etag),
    )
    return await approver(
        approver.capital.ApprovePlan,
        capital_service_pb2.ApprovePlanRequest(
            plan_id=plan.plan_id, content_hash=submitted.plan.content_hash
        ),
    )


async def until_dated(
    manager: Client, trust: str, wanted: list[PlanLine], tell: Callable[[int, int], None]
) -> int:
    """Wait until fleet shows each vehicle's year and option just as a plan says, and count them."""
    expected = {line.vehicle_id: (line.financial_year, line.option_id) for line in wanted}

    async def missing() -> str:
        shown = {
            cycle.vehicle_id: (cycle.schedule.financial_year, cycle.schedule.option)
            for cycle in await scheduled_cycles(manager, trust)
        }
        dated = sum(shown.get(key) == value for key, value in expected.items())
        tell(dated, len(expected))
        return "" if dated == len(expected) else f"fleet shows {dated} of {len(expected)} dates"

    await asked_until(missing, PATIENCE)
    return len(expected)


async def scheduled_cycles(manager: Client, trust: str) -> list[ReplacementCycle]:
    """Return the cycles for which fleet shows an approved date."""
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
