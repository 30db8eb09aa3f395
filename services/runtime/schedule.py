"""Work that recurs: run by whoever leads the relay, once per period, and never twice at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from services.runtime.attempts import failure_of, is_trouble
from services.runtime.db import Database
from services.runtime.metrics import Metrics
from services.runtime.scope import Scope
from services.runtime.telemetry import span
from services.runtime.tx import Tx

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Work that is due `every` so often, in one transaction under the purpose "schedule".

    It is due once the period has passed since it last ran, in whichever process; a failed run is
    tried again a period later. It must find out by itself what there is to do: a service that was
    down has missed its runs.
    """

    name: str
    every: timedelta
    work: Callable[[Tx], Awaitable[None]]


class Scheduler:
    """Runs schedules while this process leads the relay."""

    def __init__(self, database: Database, schedules: Sequence[Schedule], metrics: Metrics) -> None:
        self._database = database
        self._schedules = schedules
        self._metrics = metrics
        self._next_seconds = dict.fromkeys((each.name for each in schedules), 0.0)

    async def run(self) -> None:
        """Run what is due, for ever."""
        while True:
            for schedule in self._schedules:
                await self._run_if_due(schedule)
            await asyncio.sleep(LOOK_SECONDS)

    async def _run_if_due(self, schedule: Schedule) -> None:
        if time.monotonic() < self._next_seconds[schedule.name]:
            return
        error = await failure_of(partial(self._run, schedule))
        if error is not None and not is_trouble(error):
            self._next_seconds[schedule.name] = time.monotonic() + schedule.every.total_seconds()
            self._metrics.schedule_runs.labels(schedule.name, "failed").inc()
            log.error("schedule_failed", schedule=schedule.name, exc_info=error)

    async def _run(self, schedule: Schedule) -> None:
        with span(f"schedule {schedule.name}"):
            work = partial(_run_once, schedule)
            pause = await self._database.writing(Scope.system("schedule"), work)
        self._next_seconds[schedule.name] = time.monotonic() + pause.total_seconds()
        if pause == schedule.every:
            self._metrics.schedule_runs.labels(schedule.name, "done").inc()


async def _run_once(schedule: Schedule, tx: Tx) -> timedelta:
    """Run the work unless it ran within the period; return when to look again."""
    is_due = await tx.fetchval(
        """
        INSERT INTO schedule_state AS last (name, last_run_at)
        VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE
           SET last_run_at = excluded.last_run_at
         WHERE last.last_run_at <= excluded.last_run_at - $3::interval
        RETURNING true
        """,
        schedule.name,
        tx.now,
        schedule.every,
    )
    if is_due:
        await schedule.work(tx)
        return schedule.every
    last_run_at = await tx.fetchval(
        """
        SELECT last_run_at
          FROM schedule_state
         WHERE name = $1
        """,
        schedule.name,
    )
    remaining: timedelta = last_run_at + schedule.every - tx.now
    return remaining
