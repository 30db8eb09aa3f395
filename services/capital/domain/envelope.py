"""Whose money, of which fund, in which financial year (domain.md 4.1, 4.2). No clock, no I/O."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from services.kernel.calendar import FinancialYear
from services.kernel.errors import NotFound, RuleBroken
from services.kernel.ids import EnvelopeId, OdsCode
from services.kernel.vehicle import Technology, VehicleType

# NHS England, capital guidance 2026/27 to 2029/30: operational capital goes to providers.
FIRST_PROVIDER_YEAR: Final = 2026


class HolderKind(StrEnum):
    PROVIDER = "PROVIDER"
    SYSTEM = "SYSTEM"
    REGION = "REGION"
    NATIONAL_PROGRAMME = "NATIONAL_PROGRAMME"


class Fund(StrEnum):
    OPERATIONAL = "OPERATIONAL"
    PDC = "PDC"
    BROKERAGE = "BROKERAGE"
    GRANT = "GRANT"


class Certainty(StrEnum):
    FIRM = "FIRM"
    INDICATIVE = "INDICATIVE"


class HolderNotOfYear(RuleBroken):
    reason = "ENVELOPE_HOLDER_NOT_OF_YEAR"


class EnvelopeNotFound(NotFound):
    reason = "ENVELOPE_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What one holder may spend from one fund in one financial year; what is not spent is lost.

    `trusts` may draw on it, at least one. No type or technology named: it buys every one.
    Operational capital is held by the kind of body the year's regime names, or is refused.
    """

    id: EnvelopeId
    holder: OdsCode
    holder_name: str
    holder_kind: HolderKind
    fund: Fund
    financial_year: int
    allocation_pence: int
    certainty: Certainty
    trusts: tuple[OdsCode, ...]
    vehicle_types: tuple[VehicleType, ...] = ()
    technologies: tuple[Technology, ...] = ()
    source: str
    version: int = 1

    def __post_init__(self) -> None:
        rightful = holder_of(self.fund, self.financial_year)
        if rightful is not None and self.holder_kind is not rightful:
            year = FinancialYear(starting=self.financial_year)
            raise HolderNotOfYear(
                f"operational capital of {year} is held by {rightful.lower()}s",
                holder_kind=self.holder_kind,
                financial_year=str(self.financial_year),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeAllocated:
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeRevised:
    envelope: Envelope
    previous_allocation_pence: int


EnvelopeFact: TypeAlias = EnvelopeAllocated | EnvelopeRevised


def holder_of(fund: Fund, financial_year: int) -> HolderKind | None:
    """Return who must hold the fund in the year; None: any body may."""
    if fund is not Fund.OPERATIONAL:
        return None
    return HolderKind.PROVIDER if financial_year >= FIRST_PROVIDER_YEAR else HolderKind.SYSTEM


def allocated(current: Envelope | None, given: Envelope) -> EnvelopeFact:
    """Record `given` as a new envelope, or as what `current` becomes under its identity."""
    if current is None:
        return EnvelopeAllocated(envelope=given)
    revised = replace(given, id=current.id, version=current.version + 1)
    return EnvelopeRevised(envelope=revised, previous_allocation_pence=current.allocation_pence)
