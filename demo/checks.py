"""What must hold for a run to have closed the circle."""

from collections.abc import Iterator
from dataclasses import dataclass

from makeready.capital.v1.plan_pb2 import PlanState

from demo.story import Told, TrustTold


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A sentence, and whether it holds."""

    sentence: str
    holds: bool


def checks(told: Told) -> list[Check]:
    """Return every check of a run."""
    return [check for trust in told.trusts for check in of_day(trust)] + list(of_plan(told))


def of_day(told: TrustTold) -> Iterator[Check]:
    done = sum(one.throughput.jobs_completed for one in told.hubs)
    yield Check(
        sentence=f"fleet counts {told.availability.in_service:,} vehicles in service:"
        f" {told.registered:,} were registered",
        holds=told.availability.in_service == told.registered,
    )
    yield Check(
        sentence=f"hubs count {done:,} jobs done: {told.tally.jobs_completed:,} were completed",
        holds=done == told.tally.jobs_completed > 0,
    )


def of_plan(told: Told) -> Iterator[Check]:
    plan = told.plan
    over = [one for one in plan.envelopes if one.spent_pence > one.allocation_pence]
    yield Check(
        sentence=f"no envelope is overspent, of {len(plan.envelopes)}",
        holds=not over and bool(plan.envelopes),
    )
    yield Check(
        sentence=f"the plan is approved, by {plan.approved_by} and not by {plan.requested_by}",
        holds=plan.state == PlanState.PLAN_STATE_APPROVED
        and plan.approved_by not in {"", plan.requested_by, plan.submitted_by},
    )
    yield Check(
        sentence=f"fleet shows {told.dated:,} of {len(told.moving):,} approved dates",
        holds=told.dated == len(told.moving) > 0,
    )
