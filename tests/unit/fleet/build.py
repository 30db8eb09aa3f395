"""Small valid things of fleet: a test changes only what it is about."""

from datetime import UTC, date, datetime
from typing import Final, TypedDict, Unpack
from uuid import UUID, uuid5

from services.fleet.domain.cycles import CycleState, Due, ReplacementCycle, Schedule
from services.fleet.domain.kinds import Capability, EpisodeId, Ownership, VorCause
from services.fleet.domain.legal import LegalItems
from services.fleet.domain.life import NewVehicle
from services.fleet.domain.odometer import Odometer
from services.fleet.domain.policy import LifeSpan
from services.fleet.domain.states import SEALED, VehicleState
from services.fleet.domain.vehicle import Moment, Vehicle
from services.fleet.domain.vor import Episodes, VorEpisode
from services.fleet.domain.work import Step, Work
from services.kernel.ids import HubId, OdsCode, VehicleId, Vin, Vrm
from services.kernel.vehicle import Technology, VehicleType

NOW: Final = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
EARLIER: Final = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
TODAY: Final = date(2026, 6, 10)
RYA: Final = OdsCode("RYA")
OLDBURY: Final = HubId(UUID(int=1, version=4))
DUDLEY: Final = HubId(UUID(int=2, version=4))
VEHICLE: Final = VehicleId(UUID(int=7, version=4))
AT_NO_HUB: Final = frozenset({VehicleState.DEPLOYED, VehicleState.DISPOSED})
LEGAL: Final = LegalItems(
    mot_expires_on=date(2027, 3, 19), lifting_expires_on=None, tax_expires_on=date(2027, 3, 31)
)


class Changes(TypedDict, total=False):
    id: VehicleId
    vehicle_type: VehicleType
    capabilities: frozenset[Capability]
    legal: LegalItems
    odometer: Odometer
    open_episodes: Episodes
    at_hub_id: HubId | None
    home_hub_id: HubId
    in_service_on: date
    first_registered_on: date
    state_since: datetime
    last_change_at: datetime
    seal_number: str
    org: OdsCode


def an_episode(cause: VorCause = VorCause.TYRE, started_at: datetime = EARLIER) -> VorEpisode:
    return VorEpisode(id=EpisodeId(uuid5(VEHICLE, cause)), cause=cause, started_at=started_at)


def a_vehicle(state: VehicleState = VehicleState.MADE_READY, **changes: Unpack[Changes]) -> Vehicle:
    """Return a lawful vehicle of the West Midlands that stands at Oldbury since 06:00 UTC."""
    usual: Changes = {
        "id": VEHICLE,
        "org": RYA,
        "vehicle_type": VehicleType.DCA,
        "capabilities": frozenset(),
        "legal": LEGAL,
        "odometer": Odometer(),
        "open_episodes": (an_episode(),) if state is VehicleState.OFF_ROAD else (),
        "at_hub_id": None if state in AT_NO_HUB else OLDBURY,
        "home_hub_id": OLDBURY,
        "in_service_on": date(2026, 4, 1),
        "first_registered_on": date(2026, 3, 20),
        "state_since": EARLIER,
        "last_change_at": changes.get("state_since", EARLIER),
        "seal_number": "S1" if state in SEALED else "",
    }
    return Vehicle(
        fleet_number="4001",
        vrm=Vrm("BX26ABC"),
        vin=Vin("ZFA25000002A12345"),
        technology=Technology.DIESEL,
        ownership=Ownership.OWNED,
        base_vehicle="Fiat Ducato",
        state=state,
        changed_at=EARLIER,
        version=3,
        **(usual | changes),
    )


def a_moment(at: datetime = NOW) -> Moment:
    """Return a moment that the register learns of at once."""
    return Moment(at=at, recorded_at=at)


def legal(
    mot: date = LEGAL.mot_expires_on, lifting: date | None = None, tax: date = LEGAL.tax_expires_on
) -> LegalItems:
    return LegalItems(mot_expires_on=mot, lifting_expires_on=lifting, tax_expires_on=tax)


def work(step: Step, at: datetime = NOW, *, is_commissioning: bool = False) -> Work:
    return Work(
        event_id=UUID(int=99, version=4),
        source="makeready/hubs",
        vehicle_id=VEHICLE,
        org=RYA,
        hub_id=OLDBURY,
        step=step,
        is_commissioning=is_commissioning,
        seal_number="S2" if step is Step.COMPLETED else "",
        at=at,
    )


class NewChanges(TypedDict, total=False):
    first_registered_on: date
    in_service_on: date
    mot_expires_on: date | None
    lifting_expires_on: date | None
    tax_expires_on: date | None
    odometer_miles: int
    opening_state: VehicleState


def a_new_vehicle(**changes: Unpack[NewChanges]) -> NewVehicle:
    usual: NewChanges = {
        "first_registered_on": date(2026, 3, 20),
        "in_service_on": date(2026, 4, 1),
        "mot_expires_on": None,
        "lifting_expires_on": None,
        "tax_expires_on": None,
        "odometer_miles": 0,
        "opening_state": VehicleState.COMMISSIONING,
    }
    return NewVehicle(
        org=RYA,
        fleet_number="4001",
        vrm=Vrm("BX26ABC"),
        vin=Vin("ZFA25000002A12345"),
        vehicle_type=VehicleType.DCA,
        technology=Technology.DIESEL,
        capabilities=frozenset(),
        ownership=Ownership.OWNED,
        base_vehicle="",
        home_hub_id=OLDBURY,
        **(usual | changes),
    )


FIVE_YEARS: Final = LifeSpan(
    target_age_months=60,
    maximum_age_months=84,
    target_miles=150_000,
    planning_window_months=18,
)


class CycleChanges(TypedDict, total=False):
    started_on: date
    odometer: Odometer
    span: LifeSpan | None
    due: Due | None
    schedule: Schedule | None
    state: CycleState
    is_announced: bool


def a_cycle(**changes: Unpack[CycleChanges]) -> ReplacementCycle:
    """Return a cycle that has just begun, under no policy yet."""
    usual: CycleChanges = {"started_on": date(2024, 4, 1), "odometer": Odometer()}
    return ReplacementCycle(
        vehicle_id=VEHICLE,
        org=RYA,
        fleet_number="4001",
        vehicle_type=VehicleType.DCA,
        technology=Technology.DIESEL,
        **(usual | changes),
    )
