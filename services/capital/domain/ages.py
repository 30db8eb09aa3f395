"""Ages as the optimiser counts them: in whole financial years."""

from datetime import date
from typing import Final

from services.kernel.calendar import MONTHS_PER_YEAR, FinancialYear

OLDEST_YEARS: Final = 60


def entry_year_of(in_service_on: date, first_financial_year: int) -> int:
    """Return the financial year a vehicle entered service in, as seen from the first one decided.

    A vehicle that entered since then counts as of its first year, one of 60 years or more as 60.
    """
    year = FinancialYear.of(in_service_on).starting
    return max(first_financial_year - OLDEST_YEARS, min(first_financial_year, year))


def years_of(months: int | None) -> int:
    """Return a policy's age in the nearest number of whole years, at least 1; None: no such age."""
    if not months:
        return 0
    return max(1, (months + MONTHS_PER_YEAR // 2) // MONTHS_PER_YEAR)
