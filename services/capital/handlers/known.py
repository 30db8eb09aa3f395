"""What a scenario frozen now would hold."""

from services.capital.domain.known import Freshness, HubKnown, TypeKnown
from services.capital.repository.known import KnownRepository
from services.kernel.ids import OdsCode
from services.runtime.tx import Tx


async def planning_inputs(
    tx: Tx, trust: OdsCode
) -> tuple[list[TypeKnown], list[HubKnown], Freshness]:
    tx.scope.require_read_org(trust)
    known = KnownRepository(tx)
    return await known.types(trust), await known.hubs(trust), await known.freshness(trust)
