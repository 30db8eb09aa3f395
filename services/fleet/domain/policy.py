"""How long vehicles of a type are to serve in a trust: a policy, not a law, and dated."""

from dataclasses import dataclass
from datetime import date

from services.fleet.domain.kinds import LifePolicyId
from services.kernel.ids import OdsCode
from services.kernel.vehicle import VehicleType


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeSpan:
    """When a vehicle is due: at an age or at a mileage. No maximum, no mileage: None."""

    target_age_months: int
    maximum_age_months: int | None
    target_miles: int | None
    planning_window_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LifePolicy:
    """A life span for a trust's vehicles of one type, from a day until the next policy's."""

    id: LifePolicyId
    org: OdsCode
    vehicle_type: VehicleType
    effective_from: date
    span: LifeSpan
