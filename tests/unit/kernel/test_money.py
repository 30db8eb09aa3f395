"""Pence, and how they are written."""

import pytest

from services.kernel.money import pounds, short_pounds


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (0, "£0.00"),
        (5, "£0.05"),
        (-5, "-£0.05"),
        (123_456, "£1,234.56"),
        (10**11, "£1,000,000,000.00"),
    ],
)
def test_pounds_are_written_to_the_penny(pence: int, text: str) -> None:
    assert pounds(pence) == text


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (0, "£0"),
        (49, "£0"),
        (50, "£1"),
        (95_000, "£950"),
        (99_999, "£1,000"),
        (100_000, "£1k"),
        (123_456_789, "£1.2m"),
        (-95_000, "-£950"),
        (-49, "£0"),
        (-50, "-£1"),
        (99_999_999, "£1,000k"),
        (250_000_000_000, "£2.5bn"),
    ],
)
def test_short_pounds_keep_a_tenth_of_the_largest_unit(pence: int, text: str) -> None:
    assert short_pounds(pence) == text
