"""What a plan does with each vehicle, and what an approved plan tells the fleet."""

from dataclasses import dataclass
from enum import StrEnum

from services.capital.domain.catalogue import Kind
from services.kernel.ids import EnvelopeId, OdsCode, PlanId, VehicleId


class PlanAction(StrEnum):
    KEEP = "KEEP"
    REPLACE = "REPLACE"
    DISPOSE = "DISPOSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """`financial_year` 0: kept. `option_id` empty and `envelope_id` None: nothing is bought for it.

    `reasons` are up to three rules that bind, in plain words.
    """

    vehicle_id: VehicleId
    fleet_number: str
    trust: OdsCode
    kind: Kind
    action: PlanAction
    financial_year: int = 0
    option_id: str = ""
    envelope_id: EnvelopeId | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementDate:
    """The date an approved plan gives a vehicle; year 0: an earlier date holds no more."""

    vehicle_id: VehicleId
    trust: OdsCode
    plan_id: PlanId
    financial_year: int
    option_id: str = ""
    envelope_id: EnvelopeId | None = None
