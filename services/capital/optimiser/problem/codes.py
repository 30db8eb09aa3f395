"""The names, kinds and ranges of values in a renewal problem."""

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
CeilingId = NewType("CeilingId", str)
ConcentrationId = NewType("ConcentrationId", str)
BandCode = NewType("BandCode", str)
HubId = NewType("HubId", str)
SiteId = NewType("SiteId", str)

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
# Or a quarter: see `periods`.
Year: TypeAlias = Annotated[int, Range(2000, 8803)]
# Of a vehicle, whose age may be 60 as the horizon begins.
EntryYear: TypeAlias = Annotated[int, Range(1900, 8900)]
Horizon: TypeAlias = Annotated[int, Range(1, 40)]
Age: TypeAlias = Annotated[int, Range(0, 60)]
Volume: TypeAlias = Annotated[int, Range(2, 100_000)]
Term: TypeAlias = Annotated[int, Range(1, 30)]
YearsBefore: TypeAlias = Annotated[int, Range(1, 10)]
Lead: TypeAlias = Annotated[int, Range(0, 10)]
Count: TypeAlias = Annotated[int, Range(0, 100_000)]
Positive: TypeAlias = Annotated[int, Range(1, 100_000)]
Capacity: TypeAlias = Annotated[int, Range(0, 1_000_000)]
Permille: TypeAlias = Annotated[int, Range(0, 1000)]
Remounts: TypeAlias = Annotated[int, Range(0, 5)]
PositiveRemounts: TypeAlias = Annotated[int, Range(1, 5)]
BoxAge: TypeAlias = Annotated[int, Range(1, 60)]
Weeks: TypeAlias = Annotated[int, Range(0, 52)]
VehiclesPerCharger: TypeAlias = Annotated[int, Range(1, 100_000)]
Kilowatts: TypeAlias = Annotated[int, Range(0, 1000)]
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


class MoveKind(StrEnum):
    """What vehicles become when a year begins."""

    TRANSFER = "transfer"
    RESERVE = "reserve"
    REMOUNT = "remount"
