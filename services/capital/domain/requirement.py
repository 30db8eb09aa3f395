"""How many vehicles of a type a trust needs, from a financial year on."""

from dataclasses import dataclass

from services.kernel.ids import OdsCode
from services.kernel.vehicle import VehicleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Holds until the next one of the same trust and type.

    `required_available` must be on the road; the establishment is what the trust should and may
    have in all, the maximum not below the minimum.
    """

    trust: OdsCode
    vehicle_type: VehicleType
    from_financial_year: int
    required_available: int
    establishment_minimum: int
    establishment_maximum: int
