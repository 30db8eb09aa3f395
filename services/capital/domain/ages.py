"""Ages as the optimiser counts them: in whole financial years."""

from datetime import date
from typing import Final

from services.kernel.calendar import MONTHS_PER_YEAR, FinancialYear

OLDEST_YEARS: Final = 60


def age_years(in_service_on: date, financial_year: int) -> int:
    """Return the age in a financial year: that year less the one the vehicle entered service in.

    A vehicle that entered later counts as new, one of more than 60 years as 60.
    """
    entry_year = FinancialYear.of(in_service_on).starting
    return max(0, min(OLDEST_YEARS, financial_year - entry_year))


def years_of(months: int | None) -> int:
    """Return a policy's age in the nearest number of whole years, at least 1; None: no such age."""
    if not months:
        return 0
    return max(1, (months + MONTHS_PER_YEAR // 2) // MONTHS_PER_YEAR)
