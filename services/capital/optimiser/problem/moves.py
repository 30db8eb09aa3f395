"""Rows about moves: which vehicles may change trust, or go from the front line to reserve."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Age,
    BoxAge,
    Count,
    LineId,
    Permille,
    PositiveRemounts,
    Share,
    TechnologyCode,
    TrustCode,
    TypeCode,
    UnitPence,
    Weeks,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRoute:
    """One trust may give vehicles of a type to another. `cost_pence` is of each.

    It is of the receiver's revenue, at the prices of the first year.
    """

    from_trust: TrustCode
    to_trust: TrustCode
    vehicle_type: TypeCode
    cost_pence: UnitPence = 0
    minimum_remaining: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """A reserve of a type: who may join it, how long and how many. `trust` None: every other trust.

    `available_permille` is what a vehicle in reserve is worth of one on the front line; an age of
    0: no such age.
    """

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    from_age_years: Age = 0
    maximum_age_years: Age = 0
    available_permille: Share
    running_saved_permille: Permille = 0
    maximum: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Remount:
    """A box goes on a new chassis. `price_pence` is by year, 0: not for sale. `trust` None: any."""

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    technology: TechnologyCode
    price_pence: tuple[UnitPence, ...]
    maximum_remounts: PositiveRemounts
    maximum_box_age_years: BoxAge
    weeks_out: Weeks = 0
    supply_lines: tuple[LineId, ...] = ()
