"""From what is live to dates for the fleet: frozen, solved, submitted, approved."""

from dataclasses import dataclass

import asyncpg
import pytest
from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.plan_events_pb2 import ReplacementScheduled
from makeready.capital.v1.plan_pb2 import (
    Plan,
    PlanAction,
    PlanLine,
    PlanState,
    ScenarioChange,
    TargetAgeChange,
)
from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.common.v1.vehicle_kind_pb2 import VEHICLE_TYPE_DCA

from demo.client import Client, Refused
from services.capital.subscriptions import VEHICLES
from services.kernel.ids import OdsCode
from services.runtime.scope import Scope
from tests.delivery import Delivery, published
from tests.integration.capital import toy
from tests.integration.capital.conftest import working
from tests.served import Served

RYA = Scope(subject="test", orgs=frozenset({OdsCode("RYA")}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Three people of one trust."""

    planner: Client
    submitter: Client
    approver: Client

    async def submit(self, plan: Plan) -> Plan:
        request = pb.SubmitPlanRequest(plan_id=plan.plan_id, etag=plan.etag)
        return (await self.submitter(self.submitter.capital.SubmitPlan, request)).plan

    async def approve(self, plan: Plan, by: Client | None = None) -> pb.ApprovePlanResponse:
        request = pb.ApprovePlanRequest(plan_id=plan.plan_id, content_hash=plan.content_hash)
        approver = by or self.approver
        return await approver(approver.capital.ApprovePlan, request)


@pytest.fixture
async def office(capital: Served) -> Office:
    """Return the office of a trust whose fleet and money capital knows."""
    planner = capital.client("capital.planner", "capital.approver", subject="planner")
    await toy.tell_of_the_fleet(capital.database)
    await toy.set_the_terms(planner)
    return Office(
        planner=planner,
        submitter=capital.client("capital.planner", "capital.approver", subject="submitter"),
        approver=capital.client("capital.approver", subject="approver"),
    )


async def solved(capital: Served, planner: Client, *changes: ScenarioChange) -> Plan:
    plan = await toy.a_plan(planner, await toy.a_scenario(planner, changes))
    async with working(capital.database):
        return (await toy.followed(planner, plan))[-1]


async def lines_of(reader: Client, plan: Plan) -> list[PlanLine]:
    request = pb.ListPlanLinesRequest(plan_id=plan.plan_id)
    return list((await reader(reader.capital.ListPlanLines, request)).lines)


async def test_a_plan_goes_from_question_to_dates(capital: Served, office: Office) -> None:
    plan = await solved(capital, office.planner)

    submitted = await office.submit(plan)
    approved = await office.approve(submitted)

    assert plan.state == PlanState.PLAN_STATE_SOLVED, plan.failure
    assert plan.outcome == RenewalPlan.OUTCOME_OPTIMAL
    assert plan.ended == RenewalPlan.ENDED_PROVED
    assert approved.plan.state == PlanState.PLAN_STATE_APPROVED
    assert (approved.plan.requested_by, approved.plan.submitted_by, approved.plan.approved_by) == (
        "planner",
        "submitter",
        "approver",
    )
    lines = await lines_of(office.planner, plan)
    going = {row.vehicle_id: row for row in lines if row.action != PlanAction.PLAN_ACTION_KEEP}
    assert len(lines) == 12
    assert approved.vehicles_scheduled == len(going) == 9
    dates = [event.message for event in await published(capital.database, "capital.renewal.v1")]
    assert len(dates) == len(going)
    for date in dates:
        assert isinstance(date, ReplacementScheduled)
        line = going[date.vehicle_id]
        assert (date.financial_year, date.option_id, date.envelope_id) == (
            line.financial_year,
            line.option_id,
            line.envelope_id,
        )


async def test_sums_by_year_and_by_envelope_agree_with_the_lines(
    capital: Served, office: Office
) -> None:
    plan = await solved(capital, office.planner)

    lines = await lines_of(office.planner, plan)

    assert [row.financial_year for row in plan.years] == [2026, 2027, 2028]
    for year, envelope in zip(plan.years, plan.envelopes, strict=True):
        bought = [
            row
            for row in lines
            if row.financial_year == year.financial_year
            and row.action == PlanAction.PLAN_ACTION_REPLACE
        ]
        assert year.delivered == envelope.vehicles == len(bought)
        assert year.capital_pence == envelope.spent_pence <= envelope.allocation_pence
        assert {row.envelope_id for row in bought} <= {envelope.envelope_id}
        assert all(1 <= len(row.reasons) <= 3 for row in lines)
    assert plan.levels[-1].value == plan.cost.total_pence == plan.progress.incumbent_pence
    assert (plan.solve_ms > 0, plan.vehicles) == (True, 12)


async def test_watching_shows_the_solve_to_its_end_and_can_be_resumed(
    capital: Served, office: Office
) -> None:
    plan = await toy.a_plan(office.planner, await toy.a_scenario(office.planner))
    watch = office.planner.capital.WatchPlan
    first = await anext(office.planner.stream(watch, pb.WatchPlanRequest(plan_id=plan.plan_id)))

    async with working(capital.database):
        request = pb.WatchPlanRequest(plan_id=plan.plan_id, resume_token=first.resume_token)
        resumed = office.planner.stream(watch, request)
        told = [step.plan async for step in resumed if step.HasField("plan")]

    # What was told last may come a second time.
    steps = [step for step in told if step != plan]
    assert first.plan == plan
    assert steps[0].state == PlanState.PLAN_STATE_SOLVING
    assert steps[-1].state == PlanState.PLAN_STATE_SOLVED
    assert steps[-1] == await toy.read(office.planner, plan)


@pytest.mark.parametrize("person", ["planner", "submitter"])
async def test_a_plan_is_approved_by_neither_who_asked_nor_who_submitted(
    capital: Served, office: Office, person: str
) -> None:
    submitted = await office.submit(await solved(capital, office.planner))

    with pytest.raises(Refused) as refused:
        await office.approve(submitted, by=getattr(office, person))

    assert refused.value.reason == "APPROVER_NOT_INDEPENDENT"


async def test_only_the_plan_that_was_read_is_approved(capital: Served, office: Office) -> None:
    submitted = await office.submit(await solved(capital, office.planner))
    submitted.content_hash = "0" * 64

    with pytest.raises(Refused) as refused:
        await office.approve(submitted)

    assert refused.value.reason == "PLAN_HASH_MISMATCH"


async def test_who_does_not_act_for_every_trust_of_a_plan_cannot_approve_it(
    capital: Served, office: Office
) -> None:
    neighbour = capital.client("capital.planner", read_orgs=["RYE"], subject="planner")
    await Delivery(capital.database, VEHICLES).deliver(toy.registered(13, 2021, trust="RYE"))
    asked = pb.CreateScenarioRequest(
        holder="RYA", name="Both", trusts=["RYA", "RYE"], first_financial_year=2026, years=2
    )
    frozen = await neighbour(neighbour.capital.CreateScenario, asked)
    plan = await toy.a_plan(neighbour, frozen.scenario)
    async with working(capital.database):
        plan = (await toy.followed(neighbour, plan))[-1]

    submitted = await office.submit(plan)
    with pytest.raises(Refused) as refused:
        await office.approve(submitted)

    assert refused.value.reason == "ORGANISATION_OUT_OF_SCOPE"


async def test_a_plan_not_put_forward_is_not_approved(capital: Served, office: Office) -> None:
    plan = await solved(capital, office.planner)

    with pytest.raises(Refused) as refused:
        await office.approve(plan)

    assert refused.value.reason == "PLAN_ILLEGAL_TRANSITION"


async def test_a_later_plan_takes_the_place_of_the_one_in_force(
    capital: Served, office: Office
) -> None:
    first = await solved(capital, office.planner)
    await office.approve(await office.submit(first))
    going = {row.vehicle_id for row in await lines_of(office.planner, first) if row.financial_year}
    longer = ScenarioChange(target_age=TargetAgeChange(vehicle_type=VEHICLE_TYPE_DCA, years=8))
    second = await solved(capital, office.planner, longer)

    approved = await office.approve(await office.submit(second))

    assert (await toy.read(office.planner, first)).state == PlanState.PLAN_STATE_SUPERSEDED
    kept = {row.vehicle_id for row in await lines_of(office.planner, second)} - {
        row.vehicle_id for row in await lines_of(office.planner, second) if row.financial_year
    }
    dates = await published(capital.database, "capital.renewal.v1")
    told = [
        event.message
        for event in dates
        if isinstance(event.message, ReplacementScheduled)
        and event.message.plan_id == second.plan_id
    ]
    lifted = {date.vehicle_id for date in told if date.financial_year == 0}
    assert lifted == going & kept
    assert len(told) - len(lifted) == approved.vehicles_scheduled
    kinds = [type(event.message).__name__ for event in await published(capital.database)]
    assert kinds.count("RenewalPlanSuperseded") == 1
    assert kinds.count("RenewalPlanApproved") == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE plan SET content_hash = repeat('0', 64)",
        "UPDATE plan SET state = 'SOLVED', submitted_by = NULL",
        "UPDATE plan SET seed = seed + 1",
        "UPDATE plan SET stall_seconds = stall_seconds + 1",
        """
        INSERT INTO plan_line (plan_id, trust, fleet_number, vehicle_id, holder, vehicle_type,
                               technology, action, financial_year, option_id, reasons)
        SELECT id, 'RYA', '4013', id, 'RYA', 'DCA', 'DIESEL', 'KEEP', 0, '', '{}'
          FROM plan
        """,
    ],
)
async def test_a_plan_put_forward_does_not_change(
    capital: Served, office: Office, change: str
) -> None:
    await office.submit(await solved(capital, office.planner))

    with pytest.raises(asyncpg.RestrictViolationError):
        async with capital.database.write(RYA) as tx:
            await tx.execute(change)


async def test_lines_come_by_fleet_number_a_page_at_a_time(capital: Served, office: Office) -> None:
    plan = await solved(capital, office.planner)
    request = pb.ListPlanLinesRequest(
        plan_id=plan.plan_id, actions=[PlanAction.PLAN_ACTION_REPLACE], page_size=5
    )

    first = await office.planner(office.planner.capital.ListPlanLines, request)
    request.page_token = first.next_page_token
    rest = await office.planner(office.planner.capital.ListPlanLines, request)

    numbers = [row.fleet_number for row in (*first.lines, *rest.lines)]
    assert (len(first.lines), rest.next_page_token) == (5, "")
    assert numbers == sorted(numbers)
    assert len(numbers) == 9
