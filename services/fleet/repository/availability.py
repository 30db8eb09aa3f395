"""Vehicles counted."""

from collections.abc import Collection

from services.fleet.domain.availability import Count
from services.fleet.domain.states import VehicleState
from services.kernel.ids import HubId, OdsCode
from services.kernel.vehicle import VehicleType
from services.runtime.tx import Tx


class Counter:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def count(
        self,
        orgs: Collection[OdsCode],
        home_hub_id: HubId | None,
        left_out: Collection[VehicleType],
    ) -> list[Count]:
        """Count the vehicles not disposed of, but for some types, by trust, type and state."""
        rows = await self._tx.fetch(
            """
            SELECT org, vehicle_type, state, count(*) AS vehicles
              FROM vehicle
             WHERE org = ANY ($1::text[])
               AND ($2::uuid IS NULL OR home_hub_id = $2)
               AND vehicle_type <> ALL ($3::text[])
               AND state <> 'DISPOSED'
             GROUP BY org, vehicle_type, state
             ORDER BY org, vehicle_type, state
            """,
            orgs,
            home_hub_id,
            left_out,
        )
        return [
            Count(
                org=OdsCode(row["org"]),
                vehicle_type=VehicleType(row["vehicle_type"]),
                state=VehicleState(row["state"]),
                vehicles=row["vehicles"],
            )
            for row in rows
        ]
