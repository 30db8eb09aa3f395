"""How vehicles leave, in PostgreSQL."""

from datetime import datetime

import asyncpg

from services.fleet.domain.life import Disposal, Succession
from services.fleet.domain.refusals import DisposalWithoutReplacement
from services.fleet.domain.vehicle import Vehicle
from services.runtime.db import violates
from services.runtime.tx import Tx


class DisposalRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def begin(self, vehicle: Vehicle, succession: Succession) -> None:
        """Note why a withdrawn vehicle may go; a successor takes the place of one vehicle only."""
        successor = succession.replacement
        try:
            await self._tx.execute(
                """
                INSERT INTO disposal
                       (vehicle_id, org, replaced_by, establishment_change, withdrawn_at)
                VALUES ($1, $2, $3, $4, $5)
                """,
                vehicle.id,
                vehicle.org,
                None if successor is None else successor.id,
                succession.establishment_change or None,
                vehicle.state_since,
            )
        except asyncpg.UniqueViolationError as error:
            if violates(error, "disposal_one_successor_each"):
                raise DisposalWithoutReplacement(
                    "the replacement took the place of another vehicle"
                ) from None
            raise

    async def end(self, vehicle: Vehicle, disposal: Disposal, at: datetime) -> None:
        """Note how a vehicle went, and that its mark is free for another."""
        await self._tx.execute(
            """
              WITH unmarked AS (
                       UPDATE vrm_history
                          SET valid_to = $2
                        WHERE vehicle_id = $1
                          AND valid_to IS NULL
                   )
            UPDATE disposal
               SET disposed_at = $2, route = $3, proceeds_pence = $4
             WHERE vehicle_id = $1
            """,
            vehicle.id,
            at,
            disposal.route,
            disposal.proceeds_pence,
        )
