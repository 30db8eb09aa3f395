"""Rows about hire: what may be had for a year when crews lack vehicles, and at what price."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import Count, Share, TrustCode, TypeCode, UnitPence


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """Vehicles that can be hired, and their price, by year. `trust` None: every other trust."""

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    price_pence: tuple[UnitPence, ...]
    available_permille: Share
    vehicles: tuple[Count, ...]
