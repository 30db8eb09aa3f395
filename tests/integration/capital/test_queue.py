"""Plans in the queue: room for five, one worker each, and only its last attempt counts."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.plan_pb2 import Plan, PlanState

from demo.client import Client, Refused
from services.capital.handlers import solving
from services.capital.handlers.solving import Failed, Solve
from services.capital.repository.queue import PlanQueue, QueuedPlan
from services.kernel.ids import OdsCode
from services.runtime.db import Database
from services.runtime.scope import Scope
from tests.delivery import published
from tests.integration.capital import toy
from tests.served import Served

QUEUE = Scope.system("queue")
WORK = Scope.system("queue", [OdsCode("RYA")])
LEASE = timedelta(minutes=1)
EXPIRED = timedelta()


async def planner_with_plan(capital: Served) -> tuple[Client, Plan]:
    planner = capital.client("capital.planner")
    await toy.tell_of_the_fleet(capital.database)
    await toy.set_the_terms(planner)
    return planner, await toy.a_plan(planner, await toy.a_scenario(planner))


async def take(database: Database, lease: timedelta = LEASE) -> QueuedPlan | None:
    async with database.write(QUEUE) as tx:
        return await PlanQueue(tx).take(uuid4(), lease)


async def begin(database: Database, lease: timedelta = LEASE) -> tuple[QueuedPlan, Solve | None]:
    """Take up the plan that waits, and begin an attempt."""
    queued = await take(database, lease)
    assert queued is not None
    return queued, await database.writing(WORK, partial(solving.begin, queued))


async def test_an_organisation_has_five_plans_in_hand_at_most(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    request = pb.RequestPlanRequest(scenario_id=plan.scenario_id)
    for _ in range(4):
        await planner(planner.capital.RequestPlan, request)
        request.request_id = ""

    with pytest.raises(Refused) as refused:
        await capital.client("capital.planner")(
            planner.capital.RequestPlan,
            pb.RequestPlanRequest(scenario_id=plan.scenario_id, validate_only=True),
        )

    assert refused.value.reason == "TOO_MANY_PLANS"


async def test_a_plan_is_rehearsed_without_being_asked_for(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    request = pb.RequestPlanRequest(scenario_id=plan.scenario_id, validate_only=True)

    await planner(planner.capital.RequestPlan, request)
    listed = await planner(planner.capital.ListPlans, pb.ListPlansRequest())

    assert list(listed.plans) == [plan]


async def test_a_plan_is_in_one_worker_s_hands(capital: Served) -> None:
    await planner_with_plan(capital)

    first = await take(capital.database)
    second = await take(capital.database)

    assert first is not None
    assert second is None


async def test_a_plan_whose_lease_ran_out_is_taken_up_again(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    lost, first = await begin(capital.database)

    _, second = await begin(capital.database, EXPIRED)
    late = await capital.database.writing(
        WORK, partial(solving.conclude, lost, 1, Failed(why="too late"))
    )

    assert first is not None
    assert second is not None
    assert (first.plan.attempt, second.plan.attempt) == (1, 2)
    assert late is None
    assert (await toy.read(planner, plan)).state == PlanState.PLAN_STATE_SOLVING


async def test_a_plan_that_lost_two_workers_fails(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    await begin(capital.database)
    await begin(capital.database, EXPIRED)

    _, third = await begin(capital.database, EXPIRED)

    assert third is None
    failed = await toy.read(planner, plan)
    assert failed.state == PlanState.PLAN_STATE_FAILED
    assert failed.failure == "its solver was lost each time it was begun"
    assert await take(capital.database, EXPIRED) is None


async def test_a_plan_given_back_counts_no_attempt_and_waits_again(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    for attempt in (1, 2, 3):
        queued, _ = await begin(capital.database)
        give_back = partial(solving.give_back, queued, attempt)
        await capital.database.writing(WORK, give_back)

    _, solve = await begin(capital.database)

    assert solve is not None
    assert solve.plan.attempt == 4
    assert (await toy.read(planner, plan)).state == PlanState.PLAN_STATE_SOLVING


async def test_a_cancelled_plan_leaves_the_queue_and_its_worker_is_told(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    queued, _ = await begin(capital.database)

    cancelled = await planner(
        planner.capital.CancelPlan, pb.CancelPlanRequest(plan_id=plan.plan_id)
    )
    is_ours = await capital.database.writing(WORK, partial(solving.tell, queued, 1, None))

    assert cancelled.plan.state == PlanState.PLAN_STATE_CANCELLED
    assert not is_ours
    assert await take(capital.database, EXPIRED) is None
    kinds = [type(event.message).__name__ for event in await published(capital.database)]
    assert kinds[-2:] == ["RenewalPlanRequested", "RenewalPlanSolved"]


async def test_a_plan_that_has_ended_cannot_be_cancelled(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    request = pb.CancelPlanRequest(plan_id=plan.plan_id)
    await planner(planner.capital.CancelPlan, request)

    with pytest.raises(Refused) as refused:
        await planner(planner.capital.CancelPlan, pb.CancelPlanRequest(plan_id=plan.plan_id))

    assert refused.value.reason == "PLAN_ILLEGAL_TRANSITION"
