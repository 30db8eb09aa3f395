"""Plans that wait for a solver: jobs of pgqueuer, moved by its statements in our transactions.

Its own worker loop is not used: there, a worker that lost its lease can still end the job of the
worker that took it up, and its smallest worker takes up two jobs at once.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel, JobId, QueueEntrypoint, QueueManagerId
from pgqueuer.ports.driver import Driver
from pgqueuer.ports.repository import EntrypointExecutionParameter

from services.kernel.ids import OdsCode, PlanId
from services.runtime.telemetry import current_traceparent
from services.runtime.tx import Tx

ENTRYPOINT: Final = QueueEntrypoint("renewal_plan")
LOG_KEPT: Final = timedelta(days=30)
# Written out, because the library would let stray environment variables rename them.
NAMES: Final = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
)


class TxDriver:
    """A transaction as pgqueuer's statements see it: they use no more of a driver than this."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self._tx.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        return await self._tx.execute(query, *args)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPlan:
    """A plan's job in a worker's hands."""

    job: Job
    plan_id: PlanId
    holder: OdsCode
    traceparent: str


class PlanQueue:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._queries = queries(tx)

    async def put(self, plan_id: PlanId, holder: OdsCode) -> int:
        """Let the plan wait for a solver from this transaction's commit on; return its job's id."""
        named = {"plan_id": str(plan_id), "holder": holder, "traceparent": current_traceparent()}
        [job_id] = await self._queries.enqueue(ENTRYPOINT, json.dumps(named).encode())
        return job_id

    async def take(self, worker: UUID, lease: timedelta) -> QueuedPlan | None:
        """Take up one plan: the oldest that waits, or one whose worker let its lease run out."""
        jobs = await self._queries.dequeue(
            batch_size=1,
            entrypoints={ENTRYPOINT: EntrypointExecutionParameter(concurrency_limit=0)},
            queue_manager_id=QueueManagerId(worker),
            global_concurrency_limit=None,
            heartbeat_timeout=lease,
        )
        return _queued(jobs[0]) if jobs else None

    async def renew(self, queued: QueuedPlan) -> None:
        """Begin the lease anew."""
        await self._queries.update_heartbeat([queued.job.id])

    async def give_back(self, queued: QueuedPlan) -> None:
        """Let the plan wait again, for any worker."""
        await self._queries.retry_job(queued.job, timedelta(), None)

    async def end(self, queued: QueuedPlan) -> None:
        """Take the plan out of the queue: its solve has ended."""
        await self._queries.log_jobs([(queued.job, "successful", None)])

    async def withdraw(self, job_id: int) -> None:
        """Take a plan that nobody wants any more out of the queue, whoever has it in hand."""
        await self._tx.execute(
            self._queries.qbq.build_log_job_query(), [JobId(job_id)], ["canceled"], [None]
        )


def queries(tx: Tx) -> Queries:
    """Return pgqueuer's statements, to be run in the transaction."""
    return Queries(
        cast(Driver, TxDriver(tx)),
        qbe=QueryBuilderEnvironment(NAMES),
        qbq=QueryQueueBuilder(NAMES),
    )


def _queued(job: Job) -> QueuedPlan:
    named = json.loads(job.payload or b"{}")
    return QueuedPlan(
        job=job,
        plan_id=PlanId(UUID(named["plan_id"])),
        holder=OdsCode(named["holder"]),
        traceparent=named["traceparent"],
    )


async def prune_log(tx: Tx) -> None:
    """Forget what became of jobs older than thirty days; work for a Schedule."""
    await tx.execute(
        """
        DELETE FROM pgqueuer_log
         WHERE created < $1
        """,
        tx.now - LOG_KEPT,
    )
