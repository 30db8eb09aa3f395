"""Time off the road: episodes, one for each cause, which may overlap (rule 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self, TypeAlias
from uuid import uuid5

from services.fleet.domain.kinds import DefectSeverity, EpisodeId, VorCause
from services.fleet.domain.refusals import EpisodeNotFound, EpisodeOpen
from services.kernel.errors import Malformed
from services.kernel.ids import VehicleId

NO_FINDINGS_PERCENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VorEpisode:
    """Off the road for one cause. Open until it has ended; `expected_back_at` may be unknown."""

    id: EpisodeId
    cause: VorCause
    started_at: datetime
    expected_back_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""

    def ended(self, at: datetime) -> Self:
        return replace(self, ended_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a vehicle is to leave the road. `note` is free text, screened."""

    cause: VorCause
    note: str = ""
    expected_back_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """What a crew reports broken. `note` is free text, screened."""

    cause: VorCause
    severity: DefectSeverity
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a crew found on return: fuel or charge in percent of full, broken seals by number."""

    fuel_or_charge_percent: int = NO_FINDINGS_PERCENT
    is_contaminated: bool = False
    broken_seals: tuple[str, ...] = ()


Episodes: TypeAlias = tuple[VorEpisode, ...]
Faults: TypeAlias = tuple[Fault, ...]


def causes(episodes: Episodes) -> frozenset[VorCause]:
    """Return what keeps a vehicle off the road."""
    return frozenset(episode.cause for episode in episodes)


def dangerous(defects: Sequence[Defect]) -> Faults:
    """Return one fault for each cause of a dangerous defect, with the notes of them all."""
    notes: dict[VorCause, list[str]] = {}
    for defect in defects:
        if defect.severity is DefectSeverity.DANGEROUS:
            notes.setdefault(defect.cause, []).append(defect.note)
    return tuple(
        Fault(cause=cause, note="; ".join(filter(None, texts))) for cause, texts in notes.items()
    )


def open_episode(vehicle_id: VehicleId, version: int, fault: Fault, at: datetime) -> VorEpisode:
    """Return a new episode. Its identity follows from the vehicle, its version and the cause."""
    if fault.expected_back_at is not None and fault.expected_back_at <= at:
        raise Malformed("expected_back_at", "must be after at")
    return VorEpisode(
        id=EpisodeId(uuid5(vehicle_id, f"{version}/{fault.cause}")),
        cause=fault.cause,
        started_at=at,
        expected_back_at=fault.expected_back_at,
        note=fault.note,
    )


def require_none_open(episodes: Episodes, cause: VorCause) -> None:
    """Refuse a second open episode of one cause."""
    if any(episode.cause is cause for episode in episodes):
        raise EpisodeOpen(cause)


def open_for(episodes: Episodes, cause: VorCause) -> VorEpisode:
    """Return the open episode of `cause`, or refuse."""
    for episode in episodes:
        if episode.cause is cause:
            return episode
    raise EpisodeNotFound(cause)
