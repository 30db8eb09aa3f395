"""The kinds of work a hub does, and what each takes: a bay, two people, minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class BayCapability(StrEnum):
    """What a bay can be used for."""

    MAKE_READY = "MAKE_READY"
    DEEP_CLEAN = "DEEP_CLEAN"
    COMMISSIONING = "COMMISSIONING"
    CHARGER = "CHARGER"


class JobKind(StrEnum):
    """What work a job is."""

    TURNAROUND = "TURNAROUND"
    FULL = "FULL"
    DEEP_CLEAN = "DEEP_CLEAN"
    DECONTAMINATION = "DECONTAMINATION"
    COMMISSIONING = "COMMISSIONING"


BAY_FOR: Final[Mapping[JobKind, BayCapability]] = {
    JobKind.TURNAROUND: BayCapability.MAKE_READY,
    JobKind.FULL: BayCapability.MAKE_READY,
    JobKind.DEEP_CLEAN: BayCapability.DEEP_CLEAN,
    JobKind.DECONTAMINATION: BayCapability.DEEP_CLEAN,
    JobKind.COMMISSIONING: BayCapability.COMMISSIONING,
}

# Elapsed minutes on a bay; estimates, as no national standard is published (domain.md 2.4 [E]).
STANDARD_MINUTES: Final[Mapping[JobKind, int]] = {
    JobKind.TURNAROUND: 20,
    JobKind.FULL: 45,
    JobKind.DEEP_CLEAN: 240,
    JobKind.DECONTAMINATION: 60,
    JobKind.COMMISSIONING: 480,
}

# From one vehicle off a bay to the next at work on it; an estimate (domain.md 8.6 [E]).
CHANGEOVER: Final = timedelta(minutes=15)

# People on one vehicle, whatever the kind of job; an estimate (domain.md 2.4 [E]).
STANDARD_CREW: Final = 2

# From this many jobs of a kind on, what a hub was seen to need counts for more than the standard.
ENOUGH_JOBS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredWork:
    """What a kind of job took at a hub: `jobs` done, half in `median_minutes` or less."""

    jobs: int
    median_minutes: int


def expected_work(kind: JobKind, measured: Mapping[JobKind, MeasuredWork]) -> timedelta:
    """Return how long a job is at work on its bay: as measured at the hub, else the standard."""
    seen = measured.get(kind)
    if seen is not None and seen.jobs >= ENOUGH_JOBS:
        return timedelta(minutes=seen.median_minutes)
    return timedelta(minutes=STANDARD_MINUTES[kind])
