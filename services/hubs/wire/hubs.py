"""Hubs, bays and crew starts ↔ protobuf."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from makeready.hubs.v1 import hub_pb2 as pb
from makeready.hubs.v1 import hubs_service_pb2 as service_pb

from services.hubs.domain.board import Board
from services.hubs.domain.coverage import Coverage
from services.hubs.domain.hub import Bay, Hub, StatedBay
from services.hubs.domain.job import Job
from services.hubs.domain.queue import CrewStart
from services.hubs.domain.states import JobState
from services.hubs.domain.vehicle import Ability
from services.hubs.wire.jobs import job_to_proto
from services.hubs.wire.words import (
    BAY_CAPABILITY,
    BAY_CAPABILITY_OF,
    CAPABILITY,
    CAPABILITY_OF,
    VEHICLE_TYPE,
    VEHICLE_TYPE_OF,
    stamp,
)
from services.kernel.errors import Malformed
from services.kernel.ids import BayId
from services.runtime.parse import parse_identifier, parse_timestamp, parse_uuid
from services.runtime.rpc.etags import etag_of

MAX_BAY_NAME: int = 20


def hub_to_proto(hub: Hub) -> pb.Hub:
    return pb.Hub(
        hub_id=str(hub.id),
        trust=hub.org,
        name=hub.name,
        local_label=hub.local_label,
        system=hub.system,
        bays=map(bay_to_proto, hub.bays),
        staff_by_hour=hub.roster.staff_by_hour,
        commissioning_per_week=hub.commissioning_per_week,
        etag=etag_of(hub.version),
    )


def bay_to_proto(bay: Bay) -> pb.Bay:
    return pb.Bay(
        bay_id=str(bay.id),
        name=bay.name,
        capabilities=sorted(BAY_CAPABILITY[one] for one in bay.capabilities),
    )


def bays_from_proto(stated: Sequence[pb.Bay]) -> list[StatedBay]:
    """Read the bays of a hub; one without an id is new. Each id and each name comes once."""
    bays = [_bay(f"bays[{nth}]", bay) for nth, bay in enumerate(stated)]
    _require_once([bay.name for bay in bays], "bays[{}].name")
    _require_once([bay.id or nth for nth, bay in enumerate(bays)], "bays[{}].bay_id")
    return bays


def start_to_proto(start: CrewStart) -> pb.CrewStart:
    return pb.CrewStart(
        starts_at=stamp(start.starts_at),
        vehicle_type=VEHICLE_TYPE[start.need.vehicle_type],
        required_capabilities=sorted(CAPABILITY[one] for one in start.need.capabilities),
        crews=start.crews,
    )


def starts_from_proto(stated: Sequence[pb.CrewStart]) -> list[CrewStart]:
    """Read crew starts; each time and need comes once."""
    starts = [_start(f"crew_starts[{nth}]", start) for nth, start in enumerate(stated)]
    _require_once([(start.starts_at, start.need) for start in starts], "crew_starts[{}]")
    return starts


def board_to_proto(
    board: Board, coverage: Iterable[Coverage], as_of: datetime
) -> service_pb.GetBoardResponse:
    on_bay = {job.bay_id: job for job in board.jobs.values() if job.is_on_bay}
    return service_pb.GetBoardResponse(
        hub=hub_to_proto(board.hub),
        bays=(_board_bay(bay, on_bay.get(bay.id), as_of) for bay in board.hub.bays),
        queue=(job_to_proto(job, as_of) for job in _queue(board)),
        crew_starts=map(_board_start, coverage),
        made_ready=sum(board.ready.values()),
        as_at=stamp(as_of),
    )


def _board_bay(bay: Bay, job: Job | None, as_of: datetime) -> service_pb.BoardBay:
    held_by = None if job is None else job_to_proto(job, as_of)
    return service_pb.BoardBay(bay=bay_to_proto(bay), job=held_by)


def _board_start(coverage: Coverage) -> service_pb.BoardStart:
    return service_pb.BoardStart(
        crew_start=start_to_proto(coverage.start),
        vehicles_ready=coverage.vehicles_ready,
        short=coverage.short,
    )


def _queue(board: Board) -> list[Job]:
    """Return the jobs off the bays, next first, blocked ones last."""
    return sorted(
        (job for job in board.jobs.values() if not job.is_on_bay),
        key=lambda job: (job.state is JobState.BLOCKED, job.place.position, job.queued_at, job.id),
    )


def _bay(field: str, bay: pb.Bay) -> StatedBay:
    return StatedBay(
        id=BayId(parse_uuid(f"{field}.bay_id", bay.bay_id)) if bay.bay_id else None,
        name=parse_identifier(f"{field}.name", bay.name, MAX_BAY_NAME),
        capabilities=frozenset(BAY_CAPABILITY_OF[one] for one in bay.capabilities),
    )


def _start(field: str, start: pb.CrewStart) -> CrewStart:
    return CrewStart(
        starts_at=parse_timestamp(f"{field}.starts_at", start.starts_at),
        need=Ability(
            vehicle_type=VEHICLE_TYPE_OF[start.vehicle_type],
            capabilities=frozenset(CAPABILITY_OF[one] for one in start.required_capabilities),
        ),
        crews=start.crews,
    )


def _require_once(values: Sequence[object], field: str) -> None:
    first: dict[object, int] = {}
    for nth, value in enumerate(values):
        if value in first:
            raise Malformed(field.format(nth), f"duplicate of [{first[value]}]")
        first[value] = nth
