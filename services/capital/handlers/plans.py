"""Plans asked for, looked at, stopped, put forward."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import uuid4

from services.capital.domain.lines import PlanAction, PlanLine
from services.capital.domain.plan import Plan, PlanState, SearchLimits, require_room
from services.capital.handlers.topics import PLANS
from services.capital.repository.plans import PlanRepository
from services.capital.repository.queue import PlanQueue
from services.capital.repository.results import ResultRepository
from services.capital.repository.scenarios import ScenarioRepository
from services.capital.wire.plans import requested_event, solved_event
from services.kernel.ids import PlanId, ScenarioId
from services.runtime.paging import Page
from services.runtime.rpc.etags import check_etag
from services.runtime.tx import Tx


class PlanWithSums(NamedTuple):
    """A plan and its sums, bytes of a makeready.capital.v1.Plan; None: no plan was found yet."""

    plan: Plan
    sums: bytes | None


async def request_plan(tx: Tx, scenario_id: ScenarioId, limits: SearchLimits) -> Plan:
    """Ask for a plan: it waits for a solver from this transaction's commit on."""
    scenario = await ScenarioRepository(tx).get(scenario_id)
    tx.scope.require_org(scenario.holder)
    plans, plan_id = PlanRepository(tx), PlanId(uuid4())
    require_room(await plans.count_unsolved(scenario.holder))
    plan = Plan(
        id=plan_id,
        scenario_id=scenario.id,
        holder=scenario.holder,
        trusts=scenario.question.trusts,
        vehicles=scenario.vehicles,
        limits=limits,
        requested_by=tx.scope.subject,
        requested_at=tx.now,
        job_id=await PlanQueue(tx).put(plan_id, scenario.holder),
    )
    await plans.add(plan)
    tx.publish(PLANS, str(plan.id), plan.holder, requested_event(plan), tx.now)
    return plan


async def get_plan(tx: Tx, plan_id: PlanId) -> PlanWithSums:
    plan = await PlanRepository(tx).get(plan_id)
    return await with_sums(tx, plan)


async def with_sums(tx: Tx, plan: Plan) -> PlanWithSums:
    """Return the plan and what it comes to, if a plan was found."""
    sums = await ResultRepository(tx).summary(plan.id) if plan.content_hash else None
    return PlanWithSums(plan, sums)


async def watched_plan(plan_id: PlanId, tx: Tx, since: str | None) -> list[PlanWithSums]:
    """Return the plan with its sums if it changed in the transaction `since` or later.

    A plan whose solve has ended is returned in any case: it is the last that a watcher sees.
    """
    plans = PlanRepository(tx)
    plan = await plans.get(plan_id)
    if since is None or plan.has_ended or await plans.has_changed(plan_id, since):
        return [await with_sums(tx, plan)]
    return []


async def list_plans(
    tx: Tx, scenario_id: ScenarioId | None, states: Collection[PlanState], page: Page
) -> tuple[list[Plan], str]:
    rows = await PlanRepository(tx).page(scenario_id, states, page)
    return page.cut(rows, lambda row: (row.requested_at, row.id))


async def list_lines(
    tx: Tx, plan_id: PlanId, actions: Collection[PlanAction], financial_year: int, page: Page
) -> tuple[list[PlanLine], str]:
    await PlanRepository(tx).get(plan_id)
    rows = await ResultRepository(tx).lines(plan_id, actions, financial_year, page)
    return page.cut(rows, lambda row: (row.trust, row.fleet_number, row.vehicle_id))


async def cancel_plan(tx: Tx, plan_id: PlanId, etag: str) -> Plan:
    """Stop a plan that waits or is being solved; its solver is told by the event."""
    plans = PlanRepository(tx)
    plan = await plans.get_for_update(plan_id)
    check_etag(etag, plan.version)
    cancelled = plan.cancelled()
    await plans.save(cancelled)
    await PlanQueue(tx).withdraw(plan.job_id)
    tx.publish(PLANS, str(plan.id), plan.holder, solved_event(cancelled, None), tx.now)
    return cancelled


async def submit_plan(tx: Tx, plan_id: PlanId, etag: str) -> PlanWithSums:
    plans = PlanRepository(tx)
    plan = await plans.get_for_update(plan_id)
    check_etag(etag, plan.version)
    submitted = plan.submitted(tx.scope.subject)
    await plans.save(submitted)
    return await with_sums(tx, submitted)
