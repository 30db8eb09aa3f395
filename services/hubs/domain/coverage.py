"""Which crews will have a vehicle when they start, and when to say that some will not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from services.hubs.domain.job import Job
from services.hubs.domain.queue import CrewStart, Served
from services.kernel.ids import HubId, JobId

# How long before a start a shortfall is told of.
NOTICE: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Crews of one start and need, and the vehicles that will be ready for them."""

    start: CrewStart
    vehicles_ready: int

    @property
    def short(self) -> int:
        return self.start.crews - self.vehicles_ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """All crews that start at a hub at one time, and the vehicles that will be ready for them."""

    hub_id: HubId
    starts_at: datetime
    crews: int
    vehicles_ready: int
    forecast_at: datetime

    @property
    def is_short(self) -> bool:
        return self.vehicles_ready < self.crews

    def says(self, crews: int, vehicles_ready: int) -> bool:
        return (self.crews, self.vehicles_ready) == (crews, vehicles_ready)


def cover(served: Iterable[Served], jobs: Mapping[JobId, Job]) -> list[Coverage]:
    """Count the vehicles that stand ready, or are promised, by the time of each start."""
    return [
        Coverage(
            start=one.start,
            vehicles_ready=one.crews_out
            + one.ready
            + sum(_is_ready_by(jobs[job_id], one.start.starts_at) for job_id in one.jobs),
        )
        for one in served
    ]


def forecasts_due(
    hub_id: HubId,
    coverage: Sequence[Coverage],
    told: Mapping[datetime, Forecast],
    as_of: datetime,
) -> Iterable[Forecast]:
    """Return what must be told of the starts within two hours.

    A shortfall is told of once, and every change of its figures after that, also to the better.
    """
    near = (one for one in coverage if one.start.starts_at <= as_of + NOTICE)
    for starts_at, together in groupby(near, key=lambda one: one.start.starts_at):
        group = list(together)
        forecast = Forecast(
            hub_id=hub_id,
            starts_at=starts_at,
            crews=sum(one.start.crews for one in group),
            vehicles_ready=sum(one.vehicles_ready for one in group),
            forecast_at=as_of,
        )
        if _is_news(forecast, told.get(starts_at)):
            yield forecast


def _is_news(forecast: Forecast, told: Forecast | None) -> bool:
    if told is None:
        return forecast.is_short
    return not told.says(forecast.crews, forecast.vehicles_ready)


def _is_ready_by(job: Job, starts_at: datetime) -> bool:
    return job.promised_at is not None and job.promised_at <= starts_at
