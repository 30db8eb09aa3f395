"""Rows about sites and duties: where vehicles charge, and what a technology can do."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Count,
    Permille,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
    UnitPence,
    VehiclesPerCharger,
    Year,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingSite:
    """Chargers of one hub or trust by year, what the grid carries, and what one more costs.

    `maximum` empty: no more than are there. `price_pence` empty: none is for sale.
    """

    site_id: SiteId
    trust: TrustCode
    chargers: tuple[Count, ...]
    vehicles_per_charger_permille: VehiclesPerCharger
    maximum: tuple[Count, ...] = ()
    price_pence: tuple[UnitPence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFit:
    """The share of a fleet's duties that a technology can do. `trust` None: every other trust."""

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    technology: TechnologyCode
    from_financial_year: Year
    share_permille: Permille
