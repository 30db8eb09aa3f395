"""Into the register, about in it, and out of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.fleet.domain.events import Moved, OdometerRead, StatusChanged, VehicleEvents
from services.fleet.domain.kinds import Capability, DisposalRoute, Ownership
from services.fleet.domain.legal import LegalItems, first_mot_holds_until, taxed_until
from services.fleet.domain.odometer import Odometer, Outcome, Reading
from services.fleet.domain.refusals import DisposalWithoutReplacement, VehicleGone
from services.fleet.domain.states import IN_SERVICE, OPENING, VehicleState, Verb
from services.fleet.domain.vehicle import Moment, Vehicle
from services.kernel.errors import Malformed
from services.kernel.ids import HubId, OdsCode, VehicleId, Vin, Vrm
from services.kernel.money import Pence
from services.kernel.vehicle import Technology, VehicleType

# Where it stands it can be driven to another hub; not off a bay, nor while it is off the road.
DRIVES_ALONG = frozenset(
    {
        VehicleState.COMMISSIONING,
        VehicleState.AWAITING_MAKE_READY,
        VehicleState.MADE_READY,
        VehicleState.RESERVE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVehicle:
    """What is said of a vehicle when it is taken in. No MOT: untested; no tax: taxed for a year."""

    org: OdsCode
    fleet_number: str
    vrm: Vrm
    vin: Vin
    vehicle_type: VehicleType
    technology: Technology
    capabilities: frozenset[Capability]
    ownership: Ownership
    base_vehicle: str
    first_registered_on: date
    in_service_on: date
    home_hub_id: HubId
    mot_expires_on: date | None
    lifting_expires_on: date | None
    tax_expires_on: date | None
    odometer_miles: int
    opening_state: VehicleState


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Why a vehicle may go: what took its place, or the decision that nothing does (rule 33)."""

    replacement: Vehicle | None
    establishment_change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """How a vehicle went, and what it fetched, VAT apart."""

    route: DisposalRoute
    proceeds_pence: Pence


def register(vehicle_id: VehicleId, new: NewVehicle, moment: Moment) -> Vehicle:
    """Return a vehicle as it enters the register, standing at its home hub."""
    if new.opening_state not in OPENING:
        raise Malformed("opening_state", "no vehicle is taken in like that")
    _require_order_of_days(new, moment.today)
    return Vehicle(
        id=vehicle_id,
        org=new.org,
        fleet_number=new.fleet_number,
        vrm=new.vrm,
        vin=new.vin,
        vehicle_type=new.vehicle_type,
        technology=new.technology,
        capabilities=new.capabilities,
        ownership=new.ownership,
        base_vehicle=new.base_vehicle,
        first_registered_on=new.first_registered_on,
        in_service_on=new.in_service_on,
        home_hub_id=new.home_hub_id,
        at_hub_id=new.home_hub_id,
        state=new.opening_state,
        legal=_legal_items(new, moment.today),
        odometer=_odometer(new.odometer_miles, moment.at),
        state_since=moment.at,
        last_change_at=moment.at,
        changed_at=moment.recorded_at,
        version=1,
    )


def move(vehicle: Vehicle, to_hub_id: HubId, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    """Give it another home hub; where it can be driven it goes there, else it stays where it is."""
    if vehicle.state is VehicleState.DISPOSED:
        raise VehicleGone
    at_hub_id = to_hub_id if vehicle.state in DRIVES_ALONG else vehicle.at_hub_id
    if (to_hub_id, at_hub_id) == (vehicle.home_hub_id, vehicle.at_hub_id):
        return vehicle, ()
    moved = Moved(
        vehicle_id=vehicle.id,
        org=vehicle.org,
        from_hub_id=vehicle.home_hub_id,
        to_hub_id=to_hub_id,
        at_hub_id=at_hub_id,
        state=vehicle.state,
        at=moment.at,
    )
    after = replace(vehicle.changed(moment), home_hub_id=to_hub_id, at_hub_id=at_hub_id)
    return after, (moved,)


def read_odometer(
    vehicle: Vehicle, reading: Reading, now: datetime
) -> tuple[Vehicle, OdometerRead]:
    """Judge a reading; only an accepted one changes the vehicle (rule 7)."""
    if vehicle.state is VehicleState.DISPOSED:
        raise VehicleGone
    outcome, odometer = vehicle.odometer.judge(reading)
    read = OdometerRead(
        vehicle_id=vehicle.id,
        org=vehicle.org,
        reading=reading,
        outcome=outcome,
        miles=odometer.miles,
    )
    if outcome is not Outcome.ACCEPTED:
        return vehicle, read
    version = vehicle.version + 1
    return replace(vehicle, odometer=odometer, changed_at=now, version=version), read


def withdraw(
    vehicle: Vehicle, succession: Succession, moment: Moment
) -> tuple[Vehicle, StatusChanged]:
    """Withdraw it for disposal: its successor serves, or the establishment falls (rule 33)."""
    vehicle.require(Verb.WITHDRAW)
    successor = succession.replacement
    if successor is not None and not _takes_the_place_of(successor, vehicle):
        raise DisposalWithoutReplacement("the replacement is not in service with this trust")
    return vehicle.moved(Verb.WITHDRAW, moment, at_hub_id=vehicle.at_hub_id)


def dispose(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, StatusChanged]:
    """Let a withdrawn vehicle go, for good."""
    return vehicle.moved(Verb.DISPOSE, moment, at_hub_id=None)


def _takes_the_place_of(successor: Vehicle, vehicle: Vehicle) -> bool:
    return (
        successor.id != vehicle.id
        and successor.org == vehicle.org
        and successor.state in IN_SERVICE
    )


def _require_order_of_days(new: NewVehicle, today: date) -> None:
    if new.first_registered_on > new.in_service_on:
        raise Malformed("first_registered_on", "must not be after in_service_on")
    if new.opening_state in IN_SERVICE and new.in_service_on > today:
        raise Malformed("in_service_on", "must not be in the future of a vehicle in service")


def _legal_items(new: NewVehicle, today: date) -> LegalItems:
    return LegalItems(
        mot_expires_on=new.mot_expires_on or first_mot_holds_until(new.first_registered_on),
        lifting_expires_on=new.lifting_expires_on,
        tax_expires_on=new.tax_expires_on or taxed_until(today),
    )


def _odometer(miles: int, at: datetime) -> Odometer:
    # Nought is what a form left blank says: no reading yet, so the next one is believed.
    return Odometer(miles=miles, read_at=at if miles else None)
