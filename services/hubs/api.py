"""HubsService over gRPC. Parses, calls, renders; decides nothing."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol
from uuid import UUID, uuid4

from google.protobuf.timestamp_pb2 import Timestamp
from makeready.hubs.v1 import hubs_service_pb2 as pb

from services.hubs.domain.hub import Hub
from services.hubs.domain.job import Job, Release
from services.hubs.domain.throughput import DEFINITION
from services.hubs.handlers import hubs, jobs, measure
from services.hubs.handlers.jobs import OnJob
from services.hubs.wire.hubs import (
    bays_from_proto,
    board_to_proto,
    hub_to_proto,
    start_to_proto,
    starts_from_proto,
)
from services.hubs.wire.jobs import job_to_proto, step_to_proto
from services.hubs.wire.throughput import hour_to_proto
from services.hubs.wire.words import JOB_STATE_OF, STOP_REASON_OF
from services.kernel.errors import Malformed
from services.kernel.ids import BayId, HubId, JobId
from services.runtime.paging import Page
from services.runtime.parse import (
    parse_date,
    parse_instant,
    parse_ods_code,
    parse_optional_ods_code,
    parse_optional_uuid,
    parse_text,
    parse_timestamp,
    parse_uuid,
)
from services.runtime.rpc.call import Call
from services.runtime.spec import Runtime
from services.runtime.tx import Tx
from services.runtime.watch import watch

LONGEST_SPAN: Final = timedelta(days=31)
MAX_NAME: Final = 60
MAX_LABEL: Final = 40


class HubsApi:
    """HubsService. One method for each of the proto's, which says what it does."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def RegisterHub(self, tx: Tx, request: pb.RegisterHubRequest) -> pb.RegisterHubResponse:
        hub_id = parse_optional_uuid("hub_id", request.hub_id)
        label = request.local_label or "hub"
        hub = Hub(
            id=HubId(hub_id or uuid4()),
            org=parse_ods_code("trust", request.trust),
            name=parse_text("name", request.name, MAX_NAME),
            local_label=parse_text("local_label", label, MAX_LABEL),
            system=parse_ods_code("system", request.system),
        )
        return pb.RegisterHubResponse(hub=hub_to_proto(await hubs.register_hub(tx, hub)))

    async def ListHubs(self, tx: Tx, request: pb.ListHubsRequest) -> pb.ListHubsResponse:
        page = Page.of(request, (str, str, UUID))
        org = parse_optional_ods_code("trust", request.trust)
        shown, token = await hubs.list_hubs(tx, page, org)
        return pb.ListHubsResponse(hubs=map(hub_to_proto, shown), next_page_token=token)

    async def SetBays(self, tx: Tx, request: pb.SetBaysRequest) -> pb.SetBaysResponse:
        bays = bays_from_proto(request.bays)
        hub = await hubs.set_bays(tx, _hub_id(request.hub_id), request.etag, bays)
        return pb.SetBaysResponse(hub=hub_to_proto(hub))

    async def SetRoster(self, tx: Tx, request: pb.SetRosterRequest) -> pb.SetRosterResponse:
        hub_id, staff_by_hour = _hub_id(request.hub_id), request.staff_by_hour
        hub = await hubs.set_roster(tx, hub_id, request.etag, staff_by_hour)
        return pb.SetRosterResponse(hub=hub_to_proto(hub))

    async def SetCrewStarts(
        self, tx: Tx, request: pb.SetCrewStartsRequest
    ) -> pb.SetCrewStartsResponse:
        day, starts = parse_date("day", request.day), starts_from_proto(request.crew_starts)
        hub_id = _hub_id(request.hub_id)
        kept, reordered = await hubs.set_crew_starts(tx, hub_id, day, starts)
        return pb.SetCrewStartsResponse(
            crew_starts=map(start_to_proto, kept), jobs_reordered=reordered
        )

    async def ListJobs(self, tx: Tx, request: pb.ListJobsRequest) -> pb.ListJobsResponse:
        page = Page.of(request, (UUID, int, datetime, UUID))
        states = [JOB_STATE_OF[state] for state in request.states]
        hub_id, queued_from = _optional_hub_id(request.hub_id), _queued_from(request)
        shown, token = await jobs.list_jobs(tx, page, hub_id, states, queued_from)
        return pb.ListJobsResponse(
            jobs=(job_to_proto(job, tx.now) for job in shown), next_page_token=token
        )

    async def StartJob(self, tx: Tx, request: pb.StartJobRequest) -> pb.StartJobResponse:
        act = _on_job(tx, request)
        bay_id = BayId(parse_uuid("bay_id", request.bay_id)) if request.bay_id else None
        job = await jobs.start_job(tx, act, bay_id)
        return pb.StartJobResponse(job=job_to_proto(job, act.at))

    async def PauseJob(self, tx: Tx, request: pb.PauseJobRequest) -> pb.PauseJobResponse:
        act = _on_job(tx, request)
        job = await jobs.pause_job(tx, act, STOP_REASON_OF[request.reason])
        return pb.PauseJobResponse(job=job_to_proto(job, act.at))

    async def BlockJob(self, tx: Tx, request: pb.BlockJobRequest) -> pb.BlockJobResponse:
        act = _on_job(tx, request)
        job = await jobs.block_job(tx, act, STOP_REASON_OF[request.reason])
        return pb.BlockJobResponse(job=job_to_proto(job, act.at))

    async def CompleteJob(self, tx: Tx, request: pb.CompleteJobRequest) -> pb.CompleteJobResponse:
        act = _on_job(tx, request)
        release = Release(
            seal_number=request.seal_number,
            fuel_or_charge_percent=request.fuel_or_charge_percent,
            checks_passed=request.checks_passed,
        )
        job = await jobs.complete_job(tx, act, release)
        return pb.CompleteJobResponse(job=job_to_proto(job, act.at))

    async def GetBoard(self, tx: Tx, request: pb.GetBoardRequest) -> pb.GetBoardResponse:
        as_of = _as_of(tx, request)
        board, coverage = await jobs.get_board(tx, _hub_id(request.hub_id), as_of)
        return board_to_proto(board, coverage, as_of)

    async def WatchBoard(
        self, call: Call, request: pb.WatchBoardRequest
    ) -> AsyncIterator[pb.WatchBoardResponse]:
        read = partial(_watched, _optional_hub_id(request.hub_id))
        runtime, token = self._runtime, request.resume_token
        steps = watch(runtime.database, runtime.feed, call.scope, token, read, _identity)
        async for step in steps:
            yield step_to_proto(step, runtime.clock())

    async def GetThroughput(
        self, tx: Tx, request: pb.GetThroughputRequest
    ) -> pb.GetThroughputResponse:
        begin, end = _span(request)
        hub_id = _hub_id(request.hub_id)
        hours, span = await measure.get_throughput(tx, hub_id, begin, end)
        return pb.GetThroughputResponse(
            hours=map(hour_to_proto, hours),
            jobs_completed=span.jobs_completed,
            turnaround_p50_minutes=span.turnaround_p50_minutes,
            turnaround_p80_minutes=span.turnaround_p80_minutes,
            promises_due=span.promises_due,
            promises_kept=span.promises_kept,
            definition=DEFINITION,
        )


