"""A hub's board, put together from what is stored of the hub, its jobs, starts and vehicles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.hubs.domain.board import Board
from services.hubs.domain.coverage import Forecast
from services.hubs.domain.hub import Bay, Hub, HubNotFound
from services.hubs.domain.job import Job
from services.hubs.domain.queue import EARLY_CREW, OUTLOOK, CrewOut, CrewStart
from services.hubs.domain.vehicle import Ability
from services.hubs.domain.work import BayCapability
from services.hubs.repository.hubs import HubRepository, Measured, ability
from services.hubs.repository.jobs import JobRepository
from services.kernel.ids import BayId, HubId, JobId
from services.runtime.tx import Row, Tx

# All of a board but its jobs. Each list of things is as many arrays as they have columns.
PICTURE: Final = """
SELECT asked.hub_id, bays.bay_ids, bays.bay_names, bays.bay_capabilities,
       starts.starts_at, starts.start_types, starts.start_capabilities, starts.crews,
       starts.told_crews, starts.told_ready, starts.forecast_at,
       ready.ready_types, ready.ready_capabilities, ready.ready_vehicles,
       gone.gone_types, gone.gone_capabilities, gone.left_at
  FROM unnest($1::uuid[]) AS asked (hub_id)
 CROSS JOIN LATERAL (
           SELECT array_agg(bay_id ORDER BY name) AS bay_ids,
                  array_agg(name ORDER BY name) AS bay_names,
                  array_agg(array_to_string(capabilities, ' ') ORDER BY name) AS bay_capabilities
             FROM bay
            WHERE bay.hub_id = asked.hub_id AND removed_at IS NULL
       ) AS bays
 CROSS JOIN LATERAL (
           SELECT array_agg(starts_at) AS starts_at, array_agg(vehicle_type) AS start_types,
                  array_agg(array_to_string(required_capabilities, ' ')) AS start_capabilities,
                  array_agg(crew_start.crews) AS crews,
                  array_agg(coverage_forecast.crews) AS told_crews,
                  array_agg(vehicles_ready) AS told_ready, array_agg(forecast_at) AS forecast_at
             FROM crew_start
             LEFT JOIN coverage_forecast USING (hub_id, starts_at)
            WHERE hub_id = asked.hub_id AND starts_at > $2 AND starts_at <= $3
       ) AS starts
 CROSS JOIN LATERAL (
           SELECT array_agg(vehicle_type) AS ready_types,
                  array_agg(array_to_string(capabilities, ' ')) AS ready_capabilities,
                  array_agg(vehicles) AS ready_vehicles
             FROM (
                      SELECT vehicle_type, capabilities, count(*) AS vehicles
                        FROM vehicle
                       WHERE at_hub_id = asked.hub_id AND state = 'MADE_READY'
                       GROUP BY vehicle_type, capabilities
                  ) AS alike
       ) AS ready
 CROSS JOIN LATERAL (
           SELECT array_agg(vehicle_type) AS gone_types,
                  array_agg(array_to_string(capabilities, ' ')) AS gone_capabilities,
                  array_agg(since) AS left_at
             FROM vehicle
            WHERE left_hub_id = asked.hub_id AND since >= $4 AND since <= $3
       ) AS gone
