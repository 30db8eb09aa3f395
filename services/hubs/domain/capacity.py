"""How many new vehicles a hub can commission in a week, from what it really completes."""

from dataclasses import dataclass
from typing import Final

from services.hubs.domain.work import STANDARD_MINUTES, JobKind

HOURS_PER_WEEK: Final = 168
# One in so many of the free minutes is kept for days busier than those measured.
KEPT_IN_HAND: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What was measured of a hub, of late.

    `hours` were measured in all. `free_bay_minutes` stood free on bays fit for commissioning in
    those of them that had anyone on duty. `jobs` vehicles were commissioned, holding bays for
    `bay_minutes` together.
    """

    hours: int = 0
    free_bay_minutes: int = 0
    jobs: int = 0
    bay_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a hub can commission. All 0: nothing is measured yet."""

    vehicles_per_week: int = 0
    free_bay_minutes_per_week: int = 0
    bay_minutes_per_vehicle: int = 0
    jobs_measured: int = 0


def commissioning_capacity(observed: Observed) -> Capacity:
    """Derive the capacity from what was observed.

    free bay minutes a week [min/week] = free bay minutes [min] / hours measured [h] * 168 [h/week]
    bay minutes a vehicle [min] = bay minutes [min] / vehicles commissioned, as measured; the
    standard of 480 minutes (an estimate, domain.md 2.4 [E]) where none was
    vehicles a week = free bay minutes a week * 1/2 / bay minutes a vehicle, rounded down; the other
    half is kept in hand for days busier than those measured
    """
    if observed.hours == 0:
        return Capacity()
    free = observed.free_bay_minutes * HOURS_PER_WEEK // observed.hours
    each = _bay_minutes_per_vehicle(observed)
    return Capacity(
        vehicles_per_week=free // KEPT_IN_HAND // each,
        free_bay_minutes_per_week=free,
        bay_minutes_per_vehicle=each,
        jobs_measured=observed.jobs,
    )


def _bay_minutes_per_vehicle(observed: Observed) -> int:
    if observed.jobs == 0:
        return STANDARD_MINUTES[JobKind.COMMISSIONING]
    return max(observed.bay_minutes // observed.jobs, 1)
