"""Scenario changes as the table has them."""

import pytest

from services.capital.domain.change_codes import change_from, code_of
from services.capital.domain.envelope import Fund
from services.capital.domain.scenario import (
    EnvelopeChange,
    PriceChange,
    ScenarioChange,
    TargetAgeChange,
)
from services.kernel.vehicle import VehicleType


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (EnvelopeChange(fund=None, financial_year=None, permille=0), "envelope:::0"),
        (
            EnvelopeChange(fund=Fund.PDC, financial_year=2027, permille=800),
            "envelope:PDC:2027:800",
        ),
        (TargetAgeChange(vehicle_type=VehicleType.DCA, years=7), "target_age:DCA:7"),
        (PriceChange(option_id=None, permille=1100), "price:1100:"),
        (PriceChange(option_id="DCA:BEV:2", permille=900), "price:900:DCA:BEV:2"),
    ],
)
def test_a_change_is_read_as_it_was_written(change: ScenarioChange, code: str) -> None:
    assert code_of(change) == code
    assert change_from(code) == change
