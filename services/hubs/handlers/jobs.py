"""What operatives do with a job, and who may look at it. Each act settles the whole hub."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.hubs.domain.board import Act, Board
from services.hubs.domain.coverage import Coverage
from services.hubs.domain.hub import Bay
from services.hubs.domain.job import Job, JobNotFound, Release
from services.hubs.domain.states import OPEN, JobState, StopReason
from services.hubs.handlers.settle import settle
from services.hubs.repository.boards import BoardRepository
from services.hubs.repository.hubs import HubRepository
from services.hubs.repository.jobs import JobRepository
from services.kernel.ids import BayId, HubId, JobId
from services.runtime.paging import Page
from services.runtime.rpc.etags import check_etag
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class OnJob:
    """Which job an act is on, the etag its caller read, and when it was done in the world."""

    job_id: JobId
    etag: str
    at: datetime


async def start_job(tx: Tx, act: OnJob, bay_id: BayId | None) -> Job:
    board, job = await _taken_up(tx, act)
    job.require(JobState.IN_PROGRESS)
    bay = await _bay_for(tx, board, job, bay_id, act.at)
    started = job.start(bay, board.hub.roster.on_duty(act.at), act.at)
    return await _settled(tx, board, started, act.at)


async def pause_job(tx: Tx, act: OnJob, reason: StopReason) -> Job:
    board, job = await _taken_up(tx, act)
    paused = job.pause(reason, act.at)
    return await _settled(tx, board, (paused, None), act.at)


async def block_job(tx: Tx, act: OnJob, reason: StopReason) -> Job:
    board, job = await _taken_up(tx, act)
    return await _settled(tx, board, job.block(reason, act.at), act.at)


async def complete_job(tx: Tx, act: OnJob, release: Release) -> Job:
    board, job = await _taken_up(tx, act)
    return await _settled(tx, board, job.complete(release, act.at), act.at)


async def list_jobs(
    tx: Tx,
    page: Page,
    hub_id: HubId | None,
    states: Collection[JobState],
    queued_from: datetime | None,
) -> tuple[Sequence[Job], str]:
    """Return a page of jobs and the token of the next. No states: those that are open."""
    hub_ids = await HubRepository(tx).seen(hub_id)
    rows = await JobRepository(tx).page(
        hub_ids, states or OPEN, queued_from, page.after, page.limit
    )
    return page.cut(rows, lambda job: (job.hub_id, job.place.position, job.queued_at, job.id))


async def watched_jobs(tx: Tx, hub_id: HubId | None, since: str | None) -> list[Job]:
    """Return the open jobs, or all that changed since, of one hub or of every one in scope."""
    hub_ids = await HubRepository(tx).seen(hub_id)
    jobs = JobRepository(tx)
    return await (jobs.open_at(hub_ids) if since is None else jobs.changed_since(hub_ids, since))


async def get_board(tx: Tx, hub_id: HubId, as_of: datetime) -> tuple[Board, list[Coverage]]:
    board = await BoardRepository(tx).seen(hub_id, as_of)
    return board, board.coverage(as_of)


async def _taken_up(tx: Tx, act: OnJob) -> tuple[Board, Job]:
    """Return the job and its hub's board, locked until the transaction ends."""
    board = await BoardRepository(tx).locked_of(act.job_id, act.at)
    if board is None:
        raise JobNotFound("job not found")
    job = board.jobs.get(act.job_id) or await JobRepository(tx).get(act.job_id)
    check_etag(act.etag, job.version)
    return board, job


async def _settled(tx: Tx, board: Board, act: Act, at: datetime) -> Job:
    job, _ = act
    settled = await settle(tx, board, [act], at)
    return settled.job(job.id)


async def _bay_for(tx: Tx, board: Board, job: Job, bay_id: BayId | None, at: datetime) -> Bay:
    """Return the bay asked for, the one the vehicle is on, or a free one that can do the work."""
    wanted = bay_id or (job.bay_id if job.is_on_bay else None)
    if wanted is not None:
        return board.hub.bay(wanted)
    return board.free_bay(job, await HubRepository(tx).free_bays(board.hub.id, at))
