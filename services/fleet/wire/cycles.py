"""Replacement cycles and life policies, as messages."""

from makeready.fleet.v1 import vehicle_pb2 as fleet

from services.fleet.domain.cycles import ReplacementCycle, Schedule
from services.fleet.domain.policy import LifePolicy
from services.fleet.wire.kinds import CYCLE_STATE, DUE_BECAUSE, TECHNOLOGY, VEHICLE_TYPE


def cycle_message(cycle: ReplacementCycle) -> fleet.ReplacementCycle:
    message = fleet.ReplacementCycle(
        vehicle_id=str(cycle.vehicle_id),
        trust=cycle.org,
        fleet_number=cycle.fleet_number,
        vehicle_type=VEHICLE_TYPE[cycle.vehicle_type],
        technology=TECHNOLOGY[cycle.technology],
        state=CYCLE_STATE[cycle.state],
        started_on=cycle.started_on.isoformat(),
        odometer_miles=cycle.odometer.miles,
        miles_per_year=cycle.miles_per_year,
        schedule=None if cycle.schedule is None else _schedule(cycle.schedule),
    )
    if cycle.due is not None:
        message.due_on = cycle.due.on.isoformat()
        message.due_because = DUE_BECAUSE[cycle.due.because]
        if cycle.due.must_leave_on is not None:
            message.must_leave_on = cycle.due.must_leave_on.isoformat()
    return message


def policy_message(policy: LifePolicy) -> fleet.LifePolicy:
    return fleet.LifePolicy(
        life_policy_id=str(policy.id),
        trust=policy.org,
        vehicle_type=VEHICLE_TYPE[policy.vehicle_type],
        effective_from=policy.effective_from.isoformat(),
        target_age_months=policy.span.target_age_months,
        maximum_age_months=policy.span.maximum_age_months or 0,
        target_miles=policy.span.target_miles or 0,
        planning_window_months=policy.span.planning_window_months,
    )


def _schedule(schedule: Schedule) -> fleet.ReplacementSchedule:
    return fleet.ReplacementSchedule(
        plan_id=str(schedule.plan_id),
        financial_year=schedule.financial_year,
        option=schedule.option,
        envelope=schedule.envelope,
    )
