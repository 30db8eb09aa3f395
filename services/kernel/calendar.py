"""Days, months and financial years of the English public sector, and London's wall clock."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
APRIL: Final = 4
MONTHS_PER_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FinancialYear:
    """The year from 1 April of `starting` to 31 March of the next; 2026 is written "2026/27"."""

    starting: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the financial year that `day` lies in."""
        return cls(starting=day.year if day.month >= APRIL else day.year - 1)

    @property
    def label(self) -> str:
        return f"{self.starting}/{(self.starting + 1) % 100:02}"

    @property
    def starts_on(self) -> date:
        return date(self.starting, APRIL, 1)

    @property
    def ends_on(self) -> date:
        """The last day of the year, 31 March."""
        return date(self.starting + 1, APRIL, 1) - timedelta(days=1)

    def plus(self, years: int) -> Self:
        return type(self)(starting=self.starting + years)

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def __str__(self) -> str:
        return self.label


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or that month's last day if it is shorter."""
    years, month_index = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the instants, in UTC, between which it is `day` in London: 23 to 25 hours."""
    return _midnight(day), _midnight(day + timedelta(days=1))


def hour_bounds(instant: datetime) -> tuple[datetime, datetime]:
    """Return the hour, in UTC, that an aware `instant` lies in. London's hours are UTC's hours."""
    start = instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return start, start + timedelta(hours=1)


def london_day(instant: datetime) -> date:
    """Return the day it is in London at an aware `instant`."""
    return instant.astimezone(LONDON).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
