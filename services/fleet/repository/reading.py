"""Vehicles as they are read: one, by name, by the page, and as they change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.fleet.domain.refusals import VehicleNotFound
from services.fleet.domain.states import VehicleState
from services.fleet.domain.vehicle import Vehicle
from services.fleet.repository.rows import vehicle_as_read
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.kernel.vehicle import VehicleType
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One of the names a vehicle has; the others are None. A VRM was its name at `as_of`."""

    vrm: str | None = None
    vin: str | None = None
    fleet_number: str | None = None
    org: OdsCode | None = None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which vehicles to list; no hub: all. `after` is the trust and fleet number to go on from."""

    orgs: Collection[OdsCode]
    home_hub_id: HubId | None
    states: Collection[VehicleState]
    vehicle_types: Collection[VehicleType]
    after: tuple[str, str]
    limit: int


class VehicleReader:
    """Reads what the scope may read; every vehicle comes with its open episodes."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def get(self, vehicle_id: VehicleId) -> Vehicle:
        row = await self._tx.fetchrow(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version,
                   CASE WHEN state = 'OFF_ROAD' THEN ARRAY(
                       SELECT (episode_id, cause, started_at, expected_back_at, note)
                         FROM vor_episode
                        WHERE vor_episode.vehicle_id = vehicle.vehicle_id
                          AND ended_at IS NULL
                        ORDER BY started_at, cause
                   ) END AS open_episodes
              FROM vehicle
             WHERE vehicle_id = $1
            """,
            vehicle_id,
        )
        if row is None:
            raise VehicleNotFound
        return vehicle_as_read(row)

    async def named(self, name: Name) -> Vehicle:
        """Return the vehicle that has the name, or for a VRM had it at the time."""
        row = await self._tx.fetchrow(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version,
                   CASE WHEN state = 'OFF_ROAD' THEN ARRAY(
                       SELECT (episode_id, cause, started_at, expected_back_at, note)
                         FROM vor_episode
                        WHERE vor_episode.vehicle_id = vehicle.vehicle_id
                          AND ended_at IS NULL
                        ORDER BY started_at, cause
                   ) END AS open_episodes
              FROM vehicle
             WHERE vin = $1
                OR (org, fleet_number) = ($2, $3)
                OR vehicle_id = (
                       SELECT vehicle_id
                         FROM vrm_history
                        WHERE vrm_history.vrm = $4
                          AND valid_from <= $5
                          AND (valid_to IS NULL OR valid_to > $5)
                   )
            """,
            name.vin,
            name.org,
            name.fleet_number,
            name.vrm,
            name.as_of,
        )
        if row is None:
            raise VehicleNotFound
        return vehicle_as_read(row)

    async def page(self, wanted: Filter) -> list[Vehicle]:
        """Return vehicles in the order of trust and fleet number."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version,
                   CASE WHEN state = 'OFF_ROAD' THEN ARRAY(
                       SELECT (episode_id, cause, started_at, expected_back_at, note)
                         FROM vor_episode
                        WHERE vor_episode.vehicle_id = vehicle.vehicle_id
                          AND ended_at IS NULL
                        ORDER BY started_at, cause
                   ) END AS open_episodes
              FROM vehicle
             WHERE org = ANY ($1::text[])
               AND ($2::uuid IS NULL OR home_hub_id = $2)
               AND state = ANY ($3::text[])
               AND vehicle_type = ANY ($4::text[])
               AND (org, fleet_number) > ($5, $6)
             ORDER BY org, fleet_number
             LIMIT $7
            """,
            wanted.orgs,
            wanted.home_hub_id,
            wanted.states,
            wanted.vehicle_types,
            *wanted.after,
            wanted.limit,
        )
        return [vehicle_as_read(row) for row in rows]

    async def standing(self, orgs: Collection[OdsCode], hub_id: HubId | None) -> list[Vehicle]:
        """Return the vehicles that are there, at or of one hub if it is given."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version,
                   CASE WHEN state = 'OFF_ROAD' THEN ARRAY(
                       SELECT (episode_id, cause, started_at, expected_back_at, note)
                         FROM vor_episode
                        WHERE vor_episode.vehicle_id = vehicle.vehicle_id
                          AND ended_at IS NULL
                        ORDER BY started_at, cause
                   ) END AS open_episodes
              FROM vehicle
             WHERE org = ANY ($1::text[])
               AND ($2::uuid IS NULL OR home_hub_id = $2 OR at_hub_id = $2)
               AND state <> 'DISPOSED'
             ORDER BY org, fleet_number
            """,
            orgs,
            hub_id,
        )
        return [vehicle_as_read(row) for row in rows]

    async def changed_since(self, orgs: Collection[OdsCode], since: str) -> list[Vehicle]:
        """Return the vehicles changed by transaction `since` or a later one, in that order."""
        # In the order of the index, which is the order in which streams go on.
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, org, fleet_number, vrm, vin, vehicle_type, technology, capabilities,
                   ownership, base_vehicle, first_registered_on, in_service_on, home_hub_id,
                   at_hub_id, state, mot_expires_on, lifting_expires_on, tax_expires_on,
                   odometer_miles, odometer_at, odometer_offset_miles, seal_number, state_since,
                   last_change_at, changed_at, version,
                   CASE WHEN state = 'OFF_ROAD' THEN ARRAY(
                       SELECT (episode_id, cause, started_at, expected_back_at, note)
                         FROM vor_episode
                        WHERE vor_episode.vehicle_id = vehicle.vehicle_id
                          AND ended_at IS NULL
                        ORDER BY started_at, cause
                   ) END AS open_episodes
              FROM vehicle
             WHERE changed_xid >= $2::text::xid8
               AND org = ANY ($1::text[])
             ORDER BY changed_xid, vehicle_id
            """,
            orgs,
            since,
        )
        return [vehicle_as_read(row) for row in rows]
