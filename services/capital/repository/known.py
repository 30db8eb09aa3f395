"""What is known of trusts, in sum: read for a scenario and for who asks how fresh it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.capital.domain.known import Freshness, Heard, HubKnown, TypeKnown
from services.kernel.ids import HubId, OdsCode
from services.kernel.vehicle import VehicleType
from services.runtime.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyMonths:
    """The ages of a life policy, in months, as most cycles of a trust and type show them."""

    trust: OdsCode
    vehicle_type: VehicleType
    target: int | None
    maximum: int | None


class KnownRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def policies(self, trusts: Sequence[OdsCode]) -> list[PolicyMonths]:
        rows = await self._tx.fetch(
            """
            SELECT trust, vehicle_type,
                   mode() WITHIN GROUP (ORDER BY target_age_months) AS target,
                   mode() WITHIN GROUP (ORDER BY maximum_age_months) AS maximum
              FROM known_cycle
             WHERE trust = ANY ($1::text[])
               AND state <> 'CLOSED'
             GROUP BY trust, vehicle_type
             ORDER BY trust, vehicle_type
            """,
            list(trusts),
        )
        return [_policy(row) for row in rows]

    async def commissioning_per_week(self, trusts: Sequence[OdsCode]) -> dict[OdsCode, int]:
        """Return what each trust's hubs can commission in a week; without trusts not measured."""
        rows = await self._tx.fetch(
            """
            SELECT trust, sum(vehicles_per_week) AS vehicles
              FROM hub_capacity
             WHERE trust = ANY ($1::text[])
             GROUP BY trust
            """,
            list(trusts),
        )
        return {OdsCode(row["trust"]): row["vehicles"] for row in rows}

    async def types(self, trust: OdsCode) -> list[TypeKnown]:
        rows = await self._tx.fetch(
            """
            SELECT vehicle.vehicle_type,
                   count(*) AS vehicles,
                   count(*) FILTER (WHERE cycle.state = 'DUE') AS cycles_due,
                   count(*) FILTER (WHERE vehicle.standing = 'OFF_ROAD') AS off_road
              FROM known_vehicle AS vehicle
              LEFT JOIN known_cycle AS cycle ON cycle.vehicle_id = vehicle.id
             WHERE vehicle.trust = $1
               AND vehicle.standing IN ('IN_SERVICE', 'OFF_ROAD')
             GROUP BY vehicle.vehicle_type
             ORDER BY vehicle.vehicle_type
            """,
            trust,
        )
        return [_type(row) for row in rows]

    async def hubs(self, trust: OdsCode) -> list[HubKnown]:
        rows = await self._tx.fetch(
            """
              WITH measured AS (
                       SELECT hub_id, sum(jobs_completed) AS jobs, count(*) AS hours
                         FROM hub_hour
                        WHERE trust = $1
                        GROUP BY hub_id
                   ), capacity AS (
                       SELECT hub_id, vehicles_per_week
                         FROM hub_capacity
                        WHERE trust = $1
                   )
            SELECT hub_id,
                   coalesce(vehicles_per_week, 0) AS vehicles_per_week,
                   coalesce(jobs, 0) AS jobs,
                   coalesce(hours, 0) AS hours
              FROM measured
              FULL JOIN capacity USING (hub_id)
             ORDER BY hub_id
            """,
            trust,
        )
        return [_hub(row) for row in rows]

    async def freshness(self, trust: OdsCode) -> Freshness:
        row = await self._tx.fetchrow(
            """
            SELECT coalesce(sum(events_applied), 0) AS events_applied, max(fresh_at) AS fresh_at
              FROM freshness
             WHERE trust = $1
            """,
            trust,
        )
        if row is None:
            return Freshness(events_applied=0, fresh_at=None)
        return Freshness(events_applied=int(row["events_applied"]), fresh_at=row["fresh_at"])

    async def count(self, heard: Heard) -> None:
        """Count events applied for each trust."""
        # In one order, so that batches of several partitions cannot deadlock.
        await self._tx.execute(
            """
            INSERT INTO freshness AS present (trust, topic, shard, events_applied, fresh_at)
            SELECT trust, $1, $5, events, $4
              FROM unnest($2::text[], $3::bigint[]) AS told (trust, events)
             ORDER BY trust
                ON CONFLICT (trust, topic, shard) DO UPDATE
               SET events_applied = present.events_applied + excluded.events_applied,
                   fresh_at = excluded.fresh_at
            """,
            heard.topic,
            list(heard.by_trust),
            list(heard.by_trust.values()),
            self._tx.now,
            heard.shard,
        )


def _policy(row: Row) -> PolicyMonths:
    return PolicyMonths(
        trust=OdsCode(row["trust"]),
        vehicle_type=VehicleType(row["vehicle_type"]),
        target=row["target"],
        maximum=row["maximum"],
    )


def _type(row: Row) -> TypeKnown:
    return TypeKnown(
        vehicle_type=VehicleType(row["vehicle_type"]),
        vehicles=row["vehicles"],
        cycles_due=row["cycles_due"],
        off_road=row["off_road"],
    )


def _hub(row: Row) -> HubKnown:
    return HubKnown(
        hub_id=HubId(row["hub_id"]),
        commissioning_per_week=row["vehicles_per_week"],
        jobs_completed=row["jobs"],
        hours_measured=row["hours"],
    )
