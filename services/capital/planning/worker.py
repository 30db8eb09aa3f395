"""The role that solves: one plan at a time, each in a process of its own, until it has ended.

A worker holds a plan under a lease that it renews while it lives. Whoever takes up a plan begins a
new attempt, and only the last one begun may write: a worker thought lost changes nothing any more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Final, TypeAlias, TypeVar
from uuid import uuid4

import structlog
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital import solver_process
from services.capital.handlers import solving
from services.capital.handlers.solving import Failed, Found, Solve
from services.capital.optimiser.limits import Limits
from services.capital.planning.apart import examined_apart
from services.capital.planning.report import Report
from services.capital.repository.queue import PlanQueue, QueuedPlan
from services.runtime.attempts import patiently
from services.runtime.db import Database
from services.runtime.scope import Scope
from services.runtime.telemetry import span
from services.runtime.tx import Tx
from services.runtime.watch import ChangeFeed

T = TypeVar("T")
log = structlog.get_logger()

# How often a worker renews its lease in its term, and looks for plans whose worker was lost.
LOOKS_PER_LEASE: Final = 5
# News of a solve is told at most so often.
TELLING_SECONDS: Final = 0.25

WHY_FAILED: Final = {
    RenewalSolve.Failed.REASON_INVALID_PROBLEM: "the solver refused the problem",
    RenewalSolve.Failed.REASON_TOO_LARGE: "the problem is larger than one solve may take on",
    RenewalSolve.Failed.REASON_OUT_OF_MEMORY: "the solver needed more memory than it may have",
    RenewalSolve.Failed.REASON_OVERRAN: "the solver overran its time and was ended",
}


class Crashed:
    """The solver's process ended without an answer: one more attempt may do better."""


# None: the plan is not ours any more.
Ending: TypeAlias = Found | Failed | Crashed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a worker works with: bytes for one solver, and how long it may be silent."""

    memory_bytes: int = 3 << 30
    lease: timedelta = timedelta(seconds=15)

    @property
    def look_seconds(self) -> float:
        return min(1.0, self.lease.total_seconds() / LOOKS_PER_LEASE)


class Worker:
    """Takes up plans that wait, one after the other."""

    def __init__(self, database: Database, bench: Bench) -> None:
        self.ready = asyncio.Event()
        self._id = uuid4()
        self._database = database
        self._bench = bench
        self._feed = ChangeFeed(database)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Work until stop(); a plan in hand is then given back, to be taken up elsewhere."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._feed.run(), name="change feed"),
                tasks.create_task(self._work(), name="solve"),
            ]
            self.ready.set()
            await self._stopping.wait()
            for task in running:
                task.cancel()

    async def _work(self) -> None:
        while True:
            rings = self._feed.rings
            queued = await self._write(Scope.system("queue"), self._take)
            if queued is None:
                await self._feed.wait(rings, self._bench.look_seconds)
                continue
            with span("solve plan", queued.traceparent):
                await self._see_through(queued)

    async def _take(self, tx: Tx) -> QueuedPlan | None:
        return await PlanQueue(tx).take(self._id, self._bench.lease)

    async def _see_through(self, queued: QueuedPlan) -> None:
        """Attempt the plan until it has ended, or is no longer ours."""
        while solve := await self._on(queued, partial(solving.begin, queued)):
            attempt = solve.plan.attempt
            log.info("solve_begun", plan_id=str(queued.plan_id), attempt=attempt)
            try:
                ending = await self._attempt(queued, solve)
            except asyncio.CancelledError:
                await self._on(queued, partial(solving.give_back, queued, attempt))
                log.info("solve_given_back", plan_id=str(queued.plan_id), attempt=attempt)
                raise
            if not isinstance(ending, Crashed):
                await self._conclude(queued, attempt, ending)
                return

    async def _attempt(self, queued: QueuedPlan, solve: Solve) -> Ending:
        """Solve while the plan is ours; the solver is gone when this returns."""
        report = Report()
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(self._answer(solve, report))
            hold = tasks.create_task(self._hold(queued, solve.plan.attempt, report))
            await asyncio.wait({answer, hold}, return_when=asyncio.FIRST_COMPLETED)
            answer.cancel()
            hold.cancel()
        return None if answer.cancelled() else answer.result()

    async def _answer(self, solve: Solve, report: Report) -> Found | Failed | Crashed:
        asked = solve.plan.limits
        limits = Limits(
            seconds=asked.seconds,
            gap_ppm=asked.gap_ppm,
            seed=asked.seed,
            stall_seconds=asked.stall_seconds or None,
        )
        memory_bytes = self._bench.memory_bytes
        ending = await solver_process.run(solve.problem, limits, report.hear, memory_bytes)
        if isinstance(ending, RenewalSolve.Solved):
            return await examined_apart(solve, ending, memory_bytes) or Crashed()
        reason = RenewalSolve.Failed.Reason.Name(ending.reason)
        log.warning("solver_failed", reason=reason, message=ending.message)
        if ending.reason == RenewalSolve.Failed.REASON_CRASHED:
            return Crashed()
        return Failed(why=WHY_FAILED.get(ending.reason, "the solver failed at its work"))

    async def _hold(self, queued: QueuedPlan, attempt: int, report: Report) -> None:
        """Keep the lease and tell of news; return when the plan is not ours any more."""
        told_at = -TELLING_SECONDS
        while True:
            rings, is_time = self._feed.rings, monotonic() - told_at >= TELLING_SECONDS
            news = report.news() if is_time else None
            if not await self._on(queued, partial(solving.tell, queued, attempt, news)):
                return
            told_at = monotonic() if news else told_at
            await self._feed.wait(rings, self._bench.look_seconds)

    async def _conclude(
        self, queued: QueuedPlan, attempt: int, ending: Found | Failed | None
    ) -> None:
        plan = None
        if ending is not None:
            plan = await self._on(queued, partial(solving.conclude, queued, attempt, ending))
        state = plan.state if plan else "not ours any more"
        log.info("solve_ended", plan_id=str(queued.plan_id), attempt=attempt, state=state)

    async def _on(self, queued: QueuedPlan, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._write(Scope.system("queue", [queued.holder]), work)

    async def _write(self, scope: Scope, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Write, and wait out a database that is away."""
        return await patiently(partial(self._database.writing, scope, work))
