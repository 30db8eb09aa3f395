"""Puts a trust on the stage, opens the day with the crews that are out already, and plays it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from makeready.hubs.v1.hub_pb2 import Hub as HubRow

from demo import ask
from demo.day.chance import Breakdown, Chance
from demo.day.crews import Crews
from demo.day.floor import Floor
from demo.day.hub_day import HALF_HOUR, HubDay
from demo.day.operatives import Operatives
from demo.day.stage import Place, Stage
from demo.day.streams import jobs_of, vehicles_of
from demo.day.tally import Tally
from demo.load.people import People
from demo.mirror import followed
from demo.scenario.crews import Wave, waves_of
from demo.scenario.files import Scenario
from demo.scenario.trust import Trust
from demo.scenario.vehicles import SeedVehicle
from services.kernel.calendar import day_bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A trust ready to be played: its people, and its vehicles by id."""

    trust: Trust
    people: People
    seeds: dict[str, SeedVehicle]


async def play(
    scenario: Scenario, cast: Cast, tick: Callable[[int, int], None], *, is_exact: bool
) -> Tally:
    """Play the scenario's day at every hub of a trust, and return what was done.

    `tick(done, all)` counts the half hours of all hubs; `is_exact` is explained at `Stage`.
    """
    trust, people = cast.trust, cast.people
    begins_at, ends_at = day_bounds(scenario.day)
    hubs = await ask.hubs(people.hub_supervisor, trust.code)
    async with (
        followed(vehicles_of(people.fleet_manager, trust.code)) as vehicles,
        followed(jobs_of(people.operative)) as jobs,
    ):
        stage = Stage(
            people=people,
            vehicles=vehicles,
            jobs=jobs,
            chance=Chance(seed=scenario.seed, trust=trust),
            shift=timedelta(hours=trust.crew_starts.shift_hours),
            is_exact=is_exact,
        )
        waves = waves_around(scenario, trust, begins_at)
        step = asyncio.Barrier(len(hubs))
        days = [hub_day(stage, cast, hub, waves, step) for hub in hubs]
        counter = Counter(len(days) * ((ends_at - begins_at) // HALF_HOUR), tick)
        async with asyncio.TaskGroup() as group:
            for one in days:
                group.create_task(whole_day(one, begins_at, ends_at, counter))
    return sum((one.crews.tally for one in days), Tally())


async def whole_day(day: HubDay, begins_at: datetime, ends_at: datetime, tick: "Counter") -> None:
    await day.open(begins_at)
    await day.play(begins_at, ends_at, tick)


class Counter:
    """Counts to `total`, and says so."""

    def __init__(self, total: int, tell: Callable[[int, int], None]) -> None:
        self._total = total
        self._tell = tell
        self._done = 0

    def __call__(self) -> None:
        self._done += 1
        self._tell(self._done, self._total)


def waves_around(scenario: Scenario, trust: Trust, begins_at: datetime) -> list[Wave]:
    """Return the waves of the day, and those of the eve that are still out when it begins."""
    shift = timedelta(hours=trust.crew_starts.shift_hours)
    hubs = trust.hubs.list
    eve = waves_of(trust.crew_starts, hubs, scenario.day - timedelta(days=1))
    out = [wave for wave in eve if wave.starts_at + shift >= begins_at]
    return [*out, *waves_of(trust.crew_starts, hubs, scenario.day)]


def hub_day(
    stage: Stage, cast: Cast, hub: HubRow, waves: list[Wave], step: asyncio.Barrier
) -> HubDay:
    trust, tally = cast.trust, Tally()
    rows = list(trust.hubs.list)
    row = next(one for one in rows if one.name == hub.name)
    seeds = {key: seed for key, seed in cast.seeds.items() if seed.hub == hub.name}
    standing = {key for key, seed in seeds.items() if seed.off_road is None}
    place = Place(stage=stage, number=rows.index(row) + 1, hub=hub, seeds=seeds, standing=standing)
    mending = {
        key: Breakdown(
            cause=seed.off_road.cause,
            at=seed.off_road.started_at,
            back_at=seed.off_road.back_at,
        )
        for key, seed in seeds.items()
        if seed.off_road is not None
    }
    return HubDay(
        crews=Crews(
            place=place,
            waves=[wave for wave in waves if wave.hub == hub.name],
            tally=tally,
            mending=mending,
        ),
        operatives=Operatives(
            place=place,
            floor=Floor(trust=trust, staff_by_hour=tuple(hub.staff_by_hour), bays=tuple(hub.bays)),
            tally=tally,
        ),
        is_exact=stage.is_exact,
        step=step,
    )
