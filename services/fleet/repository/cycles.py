"""Replacement cycles in PostgreSQL. Who changes a cycle holds the lock of its vehicle."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.fleet.domain.cycles import (
    CycleState,
    Due,
    DueBecause,
    ReplacementCycle,
    Schedule,
)
from services.fleet.domain.policy import LifeSpan
from services.fleet.domain.vehicle import Vehicle
from services.fleet.repository.rows import odometer_of
from services.kernel.ids import OdsCode, PlanId, VehicleId
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleFilter:
    """Which cycles to list; `after` is the due day and vehicle to go on from."""

    orgs: Collection[OdsCode]
    vehicle_types: Collection[VehicleType]
    states: Collection[CycleState]
    due_by: date
    after: tuple[date, UUID] | None
    limit: int


class CycleRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def page(self, wanted: CycleFilter) -> list[ReplacementCycle]:
        """Return cycles by the day they fall due, those that never do last."""
        after_day, after_vehicle = wanted.after or (None, None)
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, cycle.org, fleet_number, vehicle_type, technology, odometer_miles,
                   odometer_at, odometer_offset_miles, cycle.state, is_announced, started_on,
                   target_age_months, maximum_age_months, target_miles, planning_window_months,
                   due_on, due_because, must_leave_on, plan_id, financial_year, option, envelope
              FROM replacement_cycle AS cycle
              JOIN vehicle USING (vehicle_id)
             WHERE cycle.org = ANY ($1::text[])
               AND vehicle_type = ANY ($2::text[])
               AND cycle.state = ANY ($3::text[])
               AND coalesce(due_on, 'infinity'::date) <= $4
               AND ($5::date IS NULL
                    OR (coalesce(due_on, 'infinity'::date), vehicle_id) > ($5, $6::uuid))
             ORDER BY coalesce(due_on, 'infinity'::date), vehicle_id
             LIMIT $7
            """,
            wanted.orgs,
            wanted.vehicle_types,
            wanted.states,
            wanted.due_by,
            after_day,
            after_vehicle,
            wanted.limit,
        )
        return [_cycle(row) for row in rows]

    async def lock_of_type(self, org: OdsCode, vehicle_type: VehicleType) -> list[ReplacementCycle]:
        """Return the running cycles of a trust's vehicles of one type, locked with the vehicles."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, cycle.org, fleet_number, vehicle_type, technology, odometer_miles,
                   odometer_at, odometer_offset_miles, cycle.state, is_announced, started_on,
                   target_age_months, maximum_age_months, target_miles, planning_window_months,
                   due_on, due_because, must_leave_on, plan_id, financial_year, option, envelope
              FROM replacement_cycle AS cycle
              JOIN vehicle USING (vehicle_id)
             WHERE vehicle.org = $1
               AND vehicle_type = $2
               AND cycle.state <> 'CLOSED'
             ORDER BY vehicle_id
               FOR UPDATE OF vehicle, cycle
            """,
            org,
            vehicle_type,
        )
        return [_cycle(row) for row in rows]

    async def lock_all(
        self, vehicle_ids: Collection[VehicleId]
    ) -> dict[VehicleId, ReplacementCycle]:
        """Return the cycles that these vehicles have, locked with the vehicles."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, cycle.org, fleet_number, vehicle_type, technology, odometer_miles,
                   odometer_at, odometer_offset_miles, cycle.state, is_announced, started_on,
                   target_age_months, maximum_age_months, target_miles, planning_window_months,
                   due_on, due_because, must_leave_on, plan_id, financial_year, option, envelope
              FROM replacement_cycle AS cycle
              JOIN vehicle USING (vehicle_id)
             WHERE vehicle_id = ANY ($1::uuid[])
             ORDER BY vehicle_id
               FOR UPDATE OF vehicle, cycle
            """,
            list(vehicle_ids),
        )
        return {cycle.vehicle_id: cycle for cycle in map(_cycle, rows)}

    async def lock_overtaken_by_time(self, today: date, limit: int) -> list[ReplacementCycle]:
        """Return cycles that `today` finds in their planning window, or under another policy."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, cycle.org, fleet_number, vehicle_type, technology, odometer_miles,
                   odometer_at, odometer_offset_miles, cycle.state, is_announced, started_on,
                   cycle.target_age_months, cycle.maximum_age_months, cycle.target_miles,
                   cycle.planning_window_months, due_on, due_because, must_leave_on, plan_id,
                   financial_year, option, envelope
              FROM replacement_cycle AS cycle
              JOIN vehicle USING (vehicle_id)
              LEFT JOIN LATERAL (
                       SELECT target_age_months, maximum_age_months, target_miles,
                              planning_window_months
                         FROM life_policy
                        WHERE life_policy.org = vehicle.org
                          AND life_policy.vehicle_type = vehicle.vehicle_type
                          AND effective_from <= $1
                        ORDER BY effective_from DESC
                        LIMIT 1
                   ) AS policy ON true
             WHERE cycle.state <> 'CLOSED'
               AND ((policy.target_age_months, policy.maximum_age_months, policy.target_miles,
                     policy.planning_window_months)
                    IS DISTINCT FROM
                    (cycle.target_age_months, cycle.maximum_age_months, cycle.target_miles,
                     cycle.planning_window_months)
                    OR cycle.state = 'RUNNING'
                   AND due_on <= $1 + make_interval(months => cycle.planning_window_months))
             ORDER BY vehicle_id
             LIMIT $2
               FOR UPDATE OF vehicle, cycle
            """,
            today,
            limit,
        )
        return [_cycle(row) for row in rows]

    async def add(self, cycles: Sequence[ReplacementCycle]) -> None:
        await self._tx.execute(INSERT, *_columns(cycles), self._tx.now)

    async def save(self, cycles: Sequence[ReplacementCycle]) -> None:
        await self._tx.execute(SAVE, *_columns(cycles), self._tx.now)


