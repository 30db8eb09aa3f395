"""Hubs, their bays and their crew starts in PostgreSQL. One method, one statement, written out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from services.hubs.domain.hub import Bay, Hub, HubExists, HubNotFound, Roster
from services.hubs.domain.queue import CrewStart
from services.hubs.domain.vehicle import Ability, Capability
from services.hubs.domain.work import BayCapability, JobKind, MeasuredWork
from services.kernel.ids import BayId, HubId, JobId, OdsCode
from services.kernel.vehicle import VehicleType
from services.runtime.db import violates
from services.runtime.paging import KeyValue
from services.runtime.tx import Row, Tx

SEPARATOR: Final = " "
Measured = dict[JobKind, MeasuredWork]


class HubRepository:
    """Bound to one transaction. What it returns of a hub has no bays yet: see `bays`."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, hub: Hub) -> None:
        """Open a hub; raises HubExists when its name in the trust, or its id, is taken."""
        try:
            await self._tx.execute(
                """
                INSERT INTO hub (hub_id, org, name, local_label, system, staff_by_hour, version)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                hub.id,
                hub.org,
                hub.name,
                hub.local_label,
                hub.system,
                list(hub.roster.staff_by_hour),
                hub.version,
            )
        except asyncpg.UniqueViolationError as error:
            if violates(error, "hub_name_once"):
                raise HubExists("the trust has a hub of this name") from error
            raise HubExists("a hub of this id exists") from error

    async def begin_measuring(self, hub: Hub, hour: datetime) -> None:
        """Have the hub's hours measured from this one on."""
        await self._tx.execute(
            """
            INSERT INTO hub_measure (hub_id, org, measured_until)
            VALUES ($1, $2, $3)
            """,
            hub.id,
            hub.org,
            hour,
        )

    async def lock(
        self, hub_ids: Iterable[HubId], of_job: JobId | None = None
    ) -> list[tuple[Hub, Measured]]:
        """Return the hubs there are, each with what work took there, locked until the end.

        The hub of the job `of_job` is one of them. A job's hub never changes.

        Every act at a hub holds this lock, taken before any other of the act's and by ascending
        id: what happens at one hub happens one after the other, and nobody waits in a circle.
        """
        rows = await self._tx.fetch(
            """
            SELECT hub.hub_id, hub.org, hub.name, hub.local_label, hub.system, hub.staff_by_hour,
                   hub.version, coalesce(hub_measure.vehicles_per_week, 0) AS vehicles_per_week,
                   seen.kinds, seen.jobs, seen.medians
              FROM hub
              LEFT JOIN hub_measure USING (hub_id)
              LEFT JOIN LATERAL (
                       SELECT array_agg(kind) AS kinds, array_agg(jobs) AS jobs,
                              array_agg(median_minutes) AS medians
                         FROM measured_work
                        WHERE measured_work.hub_id = hub.hub_id
                   ) AS seen ON true
             WHERE hub.hub_id
                 = ANY ($1::uuid[] || (SELECT job.hub_id FROM job WHERE job_id = $2))
             ORDER BY hub.hub_id
               FOR NO KEY UPDATE OF hub
            """,
            list(hub_ids),
            of_job,
        )
        return [(_hub(row), _measured(row)) for row in rows]

    async def get(self, hub_id: HubId) -> Hub:
        row = await self._tx.fetchrow(
            """
            SELECT hub_id, org, name, local_label, system, staff_by_hour, version,
                   coalesce(vehicles_per_week, 0) AS vehicles_per_week
              FROM hub
              LEFT JOIN hub_measure USING (hub_id, org)
             WHERE hub_id = $1
            """,
            hub_id,
        )
        if row is None:
            raise HubNotFound("hub not found")
        return _hub(row)

    async def seen(self, hub_id: HubId | None) -> list[HubId]:
        """Return one hub's id, or those of all hubs in scope; raises HubNotFound for the one."""
        rows = await self._tx.fetch(
            """
            SELECT hub_id
              FROM hub
             WHERE $1::uuid IS NULL OR hub_id = $1
            """,
            hub_id,
        )
        if hub_id is not None and not rows:
            raise HubNotFound("hub not found")
        return [HubId(row["hub_id"]) for row in rows]

    async def page(
        self, org: OdsCode | None, after: tuple[KeyValue, ...] | None, limit: int
    ) -> list[Hub]:
        """Return hubs by trust, name and id, those after the key (org, name, id)."""
        rows = await self._tx.fetch(
            """
            SELECT hub_id, org, name, local_label, system, staff_by_hour, version,
                   coalesce(vehicles_per_week, 0) AS vehicles_per_week
              FROM hub
              LEFT JOIN hub_measure USING (hub_id, org)
             WHERE ($1::text IS NULL OR org = $1)
               AND ($2::text IS NULL OR (org, name, hub_id) > ($2, $3::text, $4::uuid))
             ORDER BY org, name, hub_id
             LIMIT $5
            """,
            org,
            *(after or (None, None, None)),
            limit,
        )
        return [_hub(row) for row in rows]

    async def save(self, hub: Hub) -> None:
        """Keep the roster and the version; the bays are saved by `save_bays`."""
        await self._tx.execute(
            """
            UPDATE hub
               SET staff_by_hour = $2, version = $3
             WHERE hub_id = $1
            """,
            hub.id,
            list(hub.roster.staff_by_hour),
            hub.version,
        )

    async def bays(self, hub_ids: Iterable[HubId]) -> dict[HubId, tuple[Bay, ...]]:
        """Return the bays that each hub has, by name."""
        rows = await self._tx.fetch(
            """
            SELECT hub_id, bay_id, name, capabilities
              FROM bay
             WHERE hub_id = ANY ($1::uuid[]) AND removed_at IS NULL
             ORDER BY hub_id, name
            """,
            list(hub_ids),
        )
        bays: defaultdict[HubId, list[Bay]] = defaultdict(list)
        for row in rows:
            bays[HubId(row["hub_id"])].append(_bay(row))
        return {hub_id: tuple(found) for hub_id, found in bays.items()}

    async def save_bays(self, hub: Hub, now: datetime) -> None:
        """Make the hub's bays those it has, and no others; those taken away keep their history."""
        await self._tx.execute(
            """
              WITH stated AS (
                       SELECT bay_id, name, string_to_array(capabilities, ' ') AS capabilities
                         FROM unnest($3::uuid[], $4::text[], $5::text[])
                              AS given (bay_id, name, capabilities)
                   ), removed AS (
                       UPDATE bay
                          SET removed_at = $6
                        WHERE hub_id = $1 AND removed_at IS NULL
                          AND bay_id NOT IN (SELECT bay_id FROM stated)
                   )
            INSERT INTO bay (bay_id, org, hub_id, name, capabilities)
            SELECT bay_id, $2, $1, name, capabilities
              FROM stated
                ON CONFLICT (bay_id) DO UPDATE
               SET name = excluded.name, capabilities = excluded.capabilities
            """,
            hub.id,
            hub.org,
            [bay.id for bay in hub.bays],
            [bay.name for bay in hub.bays],
            [SEPARATOR.join(sorted(bay.capabilities)) for bay in hub.bays],
            now,
        )

    async def free_bays(self, hub_id: HubId, since: datetime) -> set[BayId]:
        """Return the bays that hold no vehicle at an instant, nor at any later one."""
        rows = await self._tx.fetch(
            """
            SELECT bay_id
              FROM bay
             WHERE hub_id = $1 AND removed_at IS NULL
               AND NOT EXISTS (
                       SELECT FROM bay_occupancy
                        WHERE bay_occupancy.bay_id = bay.bay_id
                          AND during && tstzrange($2, NULL)
                   )
            """,
            hub_id,
            since,
        )
        return {BayId(row["bay_id"]) for row in rows}

    async def forget_starts(self, hub_id: HubId, begin: datetime, end: datetime) -> None:
        await self._tx.execute(
            """
            DELETE FROM crew_start
             WHERE hub_id = $1 AND starts_at >= $2 AND starts_at < $3
            """,
            hub_id,
            begin,
            end,
        )

    async def add_starts(self, hub: Hub, starts: Sequence[CrewStart]) -> None:
        await self._tx.execute(
            """
            INSERT INTO crew_start
                   (org, hub_id, starts_at, vehicle_type, required_capabilities, crews)
            SELECT $1, $2, starts_at, vehicle_type, string_to_array(capabilities, ' '), crews
              FROM unnest($3::timestamptz[], $4::text[], $5::text[], $6::smallint[])
                   AS given (starts_at, vehicle_type, capabilities, crews)
            """,
            hub.org,
            hub.id,
            [start.starts_at for start in starts],
            [start.need.vehicle_type for start in starts],
            [SEPARATOR.join(sorted(start.need.capabilities)) for start in starts],
            [start.crews for start in starts],
        )

    async def starting(self, begin: datetime, end: datetime) -> set[HubId]:
        """Return the hubs at which crews start after `begin` and no later than `end`."""
        rows = await self._tx.fetch(
            """
            SELECT DISTINCT hub_id
              FROM crew_start
             WHERE starts_at > $1 AND starts_at <= $2
            """,
            begin,
            end,
        )
        return {HubId(row["hub_id"]) for row in rows}


def ability(vehicle_type: str, capabilities: Iterable[str]) -> Ability:
    """Return what a row says that a vehicle can do, or a crew needs."""
    return Ability(
        vehicle_type=VehicleType(vehicle_type),
        capabilities=frozenset(map(Capability, capabilities)),
    )


def _hub(row: Row) -> Hub:
    return Hub(
        id=HubId(row["hub_id"]),
        org=OdsCode(row["org"]),
        name=row["name"],
        local_label=row["local_label"],
        system=OdsCode(row["system"]),
        roster=Roster(staff_by_hour=tuple(row["staff_by_hour"])),
        commissioning_per_week=row["vehicles_per_week"],
        version=row["version"],
    )


def _bay(row: Row) -> Bay:
    return Bay(
        id=BayId(row["bay_id"]),
        name=row["name"],
        capabilities=frozenset(map(BayCapability, row["capabilities"])),
    )


def _measured(row: Row) -> Measured:
    columns = (row["kinds"] or (), row["jobs"] or (), row["medians"] or ())
    return {
        JobKind(kind): MeasuredWork(jobs=jobs, median_minutes=median)
        for kind, jobs, median in zip(*columns, strict=True)
    }
