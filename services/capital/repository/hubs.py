"""Hubs as known from their events, in PostgreSQL: a batch is one write."""

from collections.abc import Collection

from services.capital.domain.hub import MeasuredCapacity, MeasuredHour
from services.runtime.tx import Tx


class HubRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def save_hours(self, hours: Collection[MeasuredHour]) -> None:
        """Keep the hours, each once: revisions come in order, and the last one told stands."""
        await self._tx.execute(
            """
            INSERT INTO hub_hour AS present
                   (hub_id, hour, trust, revision, arrivals, jobs_completed, bay_minutes_offered,
                    bay_minutes_used, staff_minutes_offered, staff_minutes_used, queue_length,
                    turnaround_p80_minutes)
            SELECT hub_id, hour, trust, revision, arrivals, jobs_completed, bay_minutes_offered,
                   bay_minutes_used, staff_minutes_offered, staff_minutes_used, queue_length,
                   turnaround_p80_minutes
              FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::integer[], $5::integer[],
                          $6::integer[], $7::integer[], $8::integer[], $9::integer[],
                          $10::integer[], $11::integer[], $12::integer[])
                   AS told (hub_id, hour, trust, revision, arrivals, jobs_completed,
                            bay_minutes_offered, bay_minutes_used, staff_minutes_offered,
                            staff_minutes_used, queue_length, turnaround_p80_minutes)
                ON CONFLICT (hub_id, hour) DO UPDATE
               SET trust = excluded.trust, revision = excluded.revision,
                   arrivals = excluded.arrivals, jobs_completed = excluded.jobs_completed,
                   bay_minutes_offered = excluded.bay_minutes_offered,
                   bay_minutes_used = excluded.bay_minutes_used,
                   staff_minutes_offered = excluded.staff_minutes_offered,
                   staff_minutes_used = excluded.staff_minutes_used,
                   queue_length = excluded.queue_length,
                   turnaround_p80_minutes = excluded.turnaround_p80_minutes
             WHERE present.revision <= excluded.revision
            """,
            [row.hub_id for row in hours],
            [row.hour for row in hours],
            [row.trust for row in hours],
            [row.revision for row in hours],
            [row.arrivals for row in hours],
            [row.jobs_completed for row in hours],
            [row.bay_minutes_offered for row in hours],
            [row.bay_minutes_used for row in hours],
            [row.staff_minutes_offered for row in hours],
            [row.staff_minutes_used for row in hours],
            [row.queue_length for row in hours],
            [row.turnaround_p80_minutes for row in hours],
        )

    async def save_capacities(self, capacities: Collection[MeasuredCapacity]) -> None:
        await self._tx.execute(
            """
            INSERT INTO hub_capacity (hub_id, trust, vehicles_per_week, jobs_measured)
            SELECT hub_id, trust, vehicles_per_week, jobs_measured
              FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[])
                   AS told (hub_id, trust, vehicles_per_week, jobs_measured)
                ON CONFLICT (hub_id) DO UPDATE
               SET trust = excluded.trust,
                   vehicles_per_week = excluded.vehicles_per_week,
                   jobs_measured = excluded.jobs_measured
            """,
            [row.hub_id for row in capacities],
            [row.trust for row in capacities],
            [row.vehicles_per_week for row in capacities],
            [row.jobs_measured for row in capacities],
        )
