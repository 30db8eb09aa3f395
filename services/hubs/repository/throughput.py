"""What hubs got through, as it is read: hours as measured, and spans of time from the jobs."""

import json
from datetime import datetime

from services.hubs.domain.throughput import HubHour, Span, span
from services.hubs.domain.work import JobKind
from services.kernel.ids import HubId, OdsCode
from services.runtime.tx import Row, Tx


class ThroughputRepository:
    """Bound to one transaction."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def measured(self, hub_id: HubId, begin: datetime, end: datetime) -> list[HubHour]:
        """Return the hours measured from `begin` to before `end`, by time."""
        rows = await self._tx.fetch(
            """
            SELECT org, hub_id, hour, arrivals, completions, bay_minutes_offered,
                   bay_minutes_used, staff_minutes_offered, staff_minutes_used, queue_length,
                   turnaround_p50_minutes, turnaround_p80_minutes, promises_due, promises_kept,
                   revision
              FROM hub_hour
             WHERE hub_id = $1 AND hour >= $2 AND hour < $3
             ORDER BY hour
            """,
            hub_id,
            begin,
            end,
        )
        return [_hour(row) for row in rows]

    async def span(self, hub_id: HubId, begin: datetime, end: datetime) -> Span:
        """Return what was got through from `begin` to before `end`, from the jobs themselves."""
        row = await self._tx.fetchrow(
            """
            SELECT done.turnarounds, due.promises + passed.promises AS promises_due,
                   due.kept + passed.kept AS kept
              FROM (
                       SELECT array_agg(completed_at - queued_at) AS turnarounds
                         FROM job
                        WHERE hub_id = $1 AND NOT is_reopened
                          AND completed_at >= $2 AND completed_at < $3
                   ) AS done
             CROSS JOIN (
                       SELECT count(*) AS promises,
                              count(*) FILTER (WHERE completed_at <= promised_at) AS kept
                         FROM job
                        WHERE hub_id = $1 AND promised_at >= $2 AND promised_at < $3
                   ) AS due
             CROSS JOIN (
                       SELECT count(*) AS promises,
                              count(*) FILTER (WHERE completed_at <= given_up.promised_at) AS kept
                         FROM passed_promise AS given_up
                         JOIN job USING (job_id)
                        WHERE given_up.hub_id = $1
                          AND given_up.promised_at >= $2 AND given_up.promised_at < $3
                          AND given_up.promised_at IS DISTINCT FROM job.promised_at
                   ) AS passed
            """,
            hub_id,
            begin,
            end,
        )
        if row is None:
            raise AssertionError("counts always make a row")
        return span(row["turnarounds"] or (), row["promises_due"], row["kept"])


def _hour(row: Row) -> HubHour:
    completions = json.loads(row["completions"])
    return HubHour(
        hub_id=HubId(row["hub_id"]),
        org=OdsCode(row["org"]),
        hour=row["hour"],
        arrivals=row["arrivals"],
        completions={JobKind(kind): jobs for kind, jobs in completions.items()},
        bay_minutes_offered=row["bay_minutes_offered"],
        bay_minutes_used=row["bay_minutes_used"],
        staff_minutes_offered=row["staff_minutes_offered"],
        staff_minutes_used=row["staff_minutes_used"],
        queue_length=row["queue_length"],
        turnaround_p50_minutes=row["turnaround_p50_minutes"],
        turnaround_p80_minutes=row["turnaround_p80_minutes"],
        promises_due=row["promises_due"],
        promises_kept=row["promises_kept"],
        revision=row["revision"],
    )
