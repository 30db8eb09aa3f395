"""What a scenario frozen now would hold: sums over what is known of a trust."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.kernel.ids import HubId, OdsCode
from services.kernel.vehicle import VehicleType


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeKnown:
    """Vehicles of a type in service; of these, due within the planning window, and off the road."""

    vehicle_type: VehicleType
    vehicles: int
    cycles_due: int
    off_road: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HubKnown:
    """A hub over all hours measured."""

    hub_id: HubId
    commissioning_per_week: int
    jobs_completed: int
    hours_measured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How many events of each trust came on a topic with one batch.

    `shard`, 0 to 15, is where they are counted: batches side by side rarely share one.
    """

    topic: str
    shard: int
    by_trust: Mapping[OdsCode, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """`fresh_at` None: no event was applied yet."""

    events_applied: int
    fresh_at: datetime | None
