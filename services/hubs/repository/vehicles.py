"""Vehicles as fleet tells of them, in PostgreSQL. One method, one statement, written out."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.hubs.domain.vehicle import Vehicle, VehicleState, Whereabouts
from services.hubs.repository.hubs import SEPARATOR, ability
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.runtime.tx import Row, Tx


class VehicleRepository:
    """Bound to one transaction. Only fleet's events change vehicles, one key after the other."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def known(
        self, vehicle_ids: Iterable[VehicleId]
    ) -> dict[VehicleId, tuple[Vehicle, HubId | None]]:
        """Return the vehicles there are, each with the hub that has an open job for it."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle.vehicle_id, vehicle.org, vehicle.fleet_number, vehicle.vehicle_type,
                   vehicle.capabilities, vehicle.home_hub_id, vehicle.at_hub_id,
                   vehicle.left_hub_id, vehicle.state, vehicle.since, job.hub_id AS open_at
              FROM vehicle
              LEFT JOIN job ON job.vehicle_id = vehicle.vehicle_id
               AND job.state IN ('QUEUED', 'IN_PROGRESS', 'PAUSED', 'BLOCKED')
             WHERE vehicle.vehicle_id = ANY ($1::uuid[])
            """,
            list(vehicle_ids),
        )
        return {VehicleId(row["vehicle_id"]): (_vehicle(row), _hub(row["open_at"])) for row in rows}

    async def save(self, vehicles: Sequence[Vehicle]) -> None:
        # Capabilities travel as one text each: unnest would take an array of arrays all apart.
        await self._tx.execute(
            """
            INSERT INTO vehicle
                   (vehicle_id, org, fleet_number, vehicle_type, capabilities, home_hub_id,
                    at_hub_id, left_hub_id, state, since)
            SELECT vehicle_id, org, fleet_number, vehicle_type, string_to_array(capabilities, ' '),
                   home_hub_id, at_hub_id, left_hub_id, state, since
              FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[],
                          $7::uuid[], $8::uuid[], $9::text[], $10::timestamptz[])
                   AS given (vehicle_id, org, fleet_number, vehicle_type, capabilities,
                             home_hub_id, at_hub_id, left_hub_id, state, since)
                ON CONFLICT (vehicle_id) DO UPDATE
               SET org = excluded.org, fleet_number = excluded.fleet_number,
                   vehicle_type = excluded.vehicle_type, capabilities = excluded.capabilities,
                   home_hub_id = excluded.home_hub_id, at_hub_id = excluded.at_hub_id,
                   left_hub_id = excluded.left_hub_id, state = excluded.state,
                   since = excluded.since
            """,
            *map(list, zip(*map(_columns, vehicles), strict=True)),
        )


def _columns(vehicle: Vehicle) -> tuple[object, ...]:
    return (
        vehicle.id,
        vehicle.org,
        vehicle.fleet_number,
        vehicle.ability.vehicle_type,
        SEPARATOR.join(sorted(vehicle.ability.capabilities)),
        vehicle.whereabouts.home_hub,
        vehicle.whereabouts.at_hub,
        vehicle.left_hub,
        vehicle.state,
        vehicle.since,
    )


def _vehicle(row: Row) -> Vehicle:
    return Vehicle(
        id=VehicleId(row["vehicle_id"]),
        org=OdsCode(row["org"]),
        fleet_number=row["fleet_number"],
        ability=ability(row["vehicle_type"], row["capabilities"]),
        whereabouts=Whereabouts(home_hub=HubId(row["home_hub_id"]), at_hub=_hub(row["at_hub_id"])),
        left_hub=_hub(row["left_hub_id"]),
        state=VehicleState(row["state"]),
        since=row["since"],
    )


def _hub(value: UUID | None) -> HubId | None:
    return None if value is None else HubId(value)
