"""Vehicles to be changed: taken in, and locked one by one or in the order of their ids."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from services.fleet.domain.refusals import VehicleExists, VehicleNotFound
from services.fleet.domain.states import IN_SERVICE, VehicleState
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Episodes
from services.fleet.repository.rows import episodes_of, vehicle_of
from services.kernel.ids import VehicleId
from services.runtime.db import violates
from services.runtime.tx import Row, Tx

# Which of a vehicle's names a unique constraint is about.
NAMES: Final = {"vehicle_vin": "vin", "vehicle_vrm": "vrm", "vehicle_fleet_number": "fleet_number"}


class VehicleRepository:
    """Who changes a vehicle, or anything that hangs on it, holds the lock of its row."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def lock(self, vehicle_id: VehicleId) -> Vehicle:
        """Return the vehicle, locked until the transaction ends."""
        row = await self._tx.fetchrow(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version
              FROM vehicle
             WHERE vehicle_id = $1
               FOR UPDATE
            """,
            vehicle_id,
        )
        if row is None:
            raise VehicleNotFound
        return (await self._with_episodes([row]))[0]

    async def lock_all(self, vehicle_ids: Collection[VehicleId]) -> dict[VehicleId, Vehicle]:
        """Return those of the vehicles that there are, locked in the order of their ids."""
        # The same order for every batch and every call, so that none waits in a circle.
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version
              FROM vehicle
             WHERE vehicle_id = ANY ($1::uuid[])
             ORDER BY vehicle_id
               FOR UPDATE
            """,
            list(vehicle_ids),
        )
        return {vehicle.id: vehicle for vehicle in await self._with_episodes(rows)}

    async def lock_lapsed(self, today: date, limit: int) -> list[Vehicle]:
        """Return vehicles in service that a legal item keeps off the road unnoticed, locked."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version
              FROM vehicle
             WHERE state = ANY ($1::text[])
               AND least(mot_expires_on, lifting_expires_on, tax_expires_on) < $2
               AND EXISTS (
                       SELECT
                         FROM (VALUES ('MOT', mot_expires_on), ('LOLER', lifting_expires_on),
                                      ('TAX_OR_INSURANCE', tax_expires_on))
                              AS item (cause, held_until)
                        WHERE item.held_until < $2
                          AND NOT EXISTS (
                                  SELECT
                                    FROM vor_episode
                                   WHERE vor_episode.vehicle_id = vehicle.vehicle_id
                                     AND vor_episode.cause = item.cause
                                     AND vor_episode.ended_at IS NULL
                              )
                   )
             ORDER BY vehicle_id
             LIMIT $3
               FOR UPDATE OF vehicle
            """,
            sorted(IN_SERVICE),
            today,
            limit,
        )
        return await self._with_episodes(rows)

    async def add(self, vehicle: Vehicle) -> None:
        """Take a new vehicle in, with its mark; one name taken refuses it."""
        try:
            await self._insert(vehicle)
        except asyncpg.UniqueViolationError as error:
            for constraint, identifier in NAMES.items():
                if violates(error, constraint):
                    raise VehicleExists(identifier) from None
            raise
        except asyncpg.ExclusionViolationError as error:
            if violates(error, "vrm_history_one_bearer"):
                raise VehicleExists("vrm") from None
            raise

    async def _insert(self, vehicle: Vehicle) -> None:
        legal, odometer = vehicle.legal, vehicle.odometer
        await self._tx.execute(
            INSERT,
            vehicle.id,
            vehicle.org,
            vehicle.fleet_number,
            vehicle.vrm,
            vehicle.vin,
            vehicle.vehicle_type,
            vehicle.technology,
            sorted(vehicle.capabilities),
            vehicle.ownership,
            vehicle.base_vehicle,
            vehicle.first_registered_on,
            vehicle.in_service_on,
            legal.mot_expires_on,
            legal.lifting_expires_on,
            legal.tax_expires_on,
            vehicle.state,
            vehicle.home_hub_id,
            vehicle.at_hub_id,
            odometer.miles,
            odometer.read_at,
            vehicle.state_since,
            vehicle.changed_at,
            vehicle.version,
            self._tx.scope.subject,
            self._tx.scope.purpose,
        )

    async def _with_episodes(self, rows: Sequence[Row]) -> list[Vehicle]:
        """Return the vehicles of locked rows.

        Episodes are read once the lock is held: the statement that waited for it saw older ones.
        """
        off_road = [row["vehicle_id"] for row in rows if row["state"] == VehicleState.OFF_ROAD]
        if not off_road:
            return [vehicle_of(row) for row in rows]
        episodes = await self._open_episodes(off_road)
        return [vehicle_of(row, episodes.get(row["vehicle_id"], ())) for row in rows]

    async def _open_episodes(self, vehicle_ids: list[UUID]) -> dict[UUID, Episodes]:
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id,
                   array_agg((episode_id, cause, started_at, expected_back_at, note)
                             ORDER BY started_at, cause) AS open_episodes
              FROM vor_episode
             WHERE vehicle_id = ANY ($1::uuid[])
               AND ended_at IS NULL
             GROUP BY vehicle_id
            """,
            vehicle_ids,
        )
        return {row["vehicle_id"]: episodes_of(row["open_episodes"]) for row in rows}


INSERT: Final = """
  WITH taken_in AS (
           INSERT INTO vehicle
                  (vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, mot_expires_on,
                   lifting_expires_on, tax_expires_on, state, home_hub_id, at_hub_id,
                   odometer_miles, odometer_at, state_since, last_change_at, changed_at, version)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21, $21, $22, $23)
       ), marked AS (
           INSERT INTO vrm_history (vehicle_id, org, vrm, valid_from)
           VALUES ($1, $2, $4, $21)
       ), read AS (
           INSERT INTO odometer_reading
                  (vehicle_id, org, shown_miles, is_replacement, outcome, vehicle_miles, read_at,
                   recorded_at, recorded_by)
           SELECT $1, $2, $19, false, 'ACCEPTED', $19, $20, $22, $24
            WHERE $20::timestamptz IS NOT NULL
       )
INSERT INTO status_history
       (vehicle_id, org, version, is_applied, to_state, reason, effective_at, recorded_at, actor,
        source)
VALUES ($1, $2, $23, true, $16, 'registered', $21, $22, $24, $25)
"""
