"""Hours in PostgreSQL: which to measure, what was recorded of them, how they were measured."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.hubs.domain.hub import Roster
from services.hubs.domain.throughput import HourFacts, HubHour
from services.hubs.domain.work import JobKind
from services.kernel.ids import HubId, OdsCode
from services.runtime.tx import Row, Tx

Hour = tuple[HubId, datetime]
# Idle hours further back than this are not made up for after a standstill; touched ones are.
MADE_UP_FOR: Final = timedelta(hours=48)


FACTS: Final = """
SELECT hub.org, given.hub_id, given.hour, hub.staff_by_hour, came.arrivals,
       done.kinds, done.turnarounds, stood.bays, held.bay_time, at_work.work_time,
       queued.waiting, due.promises + passed.promises AS promises_due,
       due.kept + passed.kept AS kept
  FROM unnest($1::uuid[], $2::timestamptz[]) AS given (hub_id, hour)
  JOIN hub ON hub.hub_id = given.hub_id
 CROSS JOIN LATERAL (
           SELECT given.hour + interval '1 hour' AS ends_at,
                  tstzrange(given.hour, given.hour + interval '1 hour') AS span
       ) AS this
 CROSS JOIN LATERAL (
           SELECT count(*) AS arrivals
             FROM job
            WHERE job.hub_id = given.hub_id
              AND queued_at >= given.hour AND queued_at < this.ends_at
       ) AS came
 CROSS JOIN LATERAL (
           SELECT array_agg(kind) AS kinds,
                  array_agg(completed_at - queued_at) AS turnarounds
             FROM job
            WHERE job.hub_id = given.hub_id AND NOT is_reopened
              AND completed_at >= given.hour AND completed_at < this.ends_at
       ) AS done
 CROSS JOIN LATERAL (
           SELECT count(*) AS bays
             FROM bay
            WHERE bay.hub_id = given.hub_id
              AND (removed_at IS NULL OR removed_at >= this.ends_at)
       ) AS stood
 CROSS JOIN LATERAL (
           SELECT coalesce(sum(upper(during * this.span) - lower(during * this.span)),
                           interval '0') AS bay_time
             FROM bay_occupancy
            WHERE bay_occupancy.hub_id = given.hub_id AND during && this.span
       ) AS held
 CROSS JOIN LATERAL (
           SELECT coalesce(sum(upper(during * this.span) - lower(during * this.span)),
                           interval '0') AS work_time
             FROM work_span
            WHERE work_span.hub_id = given.hub_id AND during && this.span
       ) AS at_work
 CROSS JOIN LATERAL (
           SELECT count(*) AS waiting
             FROM job
            WHERE job.hub_id = given.hub_id
              AND queued_at < this.ends_at AND waits_until >= this.ends_at
       ) AS queued
 CROSS JOIN LATERAL (
           SELECT count(*) AS promises,
                  count(*) FILTER (WHERE completed_at <= promised_at) AS kept
             FROM job
            WHERE job.hub_id = given.hub_id
              AND promised_at >= given.hour AND promised_at < this.ends_at
       ) AS due
 CROSS JOIN LATERAL (
           SELECT count(*) AS promises,
                  count(*) FILTER (WHERE completed_at <= given_up.promised_at) AS kept
             FROM passed_promise AS given_up
             JOIN job USING (job_id)
            WHERE given_up.hub_id = given.hub_id
              AND given_up.promised_at >= given.hour AND given_up.promised_at < this.ends_at
              AND given_up.promised_at IS DISTINCT FROM job.promised_at
       ) AS passed
 ORDER BY given.hour, given.hub_id
"""

SAVE: Final = """
INSERT INTO hub_hour
       (org, hub_id, hour, arrivals, completions, bay_minutes_offered,
        bay_minutes_used, staff_minutes_offered, staff_minutes_used, queue_length,
        turnaround_p50_minutes, turnaround_p80_minutes, promises_due, promises_kept,
        revision)
SELECT org, hub_id, hour, arrivals, completions, bay_minutes_offered,
       bay_minutes_used, staff_minutes_offered, staff_minutes_used, queue_length,
       turnaround_p50_minutes, turnaround_p80_minutes, promises_due, promises_kept, 1
  FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::integer[], $5::jsonb[],
              $6::integer[], $7::integer[], $8::integer[], $9::integer[],
              $10::integer[], $11::integer[], $12::integer[], $13::integer[],
              $14::integer[])
       AS given (org, hub_id, hour, arrivals, completions, bay_minutes_offered,
                 bay_minutes_used, staff_minutes_offered, staff_minutes_used,
                 queue_length, turnaround_p50_minutes, turnaround_p80_minutes,
                 promises_due, promises_kept)
    ON CONFLICT (hub_id, hour) DO UPDATE
   SET arrivals = excluded.arrivals, completions = excluded.completions,
       bay_minutes_offered = excluded.bay_minutes_offered,
       bay_minutes_used = excluded.bay_minutes_used,
       staff_minutes_offered = excluded.staff_minutes_offered,
       staff_minutes_used = excluded.staff_minutes_used,
       queue_length = excluded.queue_length,
       turnaround_p50_minutes = excluded.turnaround_p50_minutes,
       turnaround_p80_minutes = excluded.turnaround_p80_minutes,
       promises_due = excluded.promises_due, promises_kept = excluded.promises_kept,
       revision = hub_hour.revision + 1
 WHERE (hub_hour.arrivals, hub_hour.completions, hub_hour.bay_minutes_offered,
        hub_hour.bay_minutes_used, hub_hour.staff_minutes_offered,
        hub_hour.staff_minutes_used, hub_hour.queue_length,
        hub_hour.turnaround_p50_minutes, hub_hour.turnaround_p80_minutes,
        hub_hour.promises_due, hub_hour.promises_kept)
    <> (excluded.arrivals, excluded.completions, excluded.bay_minutes_offered,
        excluded.bay_minutes_used, excluded.staff_minutes_offered,
        excluded.staff_minutes_used, excluded.queue_length,
        excluded.turnaround_p50_minutes, excluded.turnaround_p80_minutes,
        excluded.promises_due, excluded.promises_kept)
