"""Financial years, months, and London's days across its clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.calendar import (
    FinancialYear,
    add_months,
    day_bounds,
    hour_bounds,
    london_day,
)

DAYS = st.dates(date(1960, 1, 1), date(2190, 1, 1))


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 3, 31), "2025/26"),
        (date(2026, 4, 1), "2026/27"),
        (date(2099, 12, 31), "2099/00"),
    ],
)
def test_a_financial_year_begins_on_the_first_of_april(day: date, label: str) -> None:
    assert FinancialYear.of(day).label == label


@given(DAYS)
def test_every_day_lies_in_its_financial_year_and_in_no_other(day: date) -> None:
    year = FinancialYear.of(day)

    assert day in year
    assert day not in year.plus(1)
    assert year.ends_on + timedelta(days=1) == year.plus(1).starts_on


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 15), 60, date(2029, 1, 15)),
    ],
)
def test_months_are_added_up_to_the_last_day_of_the_month(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)],
)
def test_a_day_in_london_has_the_hours_its_clock_change_leaves(day: date, hours: int) -> None:
    start, end = day_bounds(day)

    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is UTC


@given(st.datetimes(datetime(1975, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_an_instant_lies_in_its_london_day_and_in_its_hour(instant: datetime) -> None:
    day_start, day_end = day_bounds(london_day(instant))
    hour_start, hour_end = hour_bounds(instant)

    assert day_start <= instant < day_end
    assert hour_start <= instant < hour_end
