"""What a service reads of another: a topic, its owner, the types it cares for, and what they do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from google.protobuf.message import Message

from services.runtime.events import Event
from services.runtime.tx import Tx

Apply: TypeAlias = Callable[[Tx, Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One topic, read by this service.

    `source` is the only one that may write to the topic, as in "makeready/fleet". `aggregate` names
    what the key identifies, as in "vehicle": the key must then be the message's `vehicle_id`, or
    its first field's `vehicle_id` or `id`; empty: not checked. Types not in `types` are passed over
    when this build knows them; others park their key.

    `apply` gets up to 1,000 events, those of a partition in order, none of them seen before, inside
    a transaction that may act for the organisations of just these events. It may publish. It is run
    again, with fewer events, when it raises; a Refusal of one event parks that event's key.
    """

    topic: str
    source: str
    types: Mapping[str, type[Message]]
    apply: Apply
    aggregate: str = ""


def types_of(*kinds: type[Message]) -> Mapping[str, type[Message]]:
    """Return the types by the names they have on the wire."""
    return MappingProxyType({kind.DESCRIPTOR.full_name: kind for kind in kinds})


def each(handle: Callable[[Tx, Event], Awaitable[None]]) -> Apply:
    """Return an `apply` that handles one event after the other; for topics of little volume."""

    async def apply(tx: Tx, events: Sequence[Event]) -> None:
        for event in events:
            await handle(tx, event)

    return apply
