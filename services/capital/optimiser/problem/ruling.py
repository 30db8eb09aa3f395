"""Rows about what somebody has decided beforehand: orders placed or refused, vehicles kept."""

from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.problem.codes import (
    BandCode,
    Count,
    EntryYear,
    OptionId,
    Positive,
    TechnologyCode,
    TrustCode,
    TypeCode,
    Year,
)

NO_MAXIMUM: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRuling:
    """How many of an option a trust buys for delivery in a year, whoever pays."""

    trust: TrustCode
    option_id: OptionId
    financial_year: Year
    minimum: Count = 0
    maximum: Count = NO_MAXIMUM


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRuling:
    """How many vehicles that entered service in a year serve in a later one.

    Those in a mileage band, or in reserve, are counted by themselves.
    """

    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    entry_year: EntryYear
    financial_year: Year
    band: BandCode | None = None
    in_reserve: bool = False
    minimum: Count = 0
    maximum: Count = NO_MAXIMUM


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedOrder:
    """How many of an option a trust was to have in a year, by the plan approved before."""

    trust: TrustCode
    option_id: OptionId
    financial_year: Year
    vehicles: Positive
