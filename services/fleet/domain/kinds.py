"""The words fleet sorts vehicles by; names as in makeready/fleet/v1/vehicle.proto."""

from enum import StrEnum
from typing import NewType
from uuid import UUID

EpisodeId = NewType("EpisodeId", UUID)
LifePolicyId = NewType("LifePolicyId", UUID)


class Capability(StrEnum):
    """What a vehicle can do beyond its type; a shift may ask for it (rule 9)."""

    BARIATRIC = "BARIATRIC"
    FOUR_BY_FOUR = "FOUR_BY_FOUR"
    HIGH_DEPENDENCY = "HIGH_DEPENDENCY"
    WHEELCHAIR = "WHEELCHAIR"
    LICENCE_B = "LICENCE_B"
    LONG_RANGE = "LONG_RANGE"


class Ownership(StrEnum):
    OWNED = "OWNED"
    LEASED_IFRS16 = "LEASED_IFRS16"
    LEASED_SHORT_TERM = "LEASED_SHORT_TERM"
    HIRED = "HIRED"
    LOANED = "LOANED"
    DONATED = "DONATED"


class VorCause(StrEnum):
    """Why a vehicle is off the road (VOR)."""

    SCHEDULED_SERVICE = "SCHEDULED_SERVICE"
    MOT = "MOT"
    LOLER = "LOLER"
    DEFECT_MECHANICAL = "DEFECT_MECHANICAL"
    DEFECT_ELECTRICAL = "DEFECT_ELECTRICAL"
    DEFECT_BODY = "DEFECT_BODY"
    TYRE = "TYRE"
    BRAKES = "BRAKES"
    EMISSIONS_DPF = "EMISSIONS_DPF"
    ACCIDENT_DAMAGE = "ACCIDENT_DAMAGE"
    CONVERSION_FAULT = "CONVERSION_FAULT"
    STRETCHER_OR_LIFT = "STRETCHER_OR_LIFT"
    EQUIPMENT_ICT = "EQUIPMENT_ICT"
    CONTAMINATION_DEEP_CLEAN = "CONTAMINATION_DEEP_CLEAN"
    WARRANTY_DEALER = "WARRANTY_DEALER"
    AWAITING_PARTS = "AWAITING_PARTS"
    AWAITING_BAY = "AWAITING_BAY"
    RECALL = "RECALL"
    CHARGING_FAULT = "CHARGING_FAULT"
    LEGAL_HOLD = "LEGAL_HOLD"
    NO_KEYS = "NO_KEYS"
    TAX_OR_INSURANCE = "TAX_OR_INSURANCE"
    OTHER = "OTHER"


class DefectSeverity(StrEnum):
    """How bad a defect is: only a dangerous one takes the vehicle off the road."""

    MINOR = "MINOR"
    MAJOR = "MAJOR"
    DANGEROUS = "DANGEROUS"


class DisposalRoute(StrEnum):
    AUCTION = "AUCTION"
    TRADE_SALE = "TRADE_SALE"
    LEASE_RETURN = "LEASE_RETURN"
    SCRAPPED = "SCRAPPED"
    DONATED = "DONATED"
    WRITTEN_OFF = "WRITTEN_OFF"


def in_words(name: StrEnum) -> str:
    """Return a state or a cause as it stands in a sentence: "made ready", "MOT"."""
    return name.value if name in ABBREVIATIONS else name.value.replace("_", " ").lower()


ABBREVIATIONS = frozenset({VorCause.MOT, VorCause.LOLER})
