"""What a hub really gets through, hour by hour (domain rules 22 and 23)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.hubs.domain.board import Change
from services.hubs.domain.hub import HOUR, MINUTES_PER_HOUR, Roster
from services.hubs.domain.job import Job
from services.hubs.domain.states import JobState
from services.hubs.domain.work import STANDARD_CREW, JobKind
from services.kernel.calendar import hour_bounds
from services.kernel.ids import HubId, OdsCode

MINUTE: Final = timedelta(minutes=1)
# No single change makes more hours than this to be measured again.
LONGEST_REACH: Final = timedelta(days=31)

DEFINITION: Final = (
    "Jobs count in the hour and at the hub of their completion; one that had to be done again"
    " within 30 minutes of its release counts once. Turnaround runs from coming in to sealed, part"
    " minutes counted as whole; P50 and P80 are the smallest times within which half and eight in"
    " ten of the jobs were done. A promise counts when it stood until it fell due, and is kept when"
    " the vehicle was sealed by then. Vehicles off the road elsewhere are not counted; those held"
    " at the hub for cleaning or equipment are."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourFacts:
    """What was recorded of a hub in the hour that begins at `hour`.

    `done` are the kinds and turnarounds of jobs completed. `bay_time` is the time bays held a
    vehicle, `work_time` the time vehicles were worked on. `waiting` counts jobs queued at its end.
    """

    hub_id: HubId
    org: OdsCode
    hour: datetime
    arrivals: int = 0
    done: tuple[tuple[JobKind, timedelta], ...] = ()
    bays: int = 0
    bay_time: timedelta = timedelta()
    roster: Roster = field(default_factory=Roster)
    work_time: timedelta = timedelta()
    waiting: int = 0
    promises_due: int = 0
    promises_kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HubHour:
    """The measurement of one hour. `revision` counts how often it came out differently, from 1."""

    hub_id: HubId
    org: OdsCode
    hour: datetime
    arrivals: int
    completions: Mapping[JobKind, int]
    bay_minutes_offered: int
    bay_minutes_used: int
    staff_minutes_offered: int
    staff_minutes_used: int
    queue_length: int
    turnaround_p50_minutes: int
    turnaround_p80_minutes: int
    promises_due: int
    promises_kept: int
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a hub got through in a stretch of time."""

    jobs_completed: int
    turnaround_p50_minutes: int
    turnaround_p80_minutes: int
    promises_due: int
    promises_kept: int


def measure(facts: HourFacts) -> HubHour:
    """Return the figures of an hour from what was recorded of it."""
    minutes = turnaround_minutes(turnaround for _, turnaround in facts.done)
    return HubHour(
        hub_id=facts.hub_id,
        org=facts.org,
        hour=facts.hour,
        arrivals=facts.arrivals,
        completions=Counter(kind for kind, _ in facts.done),
        bay_minutes_offered=facts.bays * MINUTES_PER_HOUR,
        bay_minutes_used=facts.bay_time // MINUTE,
        staff_minutes_offered=facts.roster.staff_minutes(facts.hour, facts.hour + HOUR),
        staff_minutes_used=facts.work_time // MINUTE * STANDARD_CREW,
        queue_length=facts.waiting,
        turnaround_p50_minutes=percentile(minutes, 50),
        turnaround_p80_minutes=percentile(minutes, 80),
        promises_due=facts.promises_due,
        promises_kept=facts.promises_kept,
    )


def span(turnarounds: Iterable[timedelta], promises_due: int, promises_kept: int) -> Span:
    """Return what was got through, from the turnarounds of all jobs done."""
    minutes = turnaround_minutes(turnarounds)
    return Span(
        jobs_completed=len(minutes),
        turnaround_p50_minutes=percentile(minutes, 50),
        turnaround_p80_minutes=percentile(minutes, 80),
        promises_due=promises_due,
        promises_kept=promises_kept,
    )


def turnaround_minutes(turnarounds: Iterable[timedelta]) -> list[int]:
    """Return whole minutes, part minutes counted as whole, in ascending order."""
    return sorted(-(-turnaround // MINUTE) for turnaround in turnarounds)


def percentile(ascending: Sequence[int], percent: int) -> int:
    """Return the smallest of the values that `percent` of them do not exceed; 0 of none."""
    if not ascending:
        return 0
    rank = -(-len(ascending) * percent // 100)
    return ascending[max(rank, 1) - 1]


def hours_touched(change: Change) -> set[datetime]:
    """Return the first instants of the hours whose figures a change may alter."""
    before, after = change.before, change.after
    if before is None:
        return set(_hours(after.queued_at, after.changed_at)) | _due(after)
    touched: set[datetime] = set()
    if before.state is not after.state:
        touched.update(_hours(before.changed_at, after.changed_at))
    if before.promised_at != after.promised_at:
        touched |= _due(before) | _due(after)
    if after.state is JobState.COMPLETED and after.promised_at is not None:
        # Promises that were replaced on the way lie before the last one.
        touched.update(_hours(before.changed_at, max(after.changed_at, after.promised_at)))
    return touched


def _due(job: Job) -> set[datetime]:
    return set() if job.promised_at is None else {hour_bounds(job.promised_at)[0]}


def _hours(first: datetime, last: datetime) -> Iterable[datetime]:
    hour, _ = hour_bounds(max(first, last - LONGEST_REACH))
    while hour <= last:
        yield hour
        hour += HOUR
