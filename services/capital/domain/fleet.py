"""The fleet as its events told it: type, age, miles and time off the road. No clock, no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from services.capital.domain.catalogue import Kind
from services.kernel.calendar import MONTHS_PER_YEAR
from services.kernel.errors import NotFound
from services.kernel.ids import OdsCode, VehicleId


class Standing(StrEnum):
    """Where a vehicle stands, as far as capital cares."""

    PRE_SERVICE = "PRE_SERVICE"
    IN_SERVICE = "IN_SERVICE"
    OFF_ROAD = "OFF_ROAD"
    LENT = "LENT"
    BORROWED = "BORROWED"
    LEAVING = "LEAVING"
    GONE = "GONE"


NO_TIME: Final = timedelta()


class VehicleUnknown(NotFound):
    reason = "VEHICLE_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVehicle:
    """`off_road` is the time of the spells that ended; `off_road_since` None: it is on the road."""

    id: VehicleId
    trust: OdsCode
    fleet_number: str
    kind: Kind
    standing: Standing
    in_service_on: date
    odometer_miles: int = 0
    off_road_since: datetime | None = None
    off_road: timedelta = NO_TIME
    disposed_on: date | None = None

    def moved(self, standing: Standing, at: datetime) -> "KnownVehicle":
        """Stand elsewhere from `at` on; a spell off the road begins or ends with it."""
        if standing is Standing.OFF_ROAD:
            return replace(self, standing=standing, off_road_since=self.off_road_since or at)
        ended = at - self.off_road_since if self.off_road_since else NO_TIME
        return replace(
            self,
            standing=standing,
            off_road_since=None,
            off_road=self.off_road + max(ended, NO_TIME),
        )


class VehicleFact(Protocol):
    """What one event says of one vehicle."""

    @property
    def vehicle_id(self) -> VehicleId: ...

    def told_of(self, known: KnownVehicle | None) -> KnownVehicle:
        """Return the vehicle as it stands now; refused of one that was never registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    vehicle: KnownVehicle

    @property
    def vehicle_id(self) -> VehicleId:
        return self.vehicle.id

    def told_of(self, known: KnownVehicle | None) -> KnownVehicle:
        return self.vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    vehicle_id: VehicleId
    standing: Standing
    at: datetime

    def told_of(self, known: KnownVehicle | None) -> KnownVehicle:
        return _registered(known, self.vehicle_id).moved(self.standing, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    vehicle_id: VehicleId
    odometer_miles: int

    def told_of(self, known: KnownVehicle | None) -> KnownVehicle:
        vehicle = _registered(known, self.vehicle_id)
        return replace(vehicle, odometer_miles=self.odometer_miles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    vehicle_id: VehicleId
    on: date

    def told_of(self, known: KnownVehicle | None) -> KnownVehicle:
        vehicle = _registered(known, self.vehicle_id)
        return replace(vehicle, standing=Standing.GONE, off_road_since=None, disposed_on=self.on)


def as_told(
    known: Mapping[VehicleId, KnownVehicle], facts: Iterable[VehicleFact]
) -> dict[VehicleId, KnownVehicle]:
    """Return every vehicle the facts speak of, as it stands after the last of them."""
    told: dict[VehicleId, KnownVehicle] = {}
    for fact in facts:
        vehicle_id = fact.vehicle_id
        told[vehicle_id] = fact.told_of(told.get(vehicle_id) or known.get(vehicle_id))
    return told


def _registered(known: KnownVehicle | None, vehicle_id: VehicleId) -> KnownVehicle:
    if known is None:
        raise VehicleUnknown(f"vehicle {vehicle_id} was never registered")
    return known


class CycleState(StrEnum):
    RUNNING = "RUNNING"
    DUE = "DUE"
    SCHEDULED = "SCHEDULED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCycle:
    """A vehicle's time of service. No `due_on`: no policy holds; no `must_leave_on`: no maximum."""

    vehicle_id: VehicleId
    trust: OdsCode
    kind: Kind
    state: CycleState
    started_on: date
    due_on: date | None = None
    is_due_by_age: bool = True
    must_leave_on: date | None = None

    @property
    def target_age_months(self) -> int | None:
        """The policy's target; None where miles, or no policy, set the date."""
        return self._months_to(self.due_on) if self.is_due_by_age else None

    @property
    def maximum_age_months(self) -> int | None:
        return self._months_to(self.must_leave_on)

    def _months_to(self, day: date | None) -> int | None:
        if day is None:
            return None
        years = day.year - self.started_on.year
        return years * MONTHS_PER_YEAR + day.month - self.started_on.month


Told: TypeAlias = Registered | Moved | Driven | Disposed
