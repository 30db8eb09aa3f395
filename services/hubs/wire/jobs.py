"""Jobs, and what is told of them, → protobuf."""

from datetime import datetime
from typing import Final, assert_never

from google.protobuf.message import Message
from makeready.hubs.v1 import hub_events_pb2 as events_pb
from makeready.hubs.v1 import hub_pb2 as pb
from makeready.hubs.v1 import hubs_service_pb2 as service_pb

from services.hubs.domain.job import (
    Job,
    JobEvent,
    MakeReadyBlocked,
    MakeReadyCancelled,
    MakeReadyCompleted,
    MakeReadyPromised,
    MakeReadyQueued,
    MakeReadyStarted,
)
from services.hubs.domain.throughput import MINUTE
from services.hubs.wire.words import (
    JOB_KIND,
    JOB_STATE,
    PRIORITY_REASON,
    STOP_REASON,
    VEHICLE_TYPE,
    stamp,
)
from services.runtime.rpc.etags import etag_of
from services.runtime.watch import Change, Complete, Heartbeat, Snapshot, Step

JOB_TOPIC: Final = "hubs.job.v1"

MESSAGES: Final = {
    MakeReadyQueued: events_pb.MakeReadyQueued,
    MakeReadyStarted: events_pb.MakeReadyStarted,
    MakeReadyBlocked: events_pb.MakeReadyBlocked,
    MakeReadyCompleted: events_pb.MakeReadyCompleted,
    MakeReadyCancelled: events_pb.MakeReadyCancelled,
}


def job_to_proto(job: Job, as_of: datetime) -> pb.Job:
    """Render a job; minutes worked are counted up to `as_of`."""
    place = job.place
    return pb.Job(
        job_id=str(job.id),
        hub_id=str(job.hub_id),
        trust=job.org,
        vehicle_id=str(job.vehicle_id),
        fleet_number=job.fleet_number,
        vehicle_type=VEHICLE_TYPE[job.ability.vehicle_type],
        kind=JOB_KIND[job.kind],
        state=JOB_STATE[job.state],
        queue_position=place.position,
        priority_reason=PRIORITY_REASON[place.reason],
        serves_start_at=stamp(place.serves_start_at),
        queued_at=stamp(job.queued_at),
        promised_at=stamp(job.promised_at),
        started_at=stamp(job.started_at),
        completed_at=stamp(job.completed_at),
        bay_id=str(job.bay_id) if job.bay_id else "",
        bay_name=job.bay_name,
        stop_reason=STOP_REASON[job.stop_reason],
        seal_number=job.seal_number,
        worked_minutes=job.worked_by(as_of) // MINUTE,
        etag=etag_of(job.version),
    )


def event_to_proto(event: JobEvent) -> Message:
    job, occurred_at = job_to_proto(event.job, event.occurred_at), stamp(event.occurred_at)
    if isinstance(event, MakeReadyPromised):
        return events_pb.MakeReadyPromised(
            job=job, occurred_at=occurred_at, instead_of=stamp(event.instead_of)
        )
    return MESSAGES[type(event)](job=job, occurred_at=occurred_at)


def step_to_proto(step: Step[Job], as_of: datetime) -> service_pb.WatchBoardResponse:
    """Render a step of WatchBoard; minutes worked are counted up to `as_of`."""
    match step:
        case Snapshot(row):
            return service_pb.WatchBoardResponse(job=job_to_proto(row, as_of))
        case Complete(token):
            complete = service_pb.WatchBoardSnapshotComplete()
            return service_pb.WatchBoardResponse(snapshot_complete=complete, resume_token=token)
        case Change(row, token):
            return service_pb.WatchBoardResponse(job=job_to_proto(row, as_of), resume_token=token)
        case Heartbeat(token):
            heartbeat = service_pb.WatchBoardHeartbeat()
            return service_pb.WatchBoardResponse(heartbeat=heartbeat, resume_token=token)
        case _:
            assert_never(step)
