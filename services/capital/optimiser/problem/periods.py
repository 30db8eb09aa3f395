"""Periods: financial years, or quarters of them; the money of both, and how they are spoken of.

A financial year is its starting year, such as 2026. A quarter is four times its financial year and
0 to 3 more: 8104 is the first of 2026/27. So a number says by itself which of the two it is.
"""

from typing import Final

QUARTERS: Final = 4
FIRST_QUARTER: Final = 2000 * QUARTERS
# What a period is long, in days and in weeks.
DAYS_PER_YEAR: Final = 365
DAYS_PER_QUARTER: Final = 91
WEEKS_PER_YEAR: Final = 52
WEEKS_PER_QUARTER: Final = 13


def is_quarter(period: int) -> bool:
    # No vehicle is so old that the quarter it entered service in could be taken for a year.
    return period > FIRST_QUARTER // 2


def money_year(period: int) -> int:
    """Return the financial year of the period: whose envelopes pay in it."""
    return period // QUARTERS if is_quarter(period) else period


def days_in(period: int) -> int:
    return DAYS_PER_QUARTER if is_quarter(period) else DAYS_PER_YEAR


def weeks_in(period: int) -> int:
    return WEEKS_PER_QUARTER if is_quarter(period) else WEEKS_PER_YEAR


def label(period: int) -> str:
    """Return the period as it is spoken of: "2027/28", or its "2027/28 Q1"."""
    year = money_year(period)
    spoken = f"{year}/{(year + 1) % 100:02}"
    return f"{spoken} Q{period % QUARTERS + 1}" if is_quarter(period) else spoken
