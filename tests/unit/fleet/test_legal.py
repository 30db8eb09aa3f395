"""Until when the law lets a vehicle out."""

from datetime import date

import pytest

from services.fleet.domain.kinds import VorCause
from services.fleet.domain.legal import first_mot_holds_until, taxed_until
from tests.unit.fleet.build import legal


@pytest.mark.parametrize(
    ("first_registered_on", "held_last_on"),
    [
        (date(2026, 3, 20), date(2027, 3, 19)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2025, 2, 27)),
        (date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_a_vehicle_needs_its_first_mot_on_its_first_anniversary(
    first_registered_on: date, held_last_on: date
) -> None:
    assert first_mot_holds_until(first_registered_on) == held_last_on


def test_a_year_of_tax_ends_on_the_eve_of_the_day_it_began() -> None:
    assert taxed_until(date(2026, 6, 10)) == date(2027, 6, 9)


def test_a_vehicle_that_lifts_nobody_needs_no_examination_of_its_lift() -> None:
    assert legal(lifting=None).lapsed(date(2027, 3, 19)) == ()


@pytest.mark.parametrize(
    ("today", "lapsed"),
    [
        (date(2026, 6, 1), ()),
        (date(2026, 6, 2), (VorCause.MOT,)),
        (date(2026, 6, 3), (VorCause.MOT, VorCause.TAX_OR_INSURANCE)),
        (date(2026, 6, 4), (VorCause.MOT, VorCause.TAX_OR_INSURANCE, VorCause.LOLER)),
    ],
)
def test_each_item_lapses_by_its_own_clock(today: date, lapsed: tuple[VorCause, ...]) -> None:
    items = legal(mot=date(2026, 6, 1), tax=date(2026, 6, 2), lifting=date(2026, 6, 3))

    assert items.lapsed(today) == lapsed


@pytest.mark.parametrize("cause", VorCause)
def test_renewing_one_item_leaves_the_others_as_they_are(cause: VorCause) -> None:
    items = legal(lifting=date(2026, 9, 1))
    until = date(2028, 1, 1)

    renewed = items.renewed(cause, until)

    dated = {VorCause.MOT, VorCause.LOLER, VorCause.TAX_OR_INSURANCE}
    assert {each: renewed.expires_on(each) for each in dated} == {
        each: until if each is cause else items.expires_on(each) for each in dated
    }
