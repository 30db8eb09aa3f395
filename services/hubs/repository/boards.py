"""A hub's board, put together from what is stored of the hub, its jobs, starts and vehicles."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from services.hubs.domain.board import Board
from services.hubs.domain.coverage import Forecast
from services.hubs.domain.hub import Hub, HubNotFound
from services.hubs.domain.job import Job
from services.hubs.domain.queue import EARLY_CREW, OUTLOOK, CrewStart
from services.hubs.repository.hubs import HubRepository, Measured, ability
from services.hubs.repository.jobs import JobRepository
from services.hubs.repository.vehicles import VehicleRepository
from services.kernel.ids import HubId, JobId
from services.runtime.tx import Row, Tx


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
        locked = await self._hubs.lock(hub_ids)
        return await self._read(locked, first, last) if locked else {}

    async def locked_one(self, hub_id: HubId, as_of: datetime) -> Board:
        """Return one board, locked; raises HubNotFound."""
        boards = await self.locked([hub_id], as_of, as_of)
        if hub_id not in boards:
            raise HubNotFound("hub not found")
        return boards[hub_id]

    async def seen(self, hub_id: HubId, as_of: datetime) -> Board:
        """Return one board to look at; raises HubNotFound."""
        hub = await self._hubs.get(hub_id)
        return (await self._read([(hub, {})], as_of, as_of))[hub_id]

    async def _read(
        self, hubs: Sequence[tuple[Hub, Measured]], first: datetime, last: datetime
    ) -> dict[HubId, Board]:
        hub_ids = [hub.id for hub, _ in hubs]
        bays = await self._hubs.bays(hub_ids)
        jobs = _by_hub(await JobRepository(self._tx).open_at(hub_ids))
        starts, forecasts = await self._starts(hub_ids, first, last + OUTLOOK)
        vehicles = VehicleRepository(self._tx)
        ready, out = await vehicles.ready_and_out(hub_ids, first - EARLY_CREW)
        return {
            hub.id: Board(
                hub=replace(hub, bays=bays.get(hub.id, ())),
                jobs=jobs.get(hub.id, {}),
                starts=tuple(starts.get(hub.id, ())),
                ready=tuple(ready.get(hub.id, ())),
                out=tuple(out.get(hub.id, ())),
                measured=measured,
                forecasts=forecasts.get(hub.id, {}),
            )
            for hub, measured in hubs
        }

    async def _starts(
        self, hub_ids: Iterable[HubId], after: datetime, until: datetime
    ) -> tuple[dict[HubId, list[CrewStart]], dict[HubId, dict[datetime, Forecast]]]:
        """Return the crew starts in a stretch of time, and what was told of them."""
        rows = await self._tx.fetch(
            """
            SELECT hub_id, starts_at, vehicle_type, required_capabilities, crew_start.crews,
                   coverage_forecast.crews AS told_crews, vehicles_ready, forecast_at
              FROM crew_start
              LEFT JOIN coverage_forecast USING (hub_id, starts_at)
             WHERE hub_id = ANY ($1::uuid[]) AND starts_at > $2 AND starts_at <= $3
            """,
            list(hub_ids),
            after,
            until,
        )
        starts: defaultdict[HubId, list[CrewStart]] = defaultdict(list)
        forecasts: defaultdict[HubId, dict[datetime, Forecast]] = defaultdict(dict)
        for row in rows:
            hub_id = HubId(row["hub_id"])
            starts[hub_id].append(_start(row))
            if row["forecast_at"] is not None:
                forecasts[hub_id][row["starts_at"]] = _forecast(row)
        return starts, forecasts

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


def _start(row: Row) -> CrewStart:
    return CrewStart(
        starts_at=row["starts_at"],
        need=ability(row["vehicle_type"], row["required_capabilities"]),
        crews=row["crews"],
    )


def _forecast(row: Row) -> Forecast:
    return Forecast(
        hub_id=HubId(row["hub_id"]),
        starts_at=row["starts_at"],
        crews=row["told_crews"],
        vehicles_ready=row["vehicles_ready"],
        forecast_at=row["forecast_at"],
    )
