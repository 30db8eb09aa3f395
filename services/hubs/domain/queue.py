"""What to prepare next: vehicles allotted to the crews that start soonest (domain rule 21)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from services.hubs.domain.job import Job, Place
from services.hubs.domain.states import JobState, PriorityReason
from services.hubs.domain.vehicle import Ability
from services.hubs.domain.work import JobKind
from services.kernel.ids import JobId

T = TypeVar("T")

# How far ahead crew starts are looked at.
OUTLOOK: Final = timedelta(hours=12)
# A vehicle that left no longer than this before a start is taken to have left with its crew.
EARLY_CREW: Final = timedelta(hours=1)

URGENCY: Final = {reason: rank for rank, reason in enumerate(PriorityReason)}
REASON_OF_KIND: Final[Mapping[JobKind, PriorityReason]] = {
    JobKind.DECONTAMINATION: PriorityReason.CONTAMINATION,
    JobKind.DEEP_CLEAN: PriorityReason.DEEP_CLEAN_DUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewStart:
    """Crews that start at the same time with the same need; at least one."""

    starts_at: datetime
    need: Ability
    crews: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewOut:
    """A vehicle that left with a crew, and when."""

    ability: Ability
    left_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Who serves the crews of a start: who has left, what stands ready, what is made ready."""

    start: CrewStart
    crews_out: int
    ready: int
    jobs: tuple[JobId, ...]


def serve(
    starts: Iterable[CrewStart],
    ready: Mapping[Ability, int],
    jobs: Iterable[Job],
    out: Iterable[CrewOut],
    as_of: datetime,
) -> list[Served]:
    """Allot vehicles to the crews that start within twelve hours, the earliest first.

    A vehicle serves one crew at most. Each crew gets one that stands ready, else one on a bay, else
    one that waits; of those alike, the one that can do least beyond its type, then the one that
    came in first. Of crews that start together those with the greater need choose first.
    """
    stock = sorted(ready.items(), key=lambda alike: _rank(alike[0]))
    left = sorted(filter(_serves_crews, jobs), key=_preference)
    gone = sorted(out, key=lambda crew: (crew.left_at, _rank(crew.ability)))
    served = []
    for start in coming(starts, as_of):
        crews, gone = _take(gone, start.crews, partial(_left_with, start))
        found, stock = _draw(stock, start.crews - len(crews), start.need)
        open_crews = start.crews - len(crews) - found
        chosen, left = _take(left, open_crews, partial(_does_for, start))
        ids = tuple(job.id for job in chosen)
        served.append(Served(start=start, crews_out=len(crews), ready=found, jobs=ids))
    return served


def coming(starts: Iterable[CrewStart], as_of: datetime) -> list[CrewStart]:
    """Return the starts of the next twelve hours in the order they are served."""
    return sorted(
        (start for start in starts if as_of < start.starts_at <= as_of + OUTLOOK),
        key=lambda start: (
            start.starts_at,
            -len(start.need.capabilities),
            start.need.vehicle_type,
            sorted(start.need.capabilities),
        ),
    )


def places(jobs: Sequence[Job], served: Iterable[Served]) -> dict[JobId, Place]:
    """Return the place of every open job: those for crews first, then rule 21, then the oldest."""
    start_of = {job_id: one.start.starts_at for one in served for job_id in one.jobs}
    queue = sorted(
        (job for job in jobs if job.state is JobState.QUEUED),
        key=lambda job: _urgency(job, start_of.get(job.id)),
    )
    position = {job.id: nth for nth, job in enumerate(queue, start=1)}
    return {
        job.id: _place(job, position.get(job.id, 0), start_of.get(job.id))
        for job in jobs
        if job.state is not JobState.BLOCKED
    }


def _serves_crews(job: Job) -> bool:
    """A blocked vehicle serves nobody, nor does a new one that is still being fitted out."""
    return job.is_promised and job.kind is not JobKind.COMMISSIONING


def _preference(job: Job) -> tuple[bool, int, datetime, UUID]:
    return not job.is_on_bay, len(job.ability.capabilities), job.queued_at, job.id


def _rank(ability: Ability) -> tuple[int, str, list[str]]:
    """The order in which vehicles are used up: those that can do least beyond their type first."""
    return len(ability.capabilities), ability.vehicle_type, sorted(ability.capabilities)


def _does_for(start: CrewStart, job: Job) -> bool:
    return job.ability.serves(start.need)


def _left_with(start: CrewStart, crew: CrewOut) -> bool:
    is_early = start.starts_at - EARLY_CREW <= crew.left_at <= start.starts_at
    return is_early and crew.ability.serves(start.need)


def _take(many: list[T], count: int, fits: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    """Return the first `count` of those that fit, and all the others."""
    taken: list[T] = []
    left: list[T] = []
    for one in many:
        (taken if len(taken) < count and fits(one) else left).append(one)
    return taken, left


def _urgency(job: Job, start: datetime | None) -> tuple[int, datetime, datetime, UUID]:
    return URGENCY[_reason(job, start)], start or job.queued_at, job.queued_at, job.id


def _reason(job: Job, start: datetime | None) -> PriorityReason:
    if start is not None:
        return PriorityReason.CREW_START
    return REASON_OF_KIND.get(job.kind, PriorityReason.RESERVE)


def _place(job: Job, position: int, start: datetime | None) -> Place:
    return Place(position=position, reason=_reason(job, start), serves_start_at=start)


def _draw(
    stock: list[tuple[Ability, int]], count: int, need: Ability
) -> tuple[int, list[tuple[Ability, int]]]:
    """Return how many of `count` vehicles the stock has for a need, and the stock without them."""
    found = 0
    left: list[tuple[Ability, int]] = []
    for ability, vehicles in stock:
        drawn = min(vehicles, count - found) if ability.serves(need) else 0
        found += drawn
        left.append((ability, vehicles - drawn))
    return found, left
