"""What follows from measured hours and finished jobs: commissioning capacity, time per job."""

from collections.abc import Iterable, Mapping
from typing import Final

from services.hubs.domain.capacity import Capacity, Observed
from services.kernel.ids import HubId
from services.runtime.tx import Tx

# How much of the past is looked at, the latest first: hours of a hub (28 days of them), vehicles
# commissioned there, jobs of each kind done there.
HOURS: Final = 672
COMMISSIONED: Final = 50
JOBS: Final = 200

OBSERVED: Final = """
SELECT hub.hub_id, seen.hours, seen.free_bay_minutes, done.jobs, done.bay_minutes
  FROM hub
 CROSS JOIN LATERAL (
           SELECT 60 * count(*) AS minutes
             FROM bay
            WHERE bay.hub_id = hub.hub_id AND removed_at IS NULL
              AND 'COMMISSIONING' = ANY (capabilities)
       ) AS fit
 CROSS JOIN LATERAL (
           SELECT count(*) AS hours,
                  coalesce(sum(least(bay_minutes_offered - bay_minutes_used,
                                     fit.minutes))
                           FILTER (WHERE staff_minutes_offered > 0), 0)
                      AS free_bay_minutes
             FROM (
                      SELECT bay_minutes_offered, bay_minutes_used,
                             staff_minutes_offered
                        FROM hub_hour
                       WHERE hub_hour.hub_id = hub.hub_id
                       ORDER BY hour DESC
                       LIMIT $2
                  ) AS late
       ) AS seen
 CROSS JOIN LATERAL (
           SELECT count(DISTINCT job_id) AS jobs,
                  coalesce(floor(extract(epoch FROM sum(upper(during) - lower(during)))
                                 / 60), 0) AS bay_minutes
             FROM (
                      SELECT job_id
                        FROM job
                       WHERE job.hub_id = hub.hub_id AND kind = 'COMMISSIONING'
                         AND completed_at IS NOT NULL
                       ORDER BY completed_at DESC
                       LIMIT $3
                  ) AS late
             JOIN bay_occupancy USING (job_id)
       ) AS done
 WHERE hub.hub_id = ANY ($1::uuid[])
"""


class CapacityRepository:
    """Bound to one transaction of the schedule, which alone measures."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def observed(self, hub_ids: Iterable[HubId]) -> dict[HubId, Observed]:
        """Return what was seen lately of the time bays stood free, and of commissioning."""
        rows = await self._tx.fetch(OBSERVED, list(hub_ids), HOURS, COMMISSIONED)
        return {
            HubId(row["hub_id"]): Observed(
                hours=row["hours"],
                free_bay_minutes=int(row["free_bay_minutes"]),
                jobs=row["jobs"],
                bay_minutes=int(row["bay_minutes"]),
            )
            for row in rows
        }

    async def save(self, capacities: Mapping[HubId, Capacity]) -> set[HubId]:
        """Keep capacities, and return the hubs that can commission more or fewer than before."""
        rows = await self._tx.fetch(
            """
              WITH before AS (
                       SELECT hub_id, vehicles_per_week
                         FROM hub_measure
                        WHERE hub_id = ANY ($1::uuid[])
                   )
            UPDATE hub_measure
               SET vehicles_per_week = given.vehicles_per_week,
                   free_bay_minutes_per_week = given.free_bay_minutes_per_week,
                   bay_minutes_per_vehicle = given.bay_minutes_per_vehicle,
                   jobs_measured = given.jobs_measured
              FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[])
                   AS given (hub_id, vehicles_per_week, free_bay_minutes_per_week,
                             bay_minutes_per_vehicle, jobs_measured)
              JOIN before USING (hub_id)
             WHERE hub_measure.hub_id = given.hub_id
            RETURNING hub_measure.hub_id,
                      before.vehicles_per_week <> given.vehicles_per_week AS is_revised
            """,
            list(capacities),
            [one.vehicles_per_week for one in capacities.values()],
            [one.free_bay_minutes_per_week for one in capacities.values()],
            [one.bay_minutes_per_vehicle for one in capacities.values()],
            [one.jobs_measured for one in capacities.values()],
        )
        return {HubId(row["hub_id"]) for row in rows if row["is_revised"]}

    async def measure_work(self, hub_ids: Iterable[HubId]) -> None:
        """Work out anew what each kind of job took lately: half of the jobs so long or less."""
        await self._tx.execute(
            """
            INSERT INTO measured_work (org, hub_id, kind, jobs, median_minutes)
            SELECT org, hub_id, kind, count(*),
                   greatest(1, ceil(extract(epoch FROM percentile_disc(0.5)
                                                       WITHIN GROUP (ORDER BY worked)) / 60))
              FROM (
                       SELECT org, hub_id, kind, worked,
                              row_number() OVER (PARTITION BY hub_id, kind
                                                 ORDER BY completed_at DESC) AS nth
                         FROM job
                        WHERE hub_id = ANY ($1::uuid[]) AND completed_at IS NOT NULL
                   ) AS done
             WHERE nth <= $2
             GROUP BY org, hub_id, kind
                ON CONFLICT (hub_id, kind) DO UPDATE
               SET jobs = excluded.jobs, median_minutes = excluded.median_minutes
            """,
            list(hub_ids),
            JOBS,
        )
