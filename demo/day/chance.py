"""What chance brings in a day. Every draw follows from the scenario's seed and what it is for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from random import Random
from typing import Final

from demo.scenario.trust import MakeReady, Overrun, Trust
from demo.scenario.vehicles import SeedVehicle

# The 95th percentile of a normal distribution, in standard deviations.
P95: Final = 1.645
DAYS_PER_YEAR: Final = 365
ACCIDENT: Final = "ACCIDENT_DAMAGE"
# What crews meet; service and the dealer's warranty are planned.
BREAKDOWNS: Final = ("DEFECT_MECHANICAL", "DEFECT_ELECTRICAL", "TYRE", "BRAKES")
LEAST_BREAKDOWN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A fault that takes a vehicle off the road, from when until when."""

    cause: str
    at: datetime
    back_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One shift of one vehicle: when it is back, and how it comes back.

    With a `breakdown` before `back_at` it does not come back; with one at `back_at` its crew
    reports a danger.
    """

    left_at: datetime
    back_at: datetime
    miles: int
    fuel_percent: int
    is_contaminated: bool
    has_broken_seal: bool
    has_minor_defect: bool
    breakdown: Breakdown | None

    @property
    def ends_at(self) -> datetime:
        return self.breakdown.at if self.breakdown else self.back_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The draws of one trust in one scenario."""

    seed: int
    trust: Trust

    def trip(self, vehicle: SeedVehicle, left_at: datetime, ends_at: datetime, nth: int) -> Trip:
        """Draw the vehicle's `nth` trip, for a crew whose shift is to end at `ends_at`."""
        random = Random(f"{self.seed}/trip/{vehicle.trust}/{vehicle.fleet_number}/{nth}")
        back_at = ends_at + overrun(random, self.trust.crew_starts.overrun)
        work = self.trust.make_ready
        return Trip(
            left_at=left_at,
            back_at=back_at,
            miles=self._miles(random, vehicle),
            fuel_percent=random.randint(*work.fuel_percent),
            is_contaminated=random.random() < work.contaminated_share,
            has_broken_seal=random.random() < work.broken_seal_share,
            has_minor_defect=random.random() < work.minor_defect_share,
            breakdown=self._breakdown(random, vehicle, left_at, back_at),
        )

    def work_minutes(self, fleet_number: str, kind: str, nth: int) -> int:
        """Draw how many minutes the vehicle's `nth` visit takes on a bay."""
        random = Random(f"{self.seed}/work/{self.trust.code}/{fleet_number}/{nth}")
        return work_minutes(random, self.trust.make_ready, kind)

    def _miles(self, random: Random, vehicle: SeedVehicle) -> int:
        mean = vehicle.annual_miles / DAYS_PER_YEAR / self._shifts_per_day
        return max(1, round(random.gauss(mean, mean / 4)))

    def _breakdown(
        self, random: Random, vehicle: SeedVehicle, left_at: datetime, back_at: datetime
    ) -> Breakdown | None:
        rates = self.trust.breakdowns
        accident = rates.accidents_per_year / DAYS_PER_YEAR / self._shifts_per_day
        drawn = random.random()
        if drawn >= accident + rates.per_shift(vehicle.age_years, self._shifts_per_day):
            return None
        cause = ACCIDENT if drawn < accident else random.choice(BREAKDOWNS)
        is_on_road = random.random() < rates.on_road_share
        at = (
            whole_second(left_at + (back_at - left_at) * random.random()) if is_on_road else back_at
        )
        table = self.trust.off_road
        median_days = table.causes[cause].median_days
        lasts = timedelta(days=random.lognormvariate(log(median_days), table.sigma))
        return Breakdown(cause=cause, at=at, back_at=whole_second(at + max(lasts, LEAST_BREAKDOWN)))

    @property
    def _shifts_per_day(self) -> float:
        """Shifts a vehicle has a day, on average: a vehicle's year is spread over them."""
        starts = self.trust.crew_starts
        return 24 / starts.shift_hours * starts.peak_share


def overrun(random: Random, late: Overrun) -> timedelta:
    """Draw how long after the end of its shift a crew is back."""
    sigma = log(late.p95_minutes / late.median_minutes) / P95
    return timedelta(seconds=round(60 * random.lognormvariate(log(late.median_minutes), sigma)))


def work_minutes(random: Random, work: MakeReady, kind: str) -> int:
    """Draw the minutes a job of that kind takes."""
    return max(1, round(random.lognormvariate(log(work.minutes[kind]), work.sigma)))


def whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
