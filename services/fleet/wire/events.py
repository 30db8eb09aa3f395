"""Facts as fleet tells them, and the news it reads of hubs and of capital."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias, assert_never, cast

from google.protobuf.message import Message
from makeready.capital.v1 import plan_events_pb2 as capital
from makeready.fleet.v1 import vehicle_events_pb2 as events
from makeready.hubs.v1 import hub_events_pb2 as hubs
from makeready.hubs.v1 import hub_pb2 as hub

from services.fleet.domain.cycles import CycleNews, ReplacementCycle, Schedule
from services.fleet.domain.events import (
    BackOnRoad,
    Moved,
    OdometerRead,
    StatusChanged,
    TakenOffRoad,
    VehicleEvent,
)
from services.fleet.domain.odometer import Outcome
from services.fleet.domain.work import Step, Work
from services.fleet.wire.cycles import cycle_message
from services.fleet.wire.kinds import STATE, VEHICLE_TYPE, timestamp
from services.fleet.wire.vehicles import capabilities, episode_message, findings_message
from services.kernel.ids import HubId, PlanId, VehicleId
from services.runtime.events import Event
from services.runtime.parse import parse_uuid

VEHICLES: Final = "fleet.vehicle.v1"
CYCLES: Final = "fleet.replacement-cycle.v1"

HubNews: TypeAlias = (
    hubs.MakeReadyStarted
    | hubs.MakeReadyBlocked
    | hubs.MakeReadyCompleted
    | hubs.MakeReadyCancelled
)


def told(event: VehicleEvent) -> tuple[Message, datetime] | None:
    """Return the fact that others are told and when it happened; None: it is fleet's alone."""
    match event:
        case StatusChanged():
            return _status_changed(event), event.at
        case TakenOffRoad(episode=episode):
            return events.VehicleTakenOffRoad(
                vehicle_id=str(event.vehicle_id), trust=event.org, episode=episode_message(episode)
            ), episode.started_at
        case BackOnRoad(episode=episode):
            return _back_on_road(event), episode.ended_at or episode.started_at
        case OdometerRead():
            if event.outcome is not Outcome.ACCEPTED:
                return None
            return _odometer_recorded(event), event.reading.read_at
        case Moved():
            return _moved(event), event.at
        case _:
            assert_never(event)


def cycle_fact(news: CycleNews, cycle: ReplacementCycle) -> Message:
    """Return what others are told of a cycle, with the cycle as it stands."""
    message = cycle_message(cycle)
    match news:
        case CycleNews.STARTED:
            return events.ReplacementCycleStarted(cycle=message)
        case CycleNews.REVISED:
            return events.ReplacementCycleRevised(cycle=message)
        case CycleNews.DUE:
            return events.ReplacementCycleDue(cycle=message)
        case CycleNews.CLOSED:
            return events.ReplacementCycleClosed(cycle=message)
        case _:
            assert_never(news)


def _status_changed(event: StatusChanged) -> Message:
    return events.VehicleStatusChanged(
        vehicle_id=str(event.vehicle_id),
        trust=event.org,
        vehicle_type=VEHICLE_TYPE[event.vehicle_type],
        **{"from": STATE[event.moved_from]},  # a keyword of Python
        to=STATE[event.moved_to],
        at_hub_id=str(event.at_hub_id or ""),
        home_hub_id=str(event.home_hub_id),
        occurred_at=timestamp(event.at),
        reason=event.reason,
        findings=None if event.findings is None else findings_message(event.findings),
        capabilities=capabilities(event.capabilities),
    )


def _back_on_road(event: BackOnRoad) -> Message:
    return events.VehicleBackOnRoad(
        vehicle_id=str(event.vehicle_id),
        trust=event.org,
        episode=episode_message(event.episode),
        still_open=event.still_open,
    )


def _odometer_recorded(event: OdometerRead) -> Message:
    return events.OdometerRecorded(
        vehicle_id=str(event.vehicle_id),
        trust=event.org,
        odometer_miles=event.miles,
        read_at=timestamp(event.reading.read_at),
    )


def _moved(event: Moved) -> Message:
    return events.VehicleMoved(
        vehicle_id=str(event.vehicle_id),
        trust=event.org,
        from_hub_id=str(event.from_hub_id),
        to_hub_id=str(event.to_hub_id),
        occurred_at=timestamp(event.at),
        at_hub_id=str(event.at_hub_id or ""),
        state=STATE[event.state],
    )


def work_of(event: Event) -> Work:
    """Return the step of work that an event of hubs.job.v1 tells of."""
    news = cast(HubNews, event.message)
    job = news.job
    return Work(
        event_id=event.id,
        source=event.source,
        vehicle_id=VehicleId(parse_uuid("job.vehicle_id", job.vehicle_id)),
        org=event.org,
        hub_id=HubId(parse_uuid("job.hub_id", job.hub_id)),
        step=_step(news),
        is_commissioning=job.kind == hub.JOB_KIND_COMMISSIONING,
        seal_number=job.seal_number,
        at=news.occurred_at.ToDatetime(tzinfo=UTC),
    )


def _step(news: HubNews) -> Step:
    match news:
        case hubs.MakeReadyStarted():
            return Step.STARTED
        case hubs.MakeReadyCompleted():
            return Step.COMPLETED
        case hubs.MakeReadyBlocked() | hubs.MakeReadyCancelled():
            return Step.STOPPED
        case _:
            assert_never(news)


def schedules_of(batch: Sequence[Event]) -> list[tuple[VehicleId, Schedule | None]]:
    """Return what approved plans say of each vehicle, in order; None: a plan keeps it."""
    return [_schedule(cast(capital.ReplacementScheduled, event.message)) for event in batch]


def _schedule(fact: capital.ReplacementScheduled) -> tuple[VehicleId, Schedule | None]:
    vehicle_id = VehicleId(parse_uuid("vehicle_id", fact.vehicle_id))
    if not fact.financial_year:
        return vehicle_id, None
    return vehicle_id, Schedule(
        plan_id=PlanId(parse_uuid("plan_id", fact.plan_id)),
        financial_year=fact.financial_year,
        option=fact.option_id,
        envelope=fact.envelope_id,
    )
