"""A vehicle's state follows the work done on it at a hub; what comes too late changes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.fleet.domain.events import StatusChanged, VehicleEvents
from services.fleet.domain.road import keep_lawful
from services.fleet.domain.states import MOVES, VehicleState, Verb
from services.fleet.domain.vehicle import Moment, Vehicle
from services.kernel.calendar import london_day
from services.kernel.ids import HubId, OdsCode, VehicleId


class Step(StrEnum):
    """What a hub says of its work on a vehicle."""

    STARTED = "started"
    COMPLETED = "completed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One step of a hub's work. `is_commissioning`: a new vehicle is being fitted out."""

    event_id: UUID
    source: str
    vehicle_id: VehicleId
    org: OdsCode
    hub_id: HubId
    step: Step
    is_commissioning: bool
    seal_number: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """A step that came when the vehicle had gone on: kept as a correction, applied to nothing."""

    work: Work
    verb: Verb
    version: int
    state: VehicleState

    @property
    def would_be(self) -> VehicleState:
        """Where it would have brought the vehicle in its time."""
        return MOVES[self.verb].target


VERBS: Final = {
    Step.STARTED: Verb.START_MAKE_READY,
    Step.COMPLETED: Verb.COMPLETE_MAKE_READY,
    Step.STOPPED: Verb.LEAVE_BAY,
}


def follow(
    vehicle: Vehicle, work: Work, now: datetime
) -> tuple[Vehicle, VehicleEvents, Overtaken | None]:
    """Move the vehicle as the work did, or say that the news is overtaken (rule 11)."""
    verb = _verb(work)
    if verb is None or _says_nothing_new(vehicle, verb):
        return vehicle, (), None
    if vehicle.state not in MOVES[verb].sources or work.at < vehicle.state_since:
        return vehicle, (), _overtaken(vehicle, work, verb)
    # A hub's clock ahead of ours tells no future.
    moment = Moment(at=max(min(work.at, now), vehicle.state_since), recorded_at=now)
    moved, changed = _moved(vehicle, work, verb, moment)
    lawful, grounded = keep_lawful(moved, moment)
    return lawful, (changed, *grounded), None


def _verb(work: Work) -> Verb | None:
    """A new vehicle stays in commissioning until that is completed, on a bay or off it."""
    if not work.is_commissioning:
        return VERBS[work.step]
    return Verb.ENTER_SERVICE if work.step is Step.COMPLETED else None


def _says_nothing_new(vehicle: Vehicle, verb: Verb) -> bool:
    if verb is Verb.LEAVE_BAY:
        # Jobs are cancelled because the vehicle went elsewhere: that it left the bay is known then.
        return vehicle.state is not VehicleState.IN_MAKE_READY
    return verb is Verb.START_MAKE_READY and vehicle.state is VehicleState.IN_MAKE_READY


def _moved(
    vehicle: Vehicle, work: Work, verb: Verb, moment: Moment
) -> tuple[Vehicle, StatusChanged]:
    moved, changed = vehicle.moved(
        verb, moment, at_hub_id=work.hub_id, seal_number=work.seal_number
    )
    if verb is Verb.ENTER_SERVICE:
        entered_on = max(london_day(work.at), vehicle.first_registered_on)
        moved = replace(moved, in_service_on=entered_on)
    if vehicle.last_change_at > moment.at:
        # It was given another home between the work and the news of it.
        moved = replace(moved, last_change_at=vehicle.last_change_at)
    return moved, changed


def _overtaken(vehicle: Vehicle, work: Work, verb: Verb) -> Overtaken:
    return Overtaken(work=work, verb=verb, version=vehicle.version, state=vehicle.state)
