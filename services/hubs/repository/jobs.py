"""Jobs in PostgreSQL. One method, one statement, written out."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from services.hubs.domain.board import Change
from services.hubs.domain.job import Job, JobNotFound, Place, SealNumberUsed
from services.hubs.domain.states import JobState, PriorityReason, StopReason
from services.hubs.domain.work import JobKind
from services.hubs.repository.hubs import ability
from services.kernel.ids import BayId, HubId, JobId, OdsCode, VehicleId
from services.runtime.db import violates
from services.runtime.paging import KeyValue
from services.runtime.tx import Row, Tx

SAVE: Final = """
INSERT INTO job
       (job_id, org, hub_id, vehicle_id, kind, state, queue_position,
        priority_reason, serves_start_at, queued_at, promised_at, started_at,
        completed_at, bay_id, stop_reason, seal_number, worked, working_since,
        changed_at, version)
SELECT job_id, org, hub_id, vehicle_id, kind, state, queue_position,
       priority_reason, serves_start_at, queued_at, promised_at, started_at,
       completed_at, bay_id, stop_reason, seal_number, worked, working_since,
       changed_at, version
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[],
              $6::text[], $7::integer[], $8::text[], $9::timestamptz[],
              $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
              $13::timestamptz[], $14::uuid[], $15::text[], $16::text[],
              $17::interval[], $18::timestamptz[], $19::timestamptz[],
              $20::bigint[])
       AS given (job_id, org, hub_id, vehicle_id, kind, state, queue_position,
                 priority_reason, serves_start_at, queued_at, promised_at,
                 started_at, completed_at, bay_id, stop_reason, seal_number,
                 worked, working_since, changed_at, version)
    ON CONFLICT (job_id) DO UPDATE
   SET state = excluded.state, queue_position = excluded.queue_position,
       priority_reason = excluded.priority_reason,
       serves_start_at = excluded.serves_start_at,
       promised_at = excluded.promised_at, started_at = excluded.started_at,
       completed_at = excluded.completed_at, bay_id = excluded.bay_id,
       stop_reason = excluded.stop_reason, seal_number = excluded.seal_number,
       worked = excluded.worked, working_since = excluded.working_since,
       changed_at = excluded.changed_at, version = excluded.version,
       changed_xid = pg_current_xact_id()