"""


class BoardRepository:
    """Bound to one transaction. A board is read whole; see `HubRepository.lock` for its lock."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._hubs = HubRepository(tx)

    async def locked(
        self, hub_ids: Iterable[HubId], first: datetime, last: datetime
    ) -> dict[HubId, Board]:
        """Return the boards of the hubs there are, locked until the transaction ends.

        They hold what matters as of any instant from `first` to `last`.
        """
        return await self._read(await self._hubs.lock(hub_ids), first, last)

    async def locked_one(self, hub_id: HubId, as_of: datetime) -> Board:
        """Return one board, locked; raises HubNotFound."""
        boards = await self.locked([hub_id], as_of, as_of)
        if hub_id not in boards:
            raise HubNotFound("hub not found")
        return boards[hub_id]

    async def locked_of(self, job_id: JobId, as_of: datetime) -> Board | None:
        """Return the board of a job's hub, locked; None: there is no such job."""
        boards = await self._read(await self._hubs.lock((), job_id), as_of, as_of)
        return next(iter(boards.values()), None)

    async def seen(self, hub_id: HubId, as_of: datetime) -> Board:
        """Return one board to look at; raises HubNotFound."""
        hub = await self._hubs.get(hub_id)
        return (await self._read([(hub, {})], as_of, as_of))[hub_id]

    async def _read(
        self, hubs: Sequence[tuple[Hub, Measured]], first: datetime, last: datetime
    ) -> dict[HubId, Board]:
        """Read in statements begun after the lock was given, which see what its holders did."""
        if not hubs:
            return {}
        hub_ids = [hub.id for hub, _ in hubs]
        jobs = _by_hub(await JobRepository(self._tx).open_at(hub_ids))
        rows = await self._tx.fetch(PICTURE, hub_ids, first, last + OUTLOOK, first - EARLY_CREW)
        pictures = {HubId(row["hub_id"]): row for row in rows}
        return {
            hub.id: _board(hub, measured, jobs.get(hub.id, {}), pictures[hub.id])
            for hub, measured in hubs
        }

    async def save_forecasts(self, forecasts: Sequence[tuple[Hub, Forecast]]) -> None:
        await self._tx.execute(
            """
            INSERT INTO coverage_forecast
                   (org, hub_id, starts_at, crews, vehicles_ready, forecast_at)
            SELECT org, hub_id, starts_at, crews, vehicles_ready, forecast_at
              FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::integer[], $5::integer[],
                          $6::timestamptz[])
                   AS given (org, hub_id, starts_at, crews, vehicles_ready, forecast_at)
                ON CONFLICT (hub_id, starts_at) DO UPDATE
               SET crews = excluded.crews, vehicles_ready = excluded.vehicles_ready,
                   forecast_at = excluded.forecast_at
            """,
            [hub.org for hub, _ in forecasts],
            [hub.id for hub, _ in forecasts],
            [one.starts_at for _, one in forecasts],
            [one.crews for _, one in forecasts],
            [one.vehicles_ready for _, one in forecasts],
            [one.forecast_at for _, one in forecasts],
        )


def _by_hub(jobs: Iterable[Job]) -> dict[HubId, dict[JobId, Job]]:
    found: defaultdict[HubId, dict[JobId, Job]] = defaultdict(dict)
    for job in jobs:
        found[job.hub_id][job.id] = job
    return found


def _board(hub: Hub, measured: Measured, jobs: Mapping[JobId, Job], picture: Row) -> Board:
    return Board(
        hub=replace(hub, bays=tuple(_bays(picture))),
        jobs=jobs,
        starts=tuple(_starts(picture)),
        ready=_ready(picture),
        out=tuple(_out(picture)),
        measured=measured,
        forecasts={one.starts_at: one for one in _forecasts(hub, picture)},
    )


def _bays(picture: Row) -> Iterator[Bay]:
    columns = (picture[name] or () for name in ("bay_ids", "bay_names", "bay_capabilities"))
    for bay_id, name, capabilities in zip(*columns, strict=True):
        fit = frozenset(map(BayCapability, capabilities.split()))
        yield Bay(id=BayId(bay_id), name=name, capabilities=fit)


def _starts(picture: Row) -> Iterator[CrewStart]:
    names = ("starts_at", "start_types", "start_capabilities", "crews")
    columns = (picture[name] or () for name in names)
    for starts_at, vehicle_type, capabilities, crews in zip(*columns, strict=True):
        need = ability(vehicle_type, capabilities.split())
        yield CrewStart(starts_at=starts_at, need=need, crews=crews)


def _forecasts(hub: Hub, picture: Row) -> Iterator[Forecast]:
    names = ("starts_at", "told_crews", "told_ready", "forecast_at")
    columns = (picture[name] or () for name in names)
    for starts_at, crews, vehicles_ready, forecast_at in zip(*columns, strict=True):
        if forecast_at is not None:
            yield Forecast(
                hub_id=hub.id,
                starts_at=starts_at,
                crews=crews,
                vehicles_ready=vehicles_ready,
                forecast_at=forecast_at,
            )


def _ready(picture: Row) -> dict[Ability, int]:
    names = ("ready_types", "ready_capabilities", "ready_vehicles")
    columns = (picture[name] or () for name in names)
    return {
        ability(vehicle_type, capabilities.split()): vehicles
        for vehicle_type, capabilities, vehicles in zip(*columns, strict=True)
    }


def _out(picture: Row) -> Iterator[CrewOut]:
    names = ("gone_types", "gone_capabilities", "left_at")
    columns = (picture[name] or () for name in names)
    for vehicle_type, capabilities, left_at in zip(*columns, strict=True):
        yield CrewOut(ability=ability(vehicle_type, capabilities.split()), left_at=left_at)
