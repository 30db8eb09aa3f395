"""Small valid things of a hub. Tests say only what matters to them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from services.hubs.domain.board import Board
from services.hubs.domain.hub import Bay, Hub, Roster
from services.hubs.domain.job import Job, Release
from services.hubs.domain.queue import CrewOut, CrewStart
from services.hubs.domain.vehicle import (
    Ability,
    Capability,
    Findings,
    Sighting,
    Vehicle,
    VehicleState,
    Whereabouts,
)
from services.hubs.domain.work import BayCapability, JobKind
from services.kernel.ids import BayId, HubId, JobId, OdsCode, VehicleId
from services.kernel.vehicle import VehicleType

NAMES = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
ORG = OdsCode("RYA")
# A Wednesday in winter: London's clock shows UTC.
MORNING = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
ALL_DAY = Roster(staff_by_hour=(4,) * 24)


def an_id(name: str) -> UUID:
    return uuid5(NAMES, name)


OLDBURY = HubId(an_id("Oldbury"))
DUDLEY = HubId(an_id("Dudley"))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(hours: int, mins: int = 0, *, days: int = 0) -> datetime:
    """Return a time of the morning's day, in UTC."""
    return MORNING.replace(hour=hours, minute=mins) + timedelta(days=days)


def a_bay(name: str = "Bay 1", *capabilities: BayCapability) -> Bay:
    fit = capabilities or (BayCapability.MAKE_READY,)
    return Bay(id=BayId(an_id(f"bay {name}")), name=name, capabilities=frozenset(fit))


def a_hub(*bays: Bay, roster: Roster = ALL_DAY) -> Hub:
    return Hub(
        id=OLDBURY,
        org=ORG,
        name="Oldbury",
        local_label="hub",
        system=OdsCode("QUA"),
        bays=bays,
        roster=roster,
    )


def an_ability(*capabilities: Capability, vehicle_type: VehicleType = VehicleType.DCA) -> Ability:
    return Ability(vehicle_type=vehicle_type, capabilities=frozenset(capabilities))


def a_job(
    name: str = "4101",
    kind: JobKind = JobKind.FULL,
    queued_at: datetime = MORNING,
    ability: Ability | None = None,
) -> Job:
    return Job(
        id=JobId(an_id(f"job {name}")),
        org=ORG,
        hub_id=OLDBURY,
        vehicle_id=VehicleId(an_id(name)),
        fleet_number=name,
        ability=ability or an_ability(),
        kind=kind,
        queued_at=queued_at,
        changed_at=queued_at,
    )


def a_job_at_work(
    name: str = "4101",
    bay: Bay | None = None,
    since: datetime = MORNING,
    kind: JobKind = JobKind.FULL,
) -> Job:
    started, _ = a_job(name, kind, queued_at=since).start(
        bay or a_bay("Bay 1", *BayCapability), staff_on_duty=2, at=since
    )
    return started


def a_release(
    seal_number: str = "S-1", fuel_or_charge_percent: int = 90, *, checks_passed: bool = True
) -> Release:
    return Release(
        seal_number=seal_number,
        fuel_or_charge_percent=fuel_or_charge_percent,
        checks_passed=checks_passed,
    )


def a_start(starts_at: datetime, crews: int = 1, need: Ability | None = None) -> CrewStart:
    return CrewStart(starts_at=starts_at, need=need or an_ability(), crews=crews)


def ready(count: int = 1, ability: Ability | None = None) -> dict[Ability, int]:
    """So many vehicles alike that stand ready."""
    return {ability or an_ability(): count}


def a_crew_out(left_at: datetime, ability: Ability | None = None) -> CrewOut:
    return CrewOut(ability=ability or an_ability(), left_at=left_at)


def a_board(*jobs: Job, hub: Hub | None = None, **parts: object) -> Board:
    open_jobs = {job.id: job for job in jobs}
    return Board(hub=hub or a_hub(a_bay()), jobs=open_jobs, **parts)  # type: ignore[arg-type]


def a_vehicle(
    state: VehicleState = VehicleState.DEPLOYED,
    at_hub: HubId | None = None,
    left_hub: HubId | None = None,
) -> Vehicle:
    return Vehicle(
        id=VehicleId(an_id("4101")),
        org=ORG,
        fleet_number="4101",
        ability=an_ability(),
        whereabouts=Whereabouts(home_hub=OLDBURY, at_hub=at_hub),
        left_hub=left_hub,
        state=state,
        since=MORNING,
    )


def a_sighting(
    state: VehicleState = VehicleState.AWAITING_MAKE_READY,
    came_from: VehicleState | None = VehicleState.DEPLOYED,
    at_hub: HubId | None = OLDBURY,
    findings: Findings | None = None,
    when: datetime = MORNING,
) -> Sighting:
    return Sighting(
        event_id=an_id(f"{state} {came_from} {when}"),
        vehicle_id=VehicleId(an_id("4101")),
        org=ORG,
        at=when,
        state=state,
        came_from=came_from,
        whereabouts=Whereabouts(home_hub=OLDBURY, at_hub=at_hub),
        ability=an_ability(),
        findings=findings,
    )
