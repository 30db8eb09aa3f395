"""What to prepare next: vehicles allotted to the crews that start soonest (domain rule 21)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
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

    key: UUID
    ability: Ability
    left_at: datetime


class Readiness(IntEnum):
    """How near a vehicle is to being ready; the nearest serves first."""

    READY = 0
    ON_BAY = 1
    QUEUED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """A vehicle that can serve a crew, under its own id or its job's; waiting `since`."""

    key: UUID
    ability: Ability
    readiness: Readiness
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Who serves the crews of a start: `crews_out` have gone already, `supplies` are for others."""

    start: CrewStart
    crews_out: int
    supplies: tuple[UUID, ...]


def serve(
    starts: Iterable[CrewStart], supplies: Iterable[Supply], out: Iterable[CrewOut], as_of: datetime
) -> list[Served]:
    """Allot vehicles to the crews that start within twelve hours, the earliest first.

    A vehicle serves one crew at most. Each crew gets the readiest vehicle that does; among those as
    ready, the one that can do least beyond its type, then the one that has waited longest. Of crews
    that start together those with the greater need choose first.
    """
    left = sorted(supplies, key=_preference)
    gone = sorted(out, key=lambda crew: crew.left_at)
    served = []
    for start in coming(starts, as_of):
        crews, gone = _take(gone, start.crews, partial(_left_with, start))
        chosen, left = _take(left, start.crews - len(crews), partial(_does_for, start))
        keys = tuple(one.key for one in chosen)
        served.append(Served(start=start, crews_out=len(crews), supplies=keys))
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


def supply_of(job: Job) -> Supply | None:
    """Return what a job adds to the vehicles for crews; a blocked or new vehicle adds nothing."""
    if job.state is JobState.BLOCKED or job.kind is JobKind.COMMISSIONING:
        return None
    readiness = Readiness.ON_BAY if job.is_on_bay else Readiness.QUEUED
    return Supply(key=job.id, ability=job.ability, readiness=readiness, since=job.queued_at)


def places(jobs: Sequence[Job], served: Iterable[Served]) -> dict[JobId, Place]:
    """Return the place of every open job: those for crews first, then rule 21, then the oldest."""
    start_of = {key: one.start.starts_at for one in served for key in one.supplies}
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


def _preference(supply: Supply) -> tuple[Readiness, int, datetime, UUID]:
    return supply.readiness, len(supply.ability.capabilities), supply.since, supply.key


def _does_for(start: CrewStart, supply: Supply) -> bool:
    return supply.ability.serves(start.need)


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
