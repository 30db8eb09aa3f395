"""Rows about sites and duties: where vehicles charge, and what a technology can do."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Capacity,
    Count,
    HubId,
    Kilowatts,
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

    `maximum` empty: no more than are there, or than a grid connection of the hub carries.
    `price_pence` empty: none is for sale. `vehicle_types` empty: every one.
    """

    site_id: SiteId
    trust: TrustCode
    chargers: tuple[Count, ...]
    vehicles_per_charger_permille: VehiclesPerCharger
    maximum: tuple[Count, ...] = ()
    price_pence: tuple[UnitPence, ...] = ()
    hub_id: HubId | None = None
    vehicle_types: tuple[TypeCode, ...] = ()
    kilowatts: Kilowatts = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GridConnection:
    """What the chargers of all sites at one hub may take together, in kilowatts by year."""

    trust: TrustCode
    hub_id: HubId
    kilowatts: tuple[Capacity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFit:
    """The share of a fleet's duties that a technology can do. `trust` None: every other trust."""

    trust: TrustCode | None = None
    vehicle_type: TypeCode
    technology: TechnologyCode
    from_financial_year: Year
    share_permille: Permille