def cycle_of(vehicle: Vehicle, row: Row) -> ReplacementCycle:
    """Return the cycle of a vehicle at hand."""
    return ReplacementCycle(
        vehicle_id=vehicle.id,
        org=vehicle.org,
        fleet_number=vehicle.fleet_number,
        vehicle_type=vehicle.vehicle_type,
        technology=vehicle.technology,
        started_on=row["started_on"],
        odometer=vehicle.odometer,
        span=_span(row),
        due=_due(row),
        schedule=_schedule(row),
        state=CycleState(row["state"]),
        is_announced=row["is_announced"],
    )


def _cycle(row: Row) -> ReplacementCycle:
    return ReplacementCycle(
        vehicle_id=VehicleId(row["vehicle_id"]),
        org=OdsCode(row["org"]),
        fleet_number=row["fleet_number"],
        vehicle_type=VehicleType(row["vehicle_type"]),
        technology=Technology(row["technology"]),
        started_on=row["started_on"],
        odometer=odometer_of(row),
        span=_span(row),
        due=_due(row),
        schedule=_schedule(row),
        state=CycleState(row["state"]),
        is_announced=row["is_announced"],
    )


def _span(row: Row) -> LifeSpan | None:
    if row["target_age_months"] is None:
        return None
    return LifeSpan(
        target_age_months=row["target_age_months"],
        maximum_age_months=row["maximum_age_months"],
        target_miles=row["target_miles"],
        planning_window_months=row["planning_window_months"],
    )


def _due(row: Row) -> Due | None:
    if row["due_on"] is None:
        return None
    return Due(
        on=row["due_on"],
        because=DueBecause(row["due_because"]),
        must_leave_on=row["must_leave_on"],
    )


def _schedule(row: Row) -> Schedule | None:
    if row["plan_id"] is None:
        return None
    return Schedule(
        plan_id=PlanId(row["plan_id"]),
        financial_year=row["financial_year"],
        option=row["option"],
        envelope=row["envelope"],
    )


def _columns(cycles: Sequence[ReplacementCycle]) -> tuple[list[object], ...]:
    spans = [cycle.span for cycle in cycles]
    dues = [cycle.due for cycle in cycles]
    schedules = [cycle.schedule for cycle in cycles]
    return (
        [cycle.vehicle_id for cycle in cycles],
        [cycle.org for cycle in cycles],
        [cycle.state for cycle in cycles],
        [cycle.is_announced for cycle in cycles],
        [cycle.started_on for cycle in cycles],
        [span and span.target_age_months for span in spans],
        [span and span.maximum_age_months for span in spans],
        [span and span.target_miles for span in spans],
        [None if span is None else span.planning_window_months for span in spans],
        [due and due.on for due in dues],
        [due and due.because for due in dues],
        [due and due.must_leave_on for due in dues],
        [schedule and schedule.plan_id for schedule in schedules],
        [schedule and schedule.financial_year for schedule in schedules],
        [schedule and schedule.option for schedule in schedules],
        [schedule and schedule.envelope for schedule in schedules],
    )


INSERT: Final = """
INSERT INTO replacement_cycle
       (vehicle_id, org, state, is_announced, started_on, target_age_months, maximum_age_months,
        target_miles, planning_window_months, due_on, due_because, must_leave_on, plan_id,
        financial_year, option, envelope, changed_at)
SELECT vehicle_id, org, state, is_announced, started_on, target_age_months, maximum_age_months,
       target_miles, planning_window_months, due_on, due_because, must_leave_on, plan_id,
       financial_year, option, envelope, $17
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::date[], $6::integer[],
              $7::integer[], $8::integer[], $9::integer[], $10::date[], $11::text[], $12::date[],
              $13::uuid[], $14::integer[], $15::text[], $16::text[])
       AS new (vehicle_id, org, state, is_announced, started_on, target_age_months,
               maximum_age_months, target_miles, planning_window_months, due_on, due_because,
               must_leave_on, plan_id, financial_year, option, envelope)
"""
SAVE: Final = """
UPDATE replacement_cycle AS cycle
   SET state = new.state, is_announced = new.is_announced, started_on = new.started_on,
       target_age_months = new.target_age_months, maximum_age_months = new.maximum_age_months,
       target_miles = new.target_miles, planning_window_months = new.planning_window_months,
       due_on = new.due_on, due_because = new.due_because, must_leave_on = new.must_leave_on,
       plan_id = new.plan_id, financial_year = new.financial_year, option = new.option,
       envelope = new.envelope, changed_at = $17
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::date[], $6::integer[],
              $7::integer[], $8::integer[], $9::integer[], $10::date[], $11::text[], $12::date[],
              $13::uuid[], $14::integer[], $15::text[], $16::text[])
       AS new (vehicle_id, org, state, is_announced, started_on, target_age_months,
               maximum_age_months, target_miles, planning_window_months, due_on, due_because,
               must_leave_on, plan_id, financial_year, option, envelope)
 WHERE cycle.vehicle_id = new.vehicle_id
"""
