"""What happened to a vehicle, as its verbs tell it: past-tense facts, in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.fleet.domain.kinds import Capability
from services.fleet.domain.odometer import Outcome, Reading
from services.fleet.domain.states import VehicleState, Verb
from services.fleet.domain.vor import Findings, VorEpisode
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.kernel.vehicle import VehicleType


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged:
    """One move. `version` is the vehicle's after it; `findings` are there when it was returned."""

    vehicle_id: VehicleId
    org: OdsCode
    version: int
    vehicle_type: VehicleType
    capabilities: frozenset[Capability]
    moved_from: VehicleState
    moved_to: VehicleState
    reason: Verb
    at: datetime
    at_hub_id: HubId | None
    home_hub_id: HubId
    findings: Findings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOffRoad:
    vehicle_id: VehicleId
    org: OdsCode
    episode: VorEpisode


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOnRoad:
    """A cause ended; the vehicle itself is back when `still_open` is nought."""

    vehicle_id: VehicleId
    org: OdsCode
    episode: VorEpisode
    still_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OdometerRead:
    """A reading and what became of it; `miles` are the vehicle's accepted miles after it."""

    vehicle_id: VehicleId
    org: OdsCode
    reading: Reading
    outcome: Outcome
    miles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The vehicle belongs to another hub, or stands at another one, or both."""

    vehicle_id: VehicleId
    org: OdsCode
    from_hub_id: HubId
    to_hub_id: HubId
    at_hub_id: HubId | None
    state: VehicleState
    at: datetime


VehicleEvent: TypeAlias = StatusChanged | TakenOffRoad | BackOnRoad | OdometerRead | Moved
VehicleEvents: TypeAlias = tuple[VehicleEvent, ...]
