"""Prices and worths over the years, in whole pence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.capital.domain.rounding import (
    discounts_ppm,
    indices_permille,
    nearest,
    risen,
    scaled,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (4, 2, 2), (7, 3, 2), (8, 3, 3), (-5, 2, -2), (-7, 3, -2), (0, 9, 0)],
)
def test_halves_are_rounded_up(numerator: int, denominator: int, rounded: int) -> None:
    assert nearest(numerator, denominator) == rounded


@pytest.mark.parametrize(
    ("amount", "permille", "years", "later"),
    [
        (15_000_000, 40, 0, 15_000_000),
        (15_000_000, 40, 1, 15_600_000),
        (15_000_000, 40, 2, 16_224_000),
        (15_600_000, 40, -1, 15_000_000),
        (19_500_000, -60, 4, 15_224_605),
        (0, 200, 20, 0),
    ],
)
def test_an_amount_rises_by_compound_change(
    amount: int, permille: int, years: int, later: int
) -> None:
    assert risen(amount, permille, years) == later


def test_it_is_rounded_once_and_not_year_by_year() -> None:
    year_by_year = 33
    for _ in range(3):
        year_by_year = risen(year_by_year, 15, 1)

    assert (risen(33, 15, 3), year_by_year) == (35, 33)


def test_the_green_book_s_discount() -> None:
    assert discounts_ppm(35, 3) == (1_000_000, 966_184, 933_511, 901_943)


def test_prices_are_told_against_the_first_year_s() -> None:
    assert indices_permille(30, 3) == (1000, 1030, 1061, 1093)


@given(st.integers(0, 10**13), st.integers(0, 1000))
def test_scaling_down_never_makes_more(amount: int, permille: int) -> None:
    assert 0 <= scaled(amount, permille) <= amount


@given(st.integers(0, 10**10), st.integers(0, 200), st.integers(0, 20))
def test_rising_and_falling_back_loses_at_most_a_penny(
    amount: int, permille: int, years: int
) -> None:
    assert abs(risen(risen(amount, permille, years), permille, -years) - amount) <= 1
