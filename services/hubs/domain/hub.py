"""A make-ready hub: its bays, and who is on duty when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from services.hubs.domain.work import BAY_FOR, STANDARD_CREW, BayCapability, JobKind
from services.kernel.calendar import LONDON
from services.kernel.errors import AlreadyExists, NotFound, RuleBroken
from services.kernel.ids import BayId, HubId, OdsCode

HOUR: Final = timedelta(hours=1)
MINUTES_PER_HOUR: Final = 60


class HubNotFound(NotFound):
    reason = "HUB_NOT_FOUND"


class HubExists(AlreadyExists):
    reason = "HUB_EXISTS"


class BayNotFound(NotFound):
    reason = "BAY_NOT_FOUND"


class BayInUse(RuleBroken):
    reason = "BAY_IN_USE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A place that holds one vehicle at a time."""

    id: BayId
    name: str
    capabilities: frozenset[BayCapability]

    def takes(self, kind: JobKind) -> bool:
        return BAY_FOR[kind] in self.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedBay:
    """A bay as a supervisor states it. Without an id it is a new one."""

    id: BayId | None
    name: str
    capabilities: frozenset[BayCapability]

    def as_bay(self, new_id: BayId) -> Bay:
        return Bay(id=self.id or new_id, name=self.name, capabilities=self.capabilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Operatives on duty in each hour of London's day, from midnight. Empty: nobody is rostered."""

    staff_by_hour: tuple[int, ...] = ()

    def on_duty(self, at: datetime) -> int:
        """Return how many operatives are on duty at an instant."""
        if not self.staff_by_hour:
            return 0
        return self.staff_by_hour[at.astimezone(LONDON).hour]

    @property
    def has_anyone(self) -> bool:
        """Whether there is an hour of the day with somebody on duty."""
        return any(self.staff_by_hour)

    def teams(self, at: datetime) -> int:
        """Return how many vehicles can be worked on at once; one operative still works on one."""
        staff = self.on_duty(at)
        return max(staff // STANDARD_CREW, min(staff, 1))

    def staff_minutes(self, start: datetime, end: datetime) -> int:
        """Return the minutes of operatives on duty in the whole hours from `start` to `end`.

        A day of London has 23, 24 or 25 of them: an hour of the clock that is left out, or that
        comes twice, counts as often as it comes.
        """
        hours = range((end - start) // HOUR)
        return sum(self.on_duty(start + hour * HOUR) for hour in hours) * MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A make-ready hub. `commissioning_per_week` is measured, 0 until it is."""

    id: HubId
    org: OdsCode
    name: str
    local_label: str
    system: OdsCode
    bays: tuple[Bay, ...] = ()
    roster: Roster = field(default_factory=Roster)
    commissioning_per_week: int = 0
    version: int = 1

    def bay(self, bay_id: BayId) -> Bay:
        """Return one of its bays, or raise BayNotFound."""
        for bay in self.bays:
            if bay.id == bay_id:
                return bay
        raise BayNotFound("bay not found at this hub")

    def bays_for(self, kind: JobKind) -> list[Bay]:
        """Return the bays that can do this kind of work, by name."""
        return sorted((bay for bay in self.bays if bay.takes(kind)), key=lambda bay: bay.name)

    def with_bays(self, bays: Iterable[Bay], held: Mapping[BayId, str]) -> Self:
        """Return the hub with these bays and no others; `held` names those that hold a vehicle."""
        stated = tuple(sorted(bays, key=lambda bay: bay.name))
        kept = {bay.id for bay in stated}
        for bay_id, name in held.items():
            if bay_id not in kept:
                raise BayInUse(f"bay {name} holds a vehicle and cannot be taken away", bay=name)
        return replace(self, bays=stated, version=self.version + 1)

    def with_roster(self, staff_by_hour: Iterable[int]) -> Self:
        """Return the hub with another roster, 24 numbers from midnight."""
        roster = Roster(staff_by_hour=tuple(staff_by_hour))
        return replace(self, roster=roster, version=self.version + 1)