class ActOnJob(Protocol):
    """The part that the requests of all acts on a job have in common."""

    @property
    def job_id(self) -> str: ...
    @property
    def etag(self) -> str: ...
    @property
    def at(self) -> Timestamp: ...


def _on_job(tx: Tx, request: ActOnJob) -> OnJob:
    return OnJob(
        job_id=JobId(parse_uuid("job_id", request.job_id)),
        etag=request.etag,
        at=parse_instant("at", request.at, tx.now),
    )


def _hub_id(text: str) -> HubId:
    return HubId(parse_uuid("hub_id", text))


def _optional_hub_id(text: str) -> HubId | None:
    return _hub_id(text) if text else None


def _queued_from(request: pb.ListJobsRequest) -> datetime | None:
    if not request.HasField("queued_from"):
        return None
    return parse_timestamp("queued_from", request.queued_from)


def _as_of(tx: Tx, request: pb.GetBoardRequest) -> datetime:
    return parse_timestamp("as_of", request.as_of) if request.HasField("as_of") else tx.now


def _span(request: pb.GetThroughputRequest) -> tuple[datetime, datetime]:
    # `from` is a word of Python's, so the field has no name that could be written here.
    begin = parse_timestamp("from", getattr(request, "from"))
    end = parse_timestamp("until", request.until)
    if end <= begin:
        raise Malformed("until", "must be later than from")
    if end - begin > LONGEST_SPAN:
        raise Malformed("until", f"must be at most {LONGEST_SPAN.days} days after from")
    return begin, end


async def _watched(hub_id: HubId | None, tx: Tx, since: str | None) -> list[Job]:
    return await jobs.watched_jobs(tx, hub_id, since)


def _identity(job: Job) -> tuple[JobId, int]:
    return job.id, job.version
