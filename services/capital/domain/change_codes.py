"""Scenario changes as short texts, for people who read the table: "price:800:DCA-BEV"."""

from typing import assert_never

from services.capital.domain.envelope import Fund
from services.capital.domain.scenario import (
    EnvelopeChange,
    PriceChange,
    ScenarioChange,
    TargetAgeChange,
)
from services.kernel.vehicle import VehicleType


def code_of(change: ScenarioChange) -> str:
    match change:
        case EnvelopeChange():
            return f"envelope:{change.fund or ''}:{change.financial_year or ''}:{change.permille}"
        case TargetAgeChange():
            return f"target_age:{change.vehicle_type}:{change.years}"
        case PriceChange():
            return f"price:{change.permille}:{change.option_id or ''}"
    assert_never(change)


def change_from(code: str) -> ScenarioChange:
    """Return the change that `code_of` wrote as `code`."""
    kind, _, rest = code.partition(":")
    match kind:
        case "envelope":
            fund, year, permille = rest.split(":")
            return EnvelopeChange(
                fund=Fund(fund) if fund else None,
                financial_year=int(year) if year else None,
                permille=int(permille),
            )
        case "target_age":
            vehicle_type, years = rest.split(":")
            return TargetAgeChange(vehicle_type=VehicleType(vehicle_type), years=int(years))
        case _:
            # An option's code may hold colons, so it stands last.
            permille, _, option_id = rest.partition(":")
            return PriceChange(option_id=option_id or None, permille=int(permille))
