"""Whose a hub is, as far as its work has told."""

from collections.abc import Collection

from services.fleet.domain.refusals import HubOfOtherTrust
from services.kernel.ids import HubId, OdsCode
from services.runtime.tx import Tx


class HubRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def require_of(self, org: OdsCode, hub_id: HubId) -> None:
        """Refuse a hub that is known to be another trust's; one not known yet is believed."""
        owner = await self._tx.fetchval(
            """
            SELECT org
              FROM hub
             WHERE hub_id = $1
            """,
            hub_id,
        )
        if owner is not None and owner != org:
            raise HubOfOtherTrust("the hub is another trust's")

    async def learn(self, hubs: Collection[tuple[HubId, OdsCode]]) -> None:
        """Note whose these hubs are; a hub never changes hands."""
        # In one order, so that two batches that learn of the same hubs cannot deadlock.
        await self._tx.execute(
            """
            INSERT INTO hub (hub_id, org)
            SELECT hub_id, org
              FROM unnest($1::uuid[], $2::text[]) AS told (hub_id, org)
             ORDER BY hub_id
                ON CONFLICT (hub_id) DO NOTHING
            """,
            [hub_id for hub_id, _ in hubs],
            [org for _, org in hubs],
        )
