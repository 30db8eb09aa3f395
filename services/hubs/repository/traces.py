"""What changes of jobs leave behind: bays held, time at work, promises outlived, hours touched."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg

from services.hubs.domain.board import Change
from services.hubs.domain.job import BayOccupied, Job, VehicleOnAnotherBay
from services.kernel.ids import HubId, JobId, OdsCode
from services.runtime.db import violates
from services.runtime.tx import Tx

Touched = tuple[OdsCode, HubId, datetime]


class TraceRepository:
    """Bound to one transaction. Every method takes many rows and does nothing when given none."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def begin(self, entering: Sequence[Job], starting: Sequence[Job]) -> None:
        """Put vehicles on bays, and note that work began; both from the jobs' last change on.

        It is the schema that keeps a bay from holding two vehicles, since two acts may both have
        seen it free: raises BayOccupied, or VehicleOnAnotherBay.
        """
        try:
            await self._tx.execute(
                """
                  WITH entered AS (
                           INSERT INTO bay_occupancy
                                  (bay_id, org, hub_id, job_id, vehicle_id, during)
                           SELECT bay_id, org, hub_id, job_id, vehicle_id, tstzrange(since, NULL)
                             FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[],
                                         $5::uuid[], $6::timestamptz[])
                                  AS given (bay_id, org, hub_id, job_id, vehicle_id, since)
                       )
                INSERT INTO work_span (org, hub_id, job_id, during)
                SELECT org, hub_id, job_id, tstzrange(since, NULL)
                  FROM unnest($7::text[], $8::uuid[], $9::uuid[], $10::timestamptz[])
                       AS given (org, hub_id, job_id, since)
                """,
                [job.bay_id for job in entering],
                *_columns(entering)[:3],
                [job.vehicle_id for job in entering],
                [job.changed_at for job in entering],
                *_columns(starting),
            )
        except asyncpg.ExclusionViolationError as error:
            bay = entering[0].bay_name
            if violates(error, "vehicle_on_one_bay"):
                raise VehicleOnAnotherBay("the vehicle is on another bay", bay=bay) from error
            raise BayOccupied(f"bay {bay} holds a vehicle at that time", bay=bay) from error

    async def end(self, leaving: Sequence[Job], stopping: Sequence[Job]) -> None:
        """Take vehicles off bays, and note that work stopped; both at the jobs' last change."""
        await self._tx.execute(
            """
              WITH left_bay AS (
                       UPDATE bay_occupancy
                          SET during = tstzrange(lower(during), until)
                         FROM unnest($1::uuid[], $2::timestamptz[]) AS given (job_id, until)
                        WHERE bay_occupancy.job_id = given.job_id AND upper_inf(during)
                   )
            UPDATE work_span
               SET during = tstzrange(lower(during), until)
              FROM unnest($3::uuid[], $4::timestamptz[]) AS given (job_id, until)
             WHERE work_span.job_id = given.job_id AND upper_inf(during)
            """,
            [job.id for job in leaving],
            [job.changed_at for job in leaving],
            [job.id for job in stopping],
            [job.changed_at for job in stopping],
        )

    async def outlive(self, passed: Sequence[tuple[Job, datetime]]) -> None:
        """Remember promises that had passed when they were replaced or given up."""
        await self._tx.execute(
            """
            INSERT INTO passed_promise (org, hub_id, job_id, promised_at)
            SELECT org, hub_id, job_id, promised_at
              FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[])
                   AS given (org, hub_id, job_id, promised_at)
                ON CONFLICT DO NOTHING
            """,
            [job.org for job, _ in passed],
            [job.hub_id for job, _ in passed],
            [job.id for job, _ in passed],
            [promised_at for _, promised_at in passed],
        )

    async def touch(self, hours: Iterable[Touched]) -> None:
        """Have hours measured once they are over, and no more is recorded of them for a while."""
        # In one order: calls for one hub's hours come from many operatives at once.
        await self._tx.execute(
            """
            INSERT INTO touched_hour (org, hub_id, hour, touched_at)
            SELECT org, hub_id, hour, $4
              FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS given (org, hub_id, hour)
             ORDER BY hub_id, hour
                ON CONFLICT (hub_id, hour) DO UPDATE
               SET touched_at = excluded.touched_at
            """,
            *map(list, zip(*hours, strict=True)),
            self._tx.now,
        )

    async def ring(self) -> None:
        """Wake the streams when this commits. Needed only where nothing is published."""
        await self._tx.execute("NOTIFY outbox")


def entering(changes: Iterable[Change]) -> list[Job]:
    """Return the jobs whose vehicles came on a bay."""
    return [one.after for one in changes if one.after.is_on_bay and not _was_on_bay(one)]


def leaving(changes: Iterable[Change]) -> list[Job]:
    """Return the jobs whose vehicles left their bay."""
    return [one.after for one in changes if _was_on_bay(one) and not one.after.is_on_bay]


def starting(changes: Iterable[Change]) -> list[Job]:
    """Return the jobs at which work began, or went on."""
    return [one.after for one in changes if one.after.is_at_work and not _was_at_work(one)]


def stopping(changes: Iterable[Change]) -> list[Job]:
    """Return the jobs at which work stopped."""
    return [one.after for one in changes if _was_at_work(one) and not one.after.is_at_work]


def _was_on_bay(change: Change) -> bool:
    return change.before is not None and change.before.is_on_bay


def _was_at_work(change: Change) -> bool:
    return change.before is not None and change.before.is_at_work


def _columns(jobs: Sequence[Job]) -> tuple[list[OdsCode], list[HubId], list[JobId], list[datetime]]:
    return (
        [job.org for job in jobs],
        [job.hub_id for job in jobs],
        [job.id for job in jobs],
        [job.changed_at for job in jobs],
    )
