"""The renewal problem: what may be decided and what must hold. Values only, integers throughout.

The conventions (what an age is, when a vehicle is delivered, how long a table is) and the meaning
of an empty field are those of `makeready/capital/v1/renewal_problem.proto`, field by field.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, NamedTuple, NewType, TypeAlias

TrustCode = NewType("TrustCode", str)
TypeCode = NewType("TypeCode", str)
TechnologyCode = NewType("TechnologyCode", str)
OptionId = NewType("OptionId", str)
EnvelopeId = NewType("EnvelopeId", str)
CommitmentId = NewType("CommitmentId", str)
LineId = NewType("LineId", str)
MandateId = NewType("MandateId", str)

CODE_PATTERN: Final = "[A-Za-z0-9.:_-]{1,64}"


class Range(NamedTuple):
    """The values an integer field may take, both ends included."""

    least: int
    most: int


class MaxLength(NamedTuple):
    """The most characters a text may have."""

    characters: int


# Ten times the largest fleet, dearest vehicle and longest life in use, so that products of them
# stay far within 64 bits.
Year: TypeAlias = Annotated[int, Range(2000, 2200)]
Horizon: TypeAlias = Annotated[int, Range(1, 30)]
Age: TypeAlias = Annotated[int, Range(0, 60)]
Lead: TypeAlias = Annotated[int, Range(0, 10)]
Count: TypeAlias = Annotated[int, Range(0, 100_000)]
Positive: TypeAlias = Annotated[int, Range(1, 100_000)]
Capacity: TypeAlias = Annotated[int, Range(0, 1_000_000)]
Permille: TypeAlias = Annotated[int, Range(0, 1000)]
Share: TypeAlias = Annotated[int, Range(1, 1000)]
DayPence: TypeAlias = Annotated[int, Range(0, 10**9)]
UnitPence: TypeAlias = Annotated[int, Range(0, 10**10)]
SignedPence: TypeAlias = Annotated[int, Range(-(10**10), 10**10)]
Allocation: TypeAlias = Annotated[int, Range(0, 10**13)]
DiscountPpm: TypeAlias = Annotated[int, Range(1, 2_000_000)]
IndexPermille: TypeAlias = Annotated[int, Range(1, 10_000)]
Name: TypeAlias = Annotated[str, MaxLength(200)]
Description: TypeAlias = Annotated[str, MaxLength(500)]


class SupplyKind(StrEnum):
    CONVERTER = "converter"
    CHASSIS = "chassis"


class MandateBasis(StrEnum):
    DELIVERIES = "deliveries"
    ORDERS = "orders"


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
    """Tables by age; past a table's end its last entry holds. `trust` None: every other trust."""

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    technology: TechnologyCode
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Vehicles on order. `envelope_id` None: paid outside every envelope of the problem."""

    commitment_id: CommitmentId
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    financial_year: Year
    vehicles: Positive
    price_pence: UnitPence
    envelope_id: EnvelopeId | None = None
    supply_lines: tuple[LineId, ...] = ()

    @property
    def cost_pence(self) -> int:
        return self.vehicles * self.price_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A vehicle that can be ordered. `price_pence` is by delivery year; 0: not for sale."""

    option_id: OptionId
    vehicle_type: TypeCode
    technology: TechnologyCode
    lead_time_years: Lead = 0
    minimum_order: Count = 0
    price_pence: tuple[UnitPence, ...]
    supply_lines: tuple[LineId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One holder's money of one fund in one year. An empty list of codes: every one."""

    envelope_id: EnvelopeId
    holder: Name = ""
    fund: Name = ""
    financial_year: Year
    allocation_pence: Allocation
    trusts: tuple[TrustCode, ...] = ()
    vehicle_types: tuple[TypeCode, ...] = ()
    technologies: tuple[TechnologyCode, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyLine:
    line_id: LineId
    kind: SupplyKind
    vehicles: tuple[Capacity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissioning:
    trust: TrustCode
    vehicles: tuple[Capacity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A least share of zero-emission vehicles among those covered. Empty codes: every one."""

    mandate_id: MandateId
    trusts: tuple[TrustCode, ...] = ()
    vehicle_types: tuple[TypeCode, ...] = ()
    from_financial_year: Year
    share_permille: Share
    basis: MandateBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything that decides a plan. `validate.checked` tells whether it makes sense."""

    description: Description = ""
    first_financial_year: Year
    years: Horizon
    trusts: tuple[TrustCode, ...]
    vehicle_types: tuple[VehicleType, ...]
    technologies: tuple[Technology, ...]
    age_profiles: tuple[AgeProfile, ...]
    cohorts: tuple[Cohort, ...]
    commitments: tuple[Commitment, ...] = ()
    options: tuple[Option, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    needs: tuple[Need, ...] = ()
    establishments: tuple[Establishment, ...] = ()
    life_policies: tuple[LifePolicy, ...] = ()
    disposal_freezes: tuple[DisposalFreeze, ...] = ()
    supply_lines: tuple[SupplyLine, ...] = ()
    commissioning: tuple[Commissioning, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    discount_ppm: tuple[DiscountPpm, ...] = ()
    price_index_permille: tuple[IndexPermille, ...] = ()

    @property
    def horizon(self) -> range:
        """The financial years decided."""
        return range(self.first_financial_year, self.first_financial_year + self.years)
