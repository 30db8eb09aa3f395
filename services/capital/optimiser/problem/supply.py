"""Rows about supply: what can be ordered, built and commissioned."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Capacity,
    ConcentrationId,
    Count,
    HubId,
    Lead,
    LineId,
    MandateBasis,
    MandateId,
    OptionId,
    Permille,
    Share,
    SupplyKind,
    TechnologyCode,
    Term,
    TrustCode,
    TypeCode,
    UnitPence,
    Volume,
    Year,
    YearsBefore,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """A share of a price that scores periods before delivery: a chassis, before its conversion."""

    years_before_delivery: YearsBefore
    permille: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Vehicles had for a term of years: their price is the right of use, payments are revenue."""

    term_years: Term
    yearly_payment_pence: tuple[UnitPence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """From so many vehicles on, each of them costs this share of the price."""

    from_vehicles: Volume
    price_permille: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A vehicle that can be ordered. Tables are by delivery year; a price of 0: not for sale."""

    option_id: OptionId
    vehicle_type: TypeCode
    technology: TechnologyCode
    lead_time_years: Lead = 0
    minimum_order: Count = 0
    price_pence: tuple[UnitPence, ...]
    supply_lines: tuple[LineId, ...] = ()
    order_charge_pence: tuple[UnitPence, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    lease: Lease | None = None
    price_tiers: tuple[PriceTier, ...] = ()
    joint_tiers: bool = False
    box_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyLine:
    line_id: LineId
    kind: SupplyKind
    vehicles: tuple[Capacity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissioning:
    """What a trust's hubs, or one hub, can bring into service. `vehicle_types` empty: every one."""

    trust: TrustCode
    vehicles: tuple[Capacity, ...]
    hub_id: HubId | None = None
    vehicle_types: tuple[TypeCode, ...] = ()


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
class ConcentrationLimit:
    """The most of each trust's new vehicles that may come by certain lines. Empty codes: every."""

    limit_id: ConcentrationId
    trusts: tuple[TrustCode, ...] = ()
    vehicle_types: tuple[TypeCode, ...] = ()
    supply_lines: tuple[LineId, ...]
    share_permille: Permille
