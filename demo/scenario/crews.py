"""How many crews start at a hub at each wave, so that the share crewed at the peak is as asked."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from demo.scenario.trust import CrewStarts, Hub
from services.kernel.calendar import LONDON

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Crews that start together at one hub. `starts_at` is aware."""

    hub: str
    starts_at: datetime
    crews: int


def waves_of(plan: CrewStarts, hubs: tuple[Hub, ...], day: date) -> list[Wave]:
    """Return the waves of a day in London that have crews, by time and then by hub."""
    return [
        Wave(hub=hub.name, starts_at=datetime.combine(day, at, LONDON), crews=crews)
        for at in sorted(plan.waves)
        for hub in hubs
        if (crews := crews_by_wave(plan, hub)[at])
    ]


def crews_by_wave(plan: CrewStarts, hub: Hub) -> dict[time, int]:
    """Share a hub's starts of a day out over the waves, whole crews by largest remainder."""
    total = sum(plan.waves.values())
    starts = round(plan.peak_share * hub.dca * total / peak(plan))
    exact = {at: starts * share / total for at, share in plan.waves.items()}
    crews = {at: int(value) for at, value in exact.items()}
    rest = starts - sum(crews.values())
    for at in sorted(exact, key=lambda at: (crews[at] - exact[at], at))[:rest]:
        crews[at] += 1
    return crews


def peak(plan: CrewStarts) -> int:
    """Return the most of the waves' shares that are out at once, when every day is alike."""
    return max(crewed_at(plan, at) for at in plan.waves)


def crewed_at(plan: CrewStarts, at: time) -> int:
    moment = datetime.combine(date.min + 2 * DAY, at)
    shift = timedelta(hours=plan.shift_hours)
    return sum(
        share
        for start, share in plan.waves.items()
        for days in range(ceil(shift / DAY) + 1)
        if moment - shift < datetime.combine(moment.date(), start) - days * DAY <= moment
    )
