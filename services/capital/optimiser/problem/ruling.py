"""Rows about what somebody has decided beforehand: how much of one decision there is to be."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from services.capital.optimiser.problem.codes import (
    BandCode,
    CommitmentId,
    Count,
    EntryYear,
    MoveKind,
    OptionId,
    Positive,
    SiteId,
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

    @property
    def subject(self) -> tuple[object, ...]:
        """What is ruled on; no two rulings of a problem are on the same."""
        return self.trust, self.option_id, self.financial_year


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

    @property
    def subject(self) -> tuple[object, ...]:
        kind = self.trust, self.vehicle_type, self.technology
        return *kind, self.entry_year, self.band or "", self.in_reserve, self.financial_year


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRuling:
    """How many vehicles of a type a trust gives to another, puts in reserve or remounts in a year.

    `to_trust` is of a transfer alone.
    """

    kind: MoveKind
    trust: TrustCode
    vehicle_type: TypeCode
    to_trust: TrustCode | None = None
    financial_year: Year
    minimum: Count = 0
    maximum: Count = NO_MAXIMUM

    @property
    def subject(self) -> tuple[object, ...]:
        return self.kind, self.trust, self.vehicle_type, self.to_trust or "", self.financial_year


@dataclass(frozen=True, slots=True, kw_only=True)
class HireRuling:
    """How many vehicles of a type a trust hires for a year."""

    trust: TrustCode
    vehicle_type: TypeCode
    financial_year: Year
    minimum: Count = 0
    maximum: Count = NO_MAXIMUM

    @property
    def subject(self) -> tuple[object, ...]:
        return self.trust, self.vehicle_type, self.financial_year


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerRuling:
    """How many chargers are bought for a site in a year, whoever pays."""

    site_id: SiteId
    financial_year: Year
    minimum: Count = 0
    maximum: Count = NO_MAXIMUM

    @property
    def subject(self) -> tuple[object, ...]:
        return self.site_id, self.financial_year


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRuling:
    """How many vehicles of a commitment are cancelled."""

    commitment_id: CommitmentId
    minimum: Count = 0
    maximum: Count = NO_MAXIMUM

    @property
    def subject(self) -> tuple[object, ...]:
        return (self.commitment_id,)


Ruling: TypeAlias = (
    OrderRuling | ServiceRuling | MoveRuling | HireRuling | ChargerRuling | CancellationRuling
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedOrder:
    """How many of an option a trust was to have in a year, by the plan approved before."""

    trust: TrustCode
    option_id: OptionId
    financial_year: Year
    vehicles: Positive
