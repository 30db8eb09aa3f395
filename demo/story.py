"""The whole circle: a fleet, its day, what the services make of it, a plan, and dates in the fleet.

Every step is a gRPC call by someone who may make it; what is told at the end was read back.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from makeready.capital.v1.plan_pb2 import Plan, PlanAction, PlanLine
from makeready.fleet.v1.fleet_service_pb2 import GetAvailabilityResponse
from makeready.fleet.v1.vehicle_pb2 import Vehicle

from demo import ask, planning
from demo.day.play import Cast, play
from demo.day.tally import Tally
from demo.load.capital import allocate_envelopes, set_catalogue, set_requirements
from demo.load.fleet import register, set_life_policies
from demo.load.hubs import open_hubs
from demo.load.people import ClientFor, People, Planners, people_of, planners_of
from demo.scenario.files import Scenario
from demo.scenario.trust import Trust
from demo.scenario.vehicles import vehicles_of
from demo.screen import Screen, Step
from services.kernel.calendar import day_bounds, london_day
from services.kernel.money import short_pounds

MOVING = (PlanAction.PLAN_ACTION_REPLACE, PlanAction.PLAN_ACTION_DISPOSE)


class ClockTooEarly(Exception):
    """The scenario's day has not come yet on this machine: the services take no news of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustTold:
    """What the services say of one trust after the day. `tally` is what was done there."""

    trust: Trust
    registered: int
    tally: Tally
    availability: GetAvailabilityResponse
    hubs: list[ask.HubThroughput]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the services said in the end. `dated` of `moving` vehicles have their date in fleet."""

    trusts: list[TrustTold]
    plan: Plan
    moving: list[PlanLine]
    scheduled: int
    dated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A scenario, and who tells it on which screen. `is_exact` is explained at demo.day.stage."""

    screen: Screen
    scenario: Scenario
    client_for: ClientFor
    is_exact: bool = False

    async def tell(self) -> Told:
        """Do it all, step by step, and return what was read back."""
        self._check_clock()
        with self.screen.step("hubs, life policies, envelopes, catalogue and requirements") as step:
            await self._set_up(step)
        trusts = [await self._trust(trust) for trust in self.scenario.trusts]
        with self.screen.step("capital hears of it") as step:
            await self._until_capital_knows(trusts)
        with self.screen.step("renewal plan") as step:
            plan = await self._solve(step)
        moving = await planning.lines(self._planners.planner, plan.plan_id, MOVING)
        with self.screen.step("approved by another person; dates reach the fleet") as step:
            approved = await planning.approve(self._planners, plan)
            dated = await self._until_dated(moving, step)
        return Told(
            trusts=trusts,
            plan=await planning.read(self._planners.planner, plan.plan_id),
            moving=moving,
            scheduled=approved.vehicles_scheduled,
            dated=dated,
        )

    @property
    def _planners(self) -> Planners:
        holders = {trust.code for trust in self.scenario.trusts} | {self.scenario.plan.holder}
        return planners_of(holders, self.client_for)

    def _people(self, trust: Trust) -> People:
        return people_of(trust.code, self.client_for)

    def _check_clock(self) -> None:
        now = datetime.now(UTC)
        if now < day_bounds(self.scenario.day)[1]:
            raise ClockTooEarly(
                f"the day played is {self.scenario.day}, and this machine's clock says {now:%F}:"
                " nothing can be recorded of a day to come"
            )

    async def _set_up(self, step: Step) -> None:
        planner = self._planners.planner
        async with asyncio.TaskGroup() as group:
            envelopes = group.create_task(allocate_envelopes(self.scenario, self.client_for))
            group.create_task(set_catalogue(planner, self.scenario.catalogue))
            for trust in self.scenario.trusts:
                people = self._people(trust)
                group.create_task(open_hubs(people.hub_supervisor, trust, self.scenario.day))
                group.create_task(set_life_policies(people.fleet_manager, trust))
                group.create_task(set_requirements(planner, trust))
        hubs = sum(len(trust.hubs.list) for trust in self.scenario.trusts)
        step.tell(f"{hubs} hubs, {envelopes.result()} envelopes")

    async def _trust(self, trust: Trust) -> TrustTold:
        people = self._people(trust)
        cast = await self._register(trust, people)
        with self.screen.step(f"{self.scenario.day:%A %-d %B %Y} at {trust.name}") as step:
            tally = await play(
                self.scenario,
                cast,
                lambda done, total: step.count("half hours", done, total),
                is_exact=self.is_exact,
            )
            step.tell(tally.sentence)
        with self.screen.step("what fleet and hubs say of the day"):
            return TrustTold(
                trust=trust,
                registered=len(cast.seeds),
                tally=tally,
                availability=await ask.availability(people.fleet_manager, trust.code),
                hubs=await ask.throughput(people.hub_supervisor, trust.code, self.scenario.day),
            )

    async def _register(self, trust: Trust, people: People) -> Cast:
        seeds = vehicles_of(self.scenario, trust)
        done = 0

        def one_more(_: Vehicle) -> None:
            nonlocal done
            done += 1
            step.count("vehicles", done, len(seeds))

        with self.screen.step(f"vehicles of {trust.name}") as step:
            today = london_day(datetime.now(UTC))
            rows = await register(people.fleet_manager, trust, seeds, today, one_more)
        by_id = {row.vehicle_id: seed for row, seed in zip(rows, seeds, strict=True)}
        return Cast(trust=trust, people=people, seeds=by_id)

    async def _until_capital_knows(self, trusts: Iterable[TrustTold]) -> None:
        for one in trusts:
            await planning.until_capital_knows(
                self._planners.planner, one.trust.code, known_of(one)
            )

    async def _solve(self, step: Step) -> Plan:
        trusts = [trust.code for trust in self.scenario.trusts]
        plan = await planning.solve(
            self._planners.planner,
            self.scenario.plan,
            trusts,
            lambda now: step.tell(progress_words(now)),
        )
        step.tell(f"{plan.vehicles:,} vehicles, plan {plan.content_hash[:12]}")
        return plan

    async def _until_dated(self, moving: list[PlanLine], step: Step) -> int:
        dated = 0
        for trust in self.scenario.trusts:
            manager = self._people(trust).fleet_manager
            wanted = [line for line in moving if line.trust == trust.code]
            dated += await planning.until_dated(
                manager, trust.code, wanted, lambda done, of: step.count("dates", done, of)
            )
        return dated


def known_of(told: TrustTold) -> planning.Known:
    """Return what capital is to hear of a trust."""
    return planning.Known(
        in_service=told.availability.in_service,
        off_road=told.availability.off_road,
        jobs_completed=sum(one.throughput.jobs_completed for one in told.hubs),
    )


def progress_words(plan: Plan) -> str:
    """Return how far a solve is."""
    progress = plan.progress
    seconds = progress.elapsed_ms / 1000
    if not progress.HasField("incumbent_pence"):
        return f"{progress.phase or 'waiting'} ({seconds:.0f} s)"
    gap = f", gap {progress.gap_ppm / 10_000:.3f} %" if progress.HasField("gap_ppm") else ""
    return f"{progress.phase}, {short_pounds(progress.incumbent_pence)}{gap} ({seconds:.0f} s)"