RETURNING hub_id, hour, revision
"""


class HourRepository:
    """Bound to one transaction of the schedule, which alone measures."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def due(self, this_hour: datetime, quiet_since: datetime, limit: int) -> list[Hour]:
        """Return hours to measure, the earliest first: those not looked at yet, and touched."""
        rows = await self._tx.fetch(
            """
            SELECT hub_id, hour
              FROM (
                       SELECT hub_id, hour
                         FROM hub_measure
                        CROSS JOIN LATERAL generate_series(
                                  greatest(measured_until, $1::timestamptz - $2::interval),
                                  $1::timestamptz - interval '1 hour', interval '1 hour'
                              ) AS hour
                        WHERE measured_until < $1
                        UNION
                       SELECT hub_id, hour
                         FROM touched_hour
                        WHERE hour < $1 AND touched_at <= $3
                   ) AS waiting
             ORDER BY hour, hub_id
             LIMIT $4
            """,
            this_hour,
            MADE_UP_FOR,
            quiet_since,
            limit,
        )
        return [(HubId(row["hub_id"]), row["hour"]) for row in rows]

    async def untouch(self, hours: Sequence[Hour]) -> None:
        """Forget that hours were touched, before their facts are read.

        What is committed between this and the reading stays touched, and is measured again.
        """
        await self._tx.execute(
            """
            DELETE FROM touched_hour
             USING unnest($1::uuid[], $2::timestamptz[]) AS given (hub_id, hour)
             WHERE touched_hour.hub_id = given.hub_id AND touched_hour.hour = given.hour
            """,
            *map(list, zip(*hours, strict=True)),
        )

    async def facts(self, hours: Sequence[Hour]) -> list[HourFacts]:
        """Return what was recorded of hours."""
        rows = await self._tx.fetch(FACTS, *map(list, zip(*hours, strict=True)))
        return [_facts(row) for row in rows]

    async def save(self, hours: Sequence[HubHour]) -> list[HubHour]:
        """Keep measurements, and return those that are new or came out differently than before."""
        columns = zip(*map(_columns, hours), strict=True)
        rows = await self._tx.fetch(SAVE, *map(list, columns))
        revisions = {(row["hub_id"], row["hour"]): row["revision"] for row in rows}
        return [
            replace(hour, revision=revisions[hour.hub_id, hour.hour])
            for hour in hours
            if (hour.hub_id, hour.hour) in revisions
        ]

    async def advance(self, hours: Iterable[Hour]) -> None:
        """Note up to where hubs have been looked at."""
        last: dict[HubId, datetime] = {}
        for hub_id, hour in hours:
            last[hub_id] = max(hour, last.get(hub_id, hour))
        await self._tx.execute(
            """
            UPDATE hub_measure
               SET measured_until = given.hour + interval '1 hour'
              FROM unnest($1::uuid[], $2::timestamptz[]) AS given (hub_id, hour)
             WHERE hub_measure.hub_id = given.hub_id AND measured_until <= given.hour
            """,
            list(last),
            list(last.values()),
        )


def _facts(row: Row) -> HourFacts:
    kinds = map(JobKind, row["kinds"] or ())
    return HourFacts(
        hub_id=HubId(row["hub_id"]),
        org=OdsCode(row["org"]),
        hour=row["hour"],
        arrivals=row["arrivals"],
        done=tuple(zip(kinds, row["turnarounds"] or (), strict=True)),
        bays=row["bays"],
        bay_time=row["bay_time"],
        roster=Roster(staff_by_hour=tuple(row["staff_by_hour"])),
        work_time=row["work_time"],
        waiting=row["waiting"],
        promises_due=row["promises_due"],
        promises_kept=row["kept"],
    )


def _columns(hour: HubHour) -> tuple[object, ...]:
    return (
        hour.org,
        hour.hub_id,
        hour.hour,
        hour.arrivals,
        json.dumps(hour.completions, sort_keys=True),
        hour.bay_minutes_offered,
        hour.bay_minutes_used,
        hour.staff_minutes_offered,
        hour.staff_minutes_used,
        hour.queue_length,
        hour.turnaround_p50_minutes,
        hour.turnaround_p80_minutes,
        hour.promises_due,
        hour.promises_kept,
    )
