"""Rows about vehicles: what there is, what is needed, how long it is kept."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Age,
    BandCode,
    Count,
    DayPence,
    Permille,
    Positive,
    Remounts,
    SignedPence,
    TechnologyCode,
    TrustCode,
    TypeCode,
    UnitPence,
    Year,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleType:
    code: TypeCode
    lost_day_cost_pence: DayPence = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    code: TechnologyCode
    zero_emission: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeProfile:
    """Tables by age; past a table's end its last entry holds. `trust` None: every other trust.

    `band` None: vehicles in no mileage band.
    """

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    technology: TechnologyCode
    band: BandCode | None = None
    running_cost_pence: tuple[UnitPence, ...]
    off_road_permille: tuple[Permille, ...]
    resale_pence: tuple[SignedPence, ...] = (0,)
    terminal_value_pence: tuple[SignedPence, ...] = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    age_years: Age
    vehicles: Positive
    in_reserve: bool = False
    band: BandCode | None = None
    box_body: bool = False
    box_age_years: Age = 0
    remounts: Remounts = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    trust: TrustCode
    vehicle_type: TypeCode
    financial_year: Year
    required_available: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    trust: TrustCode
    vehicle_type: TypeCode
    from_financial_year: Year
    minimum: Count
    maximum: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class LifePolicy:
    """How long vehicles are kept. An age of 0: no such age."""

    trust: TrustCode
    vehicle_type: TypeCode
    from_financial_year: Year
    target_age_years: Age = 0
    maximum_age_years: Age = 0

    def is_over_age(self, age_years: int) -> bool:
        return 0 < self.target_age_years <= age_years

    def is_past_maximum(self, age_years: int) -> bool:
        return 0 < self.maximum_age_years <= age_years


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalFreeze:
    trust: TrustCode
    vehicle_type: TypeCode
    financial_year: Year