"""


class JobRepository:
    """Bound to one transaction. Jobs are changed under the lock of their hub alone."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def get(self, job_id: JobId) -> Job:
        """Return a job in any state; raises JobNotFound."""
        row = await self._tx.fetchrow(
            """
            SELECT job.job_id, job.org, job.hub_id, job.vehicle_id, job.kind, job.state,
                   job.queue_position, job.priority_reason, job.serves_start_at, job.queued_at,
                   job.promised_at, job.started_at, job.completed_at, job.bay_id, job.stop_reason,
                   job.seal_number, job.worked, job.working_since, job.changed_at, job.version,
                   vehicle.fleet_number, vehicle.vehicle_type, vehicle.capabilities,
                   bay.name AS bay_name
              FROM job
              JOIN vehicle USING (vehicle_id)
              LEFT JOIN bay USING (bay_id)
             WHERE job_id = $1
            """,
            job_id,
        )
        if row is None:
            raise JobNotFound("job not found")
        return _job(row)

    async def open_at(self, hub_ids: Iterable[HubId]) -> list[Job]:
        """Return the jobs that hubs have in hand."""
        rows = await self._tx.fetch(
            """
            SELECT job.job_id, job.org, job.hub_id, job.vehicle_id, job.kind, job.state,
                   job.queue_position, job.priority_reason, job.serves_start_at, job.queued_at,
                   job.promised_at, job.started_at, job.completed_at, job.bay_id, job.stop_reason,
                   job.seal_number, job.worked, job.working_since, job.changed_at, job.version,
                   vehicle.fleet_number, vehicle.vehicle_type, vehicle.capabilities,
                   bay.name AS bay_name
              FROM job
              JOIN vehicle USING (vehicle_id)
              LEFT JOIN bay USING (bay_id)
             WHERE job.hub_id = ANY ($1::uuid[])
               AND job.state IN ('QUEUED', 'IN_PROGRESS', 'PAUSED', 'BLOCKED')
            """,
            list(hub_ids),
        )
        return [_job(row) for row in rows]

    async def page(
        self,
        hub_ids: Iterable[HubId],
        states: Iterable[JobState],
        queued_from: datetime | None,
        after: tuple[KeyValue, ...] | None,
        limit: int,
    ) -> list[Job]:
        """Return jobs by hub, place in its queue (0 first), time of coming in, and id."""
        rows = await self._tx.fetch(
            """
            SELECT job.job_id, job.org, job.hub_id, job.vehicle_id, job.kind, job.state,
                   job.queue_position, job.priority_reason, job.serves_start_at, job.queued_at,
                   job.promised_at, job.started_at, job.completed_at, job.bay_id, job.stop_reason,
                   job.seal_number, job.worked, job.working_since, job.changed_at, job.version,
                   vehicle.fleet_number, vehicle.vehicle_type, vehicle.capabilities,
                   bay.name AS bay_name
              FROM job
              JOIN vehicle USING (vehicle_id)
              LEFT JOIN bay USING (bay_id)
             WHERE job.hub_id = ANY ($1::uuid[])
               AND job.state = ANY ($2::text[])
               AND ($3::timestamptz IS NULL OR job.queued_at >= $3)
               AND ($4::uuid IS NULL
                    OR (job.hub_id, job.queue_position, job.queued_at, job.job_id)
                     > ($4, $5::integer, $6::timestamptz, $7::uuid))
             ORDER BY job.hub_id, job.queue_position, job.queued_at, job.job_id
             LIMIT $8
            """,
            list(hub_ids),
            list(states),
            queued_from,
            *(after or (None, None, None, None)),
            limit,
        )
        return [_job(row) for row in rows]

    async def changed_since(self, hub_ids: Iterable[HubId], since: str) -> list[Job]:
        """Return the jobs that a transaction or a later one changed, in that order."""
        rows = await self._tx.fetch(
            """
            SELECT job.job_id, job.org, job.hub_id, job.vehicle_id, job.kind, job.state,
                   job.queue_position, job.priority_reason, job.serves_start_at, job.queued_at,
                   job.promised_at, job.started_at, job.completed_at, job.bay_id, job.stop_reason,
                   job.seal_number, job.worked, job.working_since, job.changed_at, job.version,
                   vehicle.fleet_number, vehicle.vehicle_type, vehicle.capabilities,
                   bay.name AS bay_name
              FROM job
              JOIN vehicle USING (vehicle_id)
              LEFT JOIN bay USING (bay_id)
             WHERE job.changed_xid >= $2::text::xid8
               AND job.hub_id = ANY ($1::uuid[])
             ORDER BY job.changed_xid, job.hub_id, job.queue_position, job.job_id
            """,
            list(hub_ids),
            since,
        )
        return [_job(row) for row in rows]

    async def save(self, changes: Iterable[Change]) -> None:
        """Keep the jobs as they are after `changes`; raises SealNumberUsed.

        What is known goes before what is new: a vehicle's old job ends before its next begins.
        """
        # One statement inserts and updates in this order, and each row is checked as it comes.
        jobs = [one.after for one in sorted(changes, key=lambda one: one.before is None)]
        try:
            await self._tx.execute(SAVE, *map(list, zip(*map(_columns, jobs), strict=True)))
        except asyncpg.UniqueViolationError as error:
            if violates(error, "job_seal_once"):
                raise SealNumberUsed("the seal number was used before") from error
            raise

    async def reopen(
        self, vehicle_ids: Sequence[VehicleId], returned: Sequence[datetime], within: timedelta
    ) -> list[tuple[OdsCode, HubId, datetime]]:
        """Leave out of all counts the jobs whose vehicles needed work again so soon.

        Returns the trust, hub and time of completion of each.
        """
        rows = await self._tx.fetch(
            """
            UPDATE job
               SET is_reopened = true
              FROM unnest($1::uuid[], $2::timestamptz[]) AS given (vehicle_id, returned_at)
             WHERE job.vehicle_id = given.vehicle_id AND job.completed_at IS NOT NULL
               AND job.completed_at BETWEEN given.returned_at - $3::interval AND given.returned_at
            RETURNING job.org, job.hub_id, job.completed_at
            """,
            vehicle_ids,
            returned,
            within,
        )
        return [(OdsCode(row["org"]), HubId(row["hub_id"]), row["completed_at"]) for row in rows]


def _columns(job: Job) -> tuple[object, ...]:
    return (
        job.id,
        job.org,
        job.hub_id,
        job.vehicle_id,
        job.kind,
        job.state,
        job.place.position,
        job.place.reason,
        job.place.serves_start_at,
        job.queued_at,
        job.promised_at,
        job.started_at,
        job.completed_at,
        job.bay_id,
        job.stop_reason,
        job.seal_number or None,
        job.worked,
        job.working_since,
        job.changed_at,
        job.version,
    )


def _job(row: Row) -> Job:
    return Job(
        id=JobId(row["job_id"]),
        org=OdsCode(row["org"]),
        hub_id=HubId(row["hub_id"]),
        vehicle_id=VehicleId(row["vehicle_id"]),
        fleet_number=row["fleet_number"],
        ability=ability(row["vehicle_type"], row["capabilities"]),
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        place=_place(row),
        queued_at=row["queued_at"],
        promised_at=row["promised_at"],
        started_at=row["started_at"],
        completed_at=row["completed_at"],
        bay_id=None if row["bay_id"] is None else BayId(row["bay_id"]),
        bay_name=row["bay_name"] or "",
        stop_reason=None if row["stop_reason"] is None else StopReason(row["stop_reason"]),
        seal_number=row["seal_number"] or "",
        worked=row["worked"],
        working_since=row["working_since"],
        changed_at=row["changed_at"],
        version=row["version"],
    )


def _place(row: Row) -> Place:
    reason = row["priority_reason"]
    return Place(
        position=row["queue_position"],
        reason=None if reason is None else PriorityReason(reason),
        serves_start_at=row["serves_start_at"],
    )
