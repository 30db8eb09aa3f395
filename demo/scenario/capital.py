"""What may be bought and whose money there is; scenarios/wmas has the files that fill it in."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from demo.scenario.parts import Count, FinancialYear, Organisation, Part, Provenance
from services.kernel.vehicle import Technology, VehicleType


class Option(Part):
    id: str
    name: str
    type: VehicleType
    technology: Technology
    price_pounds: Decimal
    price_change_permille: int | None = None
    lead_time_years: Count = 0
    minimum_order: Count = 0
    lines: tuple[str, ...] = ()


class SupplyLine(Part):
    id: str
    name: str
    kind: Literal["CONVERTER", "CHASSIS"]
    vehicles_per_year: Count


class Tables(Part):
    maintenance_pounds: tuple[Decimal, ...]
    off_road_permille: tuple[int, ...]
    resale_pounds: tuple[Decimal, ...]


class Profile(Part):
    type: VehicleType
    technology: Technology
    maintenance: Decimal
    energy_pounds: Decimal
    off_road: Decimal
    resale: Decimal
    lost_day_pounds: Decimal


class Mandate(Part):
    id: str
    types: tuple[VehicleType, ...]
    from_financial_year: FinancialYear
    share_permille: Annotated[int, Field(ge=1, le=1000)]
    basis: Literal["DELIVERIES", "ORDERS"]


class Catalogue(Part):
    holder: Organisation
    provenance: Provenance
    price_year: FinancialYear
    vehicle_inflation_permille: Count
    cost_inflation_permille: Count
    discount_permille: Count
    options: tuple[Option, ...]
    supply_lines: tuple[SupplyLine, ...]
    tables: Tables
    profiles: tuple[Profile, ...]
    mandates: tuple[Mandate, ...]


class Holder(Part):
    code: Organisation
    name: str
    kind: Literal["PROVIDER", "SYSTEM", "REGION", "NATIONAL_PROGRAMME"]


class Envelope(Part):
    provenance: Provenance
    holder: Holder
    fund: Literal["OPERATIONAL", "PDC", "BROKERAGE", "GRANT"]
    certainty: Literal["FIRM", "INDICATIVE"]
    pounds_by_year: dict[FinancialYear, Decimal]
    types: tuple[VehicleType, ...] = ()
    technologies: tuple[Technology, ...] = ()
    trusts: tuple[Organisation, ...] = ()
