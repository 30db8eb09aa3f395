"""What hubs reads of the others: fleet's vehicles."""

from collections.abc import Sequence
from typing import Final

from services.hubs.handlers.follow import follow_fleet
from services.hubs.wire.fleet import TYPES, sighting
from services.runtime.events import Event
from services.runtime.spec import Runtime
from services.runtime.subscription import Subscription
from services.runtime.tx import Tx


async def _follow(tx: Tx, events: Sequence[Event]) -> None:
    await follow_fleet(tx, [sighting(event) for event in events])


SUBSCRIPTIONS: Final = (
    Subscription(
        topic="fleet.vehicle.v1",
        source="makeready/fleet",
        types=TYPES,
        apply=_follow,
        aggregate="vehicle",
    ),
)


def subscriptions(_: Runtime) -> Sequence[Subscription]:
    return SUBSCRIPTIONS
