"""Miles run, and which readings are believed (rule 7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

# What a vehicle can cover in a day; readings less than a day apart are given a day's worth.
MILES_PER_DAY: Final = 600
DAY: Final = timedelta(days=1)


class Outcome(StrEnum):
    ACCEPTED = "ACCEPTED"
    QUARANTINED_LOWER = "QUARANTINED_LOWER"
    QUARANTINED_JUMP = "QUARANTINED_JUMP"
    OLDER = "OLDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an odometer showed. `is_replacement`: a new odometer, which starts from here."""

    shown_miles: int
    read_at: datetime
    is_replacement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Odometer:
    """Miles the vehicle has run; those of odometers it no longer has are in `offset_miles`.

    `offset_miles` is below nought when a new odometer shows more than the vehicle has run.
    """

    miles: int = 0
    read_at: datetime | None = None
    offset_miles: int = 0

    def judge(self, reading: Reading) -> tuple[Outcome, Self]:
        """Return what becomes of a reading, and the odometer after it."""
        # Nothing is known that the first reading could contradict.
        if self.read_at is None:
            return self._accept(reading, reading.shown_miles + self.offset_miles)
        if reading.is_replacement and reading.read_at > self.read_at:
            return Outcome.ACCEPTED, type(self)(
                miles=self.miles,
                read_at=reading.read_at,
                offset_miles=self.miles - reading.shown_miles,
            )
        return self._compare(reading, reading.shown_miles + self.offset_miles, self.read_at)

    def _compare(self, reading: Reading, miles: int, last_at: datetime) -> tuple[Outcome, Self]:
        if reading.read_at <= last_at:
            # An older reading that shows more contradicts the one already believed.
            is_possible = miles <= self.miles or reading.is_replacement
            return (Outcome.OLDER if is_possible else Outcome.QUARANTINED_JUMP), self
        if miles < self.miles:
            return Outcome.QUARANTINED_LOWER, self
        if (miles - self.miles) * DAY > MILES_PER_DAY * max(reading.read_at - last_at, DAY):
            return Outcome.QUARANTINED_JUMP, self
        return self._accept(reading, miles)

    def _accept(self, reading: Reading, miles: int) -> tuple[Outcome, Self]:
        return Outcome.ACCEPTED, type(self)(
            miles=miles, read_at=reading.read_at, offset_miles=self.offset_miles
        )
