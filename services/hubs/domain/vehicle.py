"""Vehicles as a hub knows them: followed from what fleet tells, never asked for."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from services.kernel.errors import NotFound
from services.kernel.ids import HubId, OdsCode, VehicleId
from services.kernel.vehicle import VehicleType


class VehicleNotFound(NotFound):
    reason = "VEHICLE_NOT_FOUND"


class Capability(StrEnum):
    """What a vehicle can do beyond its type."""

    BARIATRIC = "BARIATRIC"
    FOUR_BY_FOUR = "FOUR_BY_FOUR"
    HIGH_DEPENDENCY = "HIGH_DEPENDENCY"
    WHEELCHAIR = "WHEELCHAIR"
    LICENCE_B = "LICENCE_B"
    LONG_RANGE = "LONG_RANGE"


class VehicleState(StrEnum):
    """Where a vehicle stands; fleet decides it."""

    ORDERED = "ORDERED"
    CHASSIS_RECEIVED = "CHASSIS_RECEIVED"
    IN_CONVERSION = "IN_CONVERSION"
    COMMISSIONING = "COMMISSIONING"
    AWAITING_MAKE_READY = "AWAITING_MAKE_READY"
    IN_MAKE_READY = "IN_MAKE_READY"
    MADE_READY = "MADE_READY"
    DEPLOYED = "DEPLOYED"
    RESERVE = "RESERVE"
    OFF_ROAD = "OFF_ROAD"
    AWAITING_DISPOSAL = "AWAITING_DISPOSAL"
    DISPOSED = "DISPOSED"
    ON_LOAN_OUT = "ON_LOAN_OUT"
    ON_LOAN_IN = "ON_LOAN_IN"


# Not to be made ready any more: a job that is open for such a vehicle is not needed.
OUT_OF_HAND: Final = frozenset(
    {
        VehicleState.DEPLOYED,
        VehicleState.OFF_ROAD,
        VehicleState.AWAITING_DISPOSAL,
        VehicleState.DISPOSED,
        VehicleState.ON_LOAN_OUT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """What a vehicle is for and what it can do beyond; or what a crew needs of one."""

    vehicle_type: VehicleType
    capabilities: frozenset[Capability] = frozenset()

    def serves(self, need: Self) -> bool:
        """Whether a vehicle of this ability does for a crew of that need."""
        return self.vehicle_type is need.vehicle_type and need.capabilities <= self.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a crew found on bringing a vehicle back."""

    fuel_or_charge_percent: int
    is_contaminated: bool = False
    has_broken_seals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The hub a vehicle belongs to and the hub it is at. None: at none."""

    home_hub: HubId
    at_hub: HubId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one event of fleet says of a vehicle. None: it says nothing of that."""

    event_id: UUID
    vehicle_id: VehicleId
    org: OdsCode
    at: datetime
    state: VehicleState
    came_from: VehicleState | None = None
    whereabouts: Whereabouts | None = None
    ability: Ability | None = None
    fleet_number: str | None = None
    findings: Findings | None = None

    @property
    def is_move(self) -> bool:
        """Whether it tells of another place, and of no other state."""
        return self.came_from is self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle as last told of. `left_hub` is where a deployed one started its shift."""

    id: VehicleId
    org: OdsCode
    fleet_number: str = ""
    ability: Ability
    whereabouts: Whereabouts
    left_hub: HubId | None = None
    state: VehicleState
    since: datetime

    @classmethod
    def first_seen(cls, told: Sighting) -> Self:
        """Return a vehicle that was unknown; its first event must say what and where it is."""
        if told.ability is None or told.whereabouts is None:
            raise VehicleNotFound("this vehicle's registration has not been told of")
        return cls(
            id=told.vehicle_id,
            org=told.org,
            fleet_number=told.fleet_number or "",
            ability=told.ability,
            whereabouts=told.whereabouts,
            state=told.state,
            since=told.at,
        )

    def seen(self, told: Sighting) -> Self:
        """Return the vehicle as it stands after an event."""
        return replace(
            self,
            org=told.org,
            fleet_number=told.fleet_number or self.fleet_number,
            ability=told.ability or self.ability,
            whereabouts=told.whereabouts or self.whereabouts,
            left_hub=self._left_hub(told),
            state=told.state,
            since=self.since if told.state is self.state else told.at,
        )

    @property
    def ready_at(self) -> HubId | None:
        """The hub at which it stands ready for a crew. None: it does not."""
        return self.whereabouts.at_hub if self.state is VehicleState.MADE_READY else None

    def _left_hub(self, told: Sighting) -> HubId | None:
        if told.state is not VehicleState.DEPLOYED:
            return None
        return self.left_hub if self.state is told.state else self.whereabouts.at_hub
