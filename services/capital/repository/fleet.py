"""The fleet as known from its events, in PostgreSQL: a batch is one read and one write."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.capital.domain.catalogue import Kind
from services.capital.domain.fleet import KnownCycle, KnownVehicle, Standing
from services.capital.domain.inputs import ServingVehicle
from services.capital.domain.known import Heard
from services.kernel.ids import OdsCode, VehicleId
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.tx import Row, Tx


class FleetRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def known(self, vehicles: Collection[VehicleId]) -> dict[VehicleId, KnownVehicle]:
        """Return those of the vehicles that are known."""
        rows = await self._tx.fetch(
            """
            SELECT id, trust, fleet_number, vehicle_type, technology, standing, in_service_on,
                   odometer_miles, off_road_since, off_road, disposed_on
              FROM known_vehicle
             WHERE id = ANY ($1::uuid[])
            """,
            list(vehicles),
        )
        return {VehicleId(row["id"]): _vehicle(row) for row in rows}

    async def save(self, vehicles: Collection[KnownVehicle], heard: Heard) -> None:
        """Keep the vehicles, and count the events that told of them."""
        # No guard by version: a vehicle's events come one after the other, each once.
        await self._tx.execute(
            """
              WITH counted AS (
                       INSERT INTO freshness AS present
                              (trust, topic, shard, events_applied, fresh_at)
                       SELECT trust, $12, $16, events, $13
                         FROM unnest($14::text[], $15::bigint[]) AS heard (trust, events)
                        ORDER BY trust
                           ON CONFLICT (trust, topic, shard) DO UPDATE
                          SET events_applied = present.events_applied + excluded.events_applied,
                              fresh_at = excluded.fresh_at
                   )
            INSERT INTO known_vehicle (id, trust, fleet_number, vehicle_type, technology, standing,
                                       in_service_on, odometer_miles, off_road_since, off_road,
                                       disposed_on)
            SELECT id, trust, fleet_number, vehicle_type, technology, standing, in_service_on,
                   odometer_miles, off_road_since, off_road, disposed_on
              FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                          $7::date[], $8::bigint[], $9::timestamptz[], $10::interval[],
                          $11::date[])
                   AS told (id, trust, fleet_number, vehicle_type, technology, standing,
                            in_service_on, odometer_miles, off_road_since, off_road, disposed_on)
                ON CONFLICT (id) DO UPDATE
               SET trust = excluded.trust,
                   fleet_number = excluded.fleet_number,
                   vehicle_type = excluded.vehicle_type,
                   technology = excluded.technology,
                   standing = excluded.standing,
                   in_service_on = excluded.in_service_on,
                   odometer_miles = excluded.odometer_miles,
                   off_road_since = excluded.off_road_since,
                   off_road = excluded.off_road,
                   disposed_on = excluded.disposed_on
            """,
            *_vehicle_columns(vehicles),
            *_heard_columns(heard, self._tx.now),
        )

    async def save_cycles(self, cycles: Collection[KnownCycle], heard: Heard) -> None:
        """Keep the cycles, and count the events that told of them."""
        await self._tx.execute(
            """
              WITH counted AS (
                       INSERT INTO freshness AS present
                              (trust, topic, shard, events_applied, fresh_at)
                       SELECT trust, $11, $15, events, $12
                         FROM unnest($13::text[], $14::bigint[]) AS heard (trust, events)
                        ORDER BY trust
                           ON CONFLICT (trust, topic, shard) DO UPDATE
                          SET events_applied = present.events_applied + excluded.events_applied,
                              fresh_at = excluded.fresh_at
                   )
            INSERT INTO known_cycle (vehicle_id, trust, vehicle_type, technology, state, started_on,
                                     due_on, must_leave_on, target_age_months, maximum_age_months)
            SELECT vehicle_id, trust, vehicle_type, technology, state, started_on, due_on,
                   must_leave_on, target_age_months, maximum_age_months
              FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[],
                          $7::date[], $8::date[], $9::integer[], $10::integer[])
                   AS told (vehicle_id, trust, vehicle_type, technology, state, started_on, due_on,
                            must_leave_on, target_age_months, maximum_age_months)
                ON CONFLICT (vehicle_id) DO UPDATE
               SET trust = excluded.trust,
                   vehicle_type = excluded.vehicle_type,
                   technology = excluded.technology,
                   state = excluded.state,
                   started_on = excluded.started_on,
                   due_on = excluded.due_on,
                   must_leave_on = excluded.must_leave_on,
                   target_age_months = excluded.target_age_months,
                   maximum_age_months = excluded.maximum_age_months
            """,
            *_cycle_columns(cycles),
            *_heard_columns(heard, self._tx.now),
        )

    async def serving(
        self, trusts: Sequence[OdsCode], vehicle_types: Sequence[VehicleType]
    ) -> list[ServingVehicle]:
        """Return the trusts' own vehicles that serve, mended or not; no type named: of every type.

        A vehicle serves since its replacement cycle began, or else as it was registered to.
        """
        rows = await self._tx.fetch(
            """
            SELECT vehicle.id, vehicle.fleet_number, vehicle.trust, vehicle.vehicle_type,
                   vehicle.technology, vehicle.odometer_miles,
                   coalesce(cycle.started_on, vehicle.in_service_on) AS in_service_on
              FROM known_vehicle AS vehicle
              LEFT JOIN known_cycle AS cycle ON cycle.vehicle_id = vehicle.id
             WHERE vehicle.trust = ANY ($1::text[])
               AND (cardinality($2::text[]) = 0 OR vehicle.vehicle_type = ANY ($2::text[]))
               AND vehicle.standing IN ('IN_SERVICE', 'OFF_ROAD', 'LENT')
             ORDER BY vehicle.trust, vehicle.fleet_number, vehicle.id
            """,
            list(trusts),
            list(vehicle_types),
        )
        return [_serving(row) for row in rows]


def _serving(row: Row) -> ServingVehicle:
    return ServingVehicle(
        id=VehicleId(row["id"]),
        fleet_number=row["fleet_number"],
        trust=OdsCode(row["trust"]),
        kind=Kind(VehicleType(row["vehicle_type"]), Technology(row["technology"])),
        in_service_on=row["in_service_on"],
        odometer_miles=row["odometer_miles"],
    )


def _vehicle(row: Row) -> KnownVehicle:
    return KnownVehicle(
        id=VehicleId(row["id"]),
        trust=OdsCode(row["trust"]),
        fleet_number=row["fleet_number"],
        kind=Kind(VehicleType(row["vehicle_type"]), Technology(row["technology"])),
        standing=Standing(row["standing"]),
        in_service_on=row["in_service_on"],
        odometer_miles=row["odometer_miles"],
        off_road_since=row["off_road_since"],
        off_road=row["off_road"],
        disposed_on=row["disposed_on"],
    )


def _vehicle_columns(vehicles: Collection[KnownVehicle]) -> tuple[list[object], ...]:
    return (
        [row.id for row in vehicles],
        [row.trust for row in vehicles],
        [row.fleet_number for row in vehicles],
        [row.kind.vehicle_type for row in vehicles],
        [row.kind.technology for row in vehicles],
        [row.standing for row in vehicles],
        [row.in_service_on for row in vehicles],
        [row.odometer_miles for row in vehicles],
        [row.off_road_since for row in vehicles],
        [row.off_road for row in vehicles],
        [row.disposed_on for row in vehicles],
    )


def _cycle_columns(cycles: Collection[KnownCycle]) -> tuple[list[object], ...]:
    return (
        [row.vehicle_id for row in cycles],
        [row.trust for row in cycles],
        [row.kind.vehicle_type for row in cycles],
        [row.kind.technology for row in cycles],
        [row.state for row in cycles],
        [row.started_on for row in cycles],
        [row.due_on for row in cycles],
        [row.must_leave_on for row in cycles],
        [row.target_age_months for row in cycles],
        [row.maximum_age_months for row in cycles],
    )


def _heard_columns(heard: Heard, now: datetime) -> tuple[object, ...]:
    return heard.topic, now, list(heard.by_trust), list(heard.by_trust.values()), heard.shard
