"""A plan put into force: the plans before it make way, and its dates go to the fleet."""

from services.capital.domain.plan import Plan, PlanState
from services.capital.handlers.plans import PlanWithSums, with_sums
from services.capital.handlers.topics import PLANS, RENEWALS
from services.capital.repository.dates import DateRepository
from services.capital.repository.plans import PlanRepository
from services.capital.wire.plans import approved_event, scheduled_event, superseded_event
from services.kernel.ids import PlanId
from services.runtime.tx import Tx


async def approve_plan(tx: Tx, plan_id: PlanId, content_hash: str) -> tuple[PlanWithSums, int]:
    """Approve the plan as it was read; return it and how many vehicles it gives a date.

    Who approves must act for every trust covered. Dates of vehicles that the plan does not speak
    of stand.
    """
    plans = PlanRepository(tx)
    plan = await plans.get_for_update(plan_id)
    for trust in plan.trusts:
        tx.scope.require_org(trust)
    approved = plan.approved(tx.scope.subject, content_hash, tx.now)
    await plans.save(approved)
    await _supersede(tx, approved)
    told = await with_sums(tx, approved)
    tx.publish(PLANS, str(approved.id), approved.holder, approved_event(*told), tx.now)
    return told, await _tell_the_fleet(tx, approved)


async def _supersede(tx: Tx, approved: Plan) -> None:
    """End every plan in force for one of the trusts; refused when its holder is out of scope."""
    plans, dates = PlanRepository(tx), DateRepository(tx)
    others = [row for row in await dates.claim(approved) if row.plan_id != approved.id]
    for row in sorted(others, key=lambda row: row.plan_id):
        tx.scope.require_org(row.holder)
        plan = await plans.get_for_update(row.plan_id)
        if plan.state is PlanState.APPROVED:
            superseded = plan.superseded()
            await plans.save(superseded)
            event = superseded_event(superseded, approved.id)
            tx.publish(PLANS, str(plan.id), plan.holder, event, tx.now)
    await dates.end([row.plan_id for row in others])
    await dates.begin(approved)


async def _tell_the_fleet(tx: Tx, approved: Plan) -> int:
    dates = DateRepository(tx)
    lifted = await dates.lift(approved)
    given = await dates.give(approved)
    for date in (*lifted, *given):
        event = scheduled_event(date, tx.now)
        tx.publish(RENEWALS, str(date.vehicle_id), date.trust, event, tx.now)
    return len(given)
