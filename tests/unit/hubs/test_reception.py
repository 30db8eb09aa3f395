"""What a hub does about vehicles that it hears of."""

from dataclasses import replace

import pytest

from services.hubs.domain.job import MakeReadyCancelled, MakeReadyQueued
from services.hubs.domain.reception import hub_for, is_reopening, receive, work_brought
from services.hubs.domain.states import JobState
from services.hubs.domain.vehicle import (
    OUT_OF_HAND,
    Findings,
    Vehicle,
    VehicleNotFound,
    VehicleState,
)
from services.hubs.domain.work import JobKind
from tests.unit.hubs.build import (
    DUDLEY,
    MORNING,
    OLDBURY,
    a_job,
    a_job_at_work,
    a_sighting,
    a_vehicle,
    at,
)

AWAITING = VehicleState.AWAITING_MAKE_READY
CLEAN = Findings(fuel_or_charge_percent=75)


@pytest.mark.parametrize(
    ("findings", "kind"),
    [
        (CLEAN, JobKind.TURNAROUND),
        (Findings(fuel_or_charge_percent=74), JobKind.FULL),
        (Findings(fuel_or_charge_percent=100, has_broken_seals=True), JobKind.FULL),
        (
            Findings(fuel_or_charge_percent=20, has_broken_seals=True, is_contaminated=True),
            JobKind.DECONTAMINATION,
        ),
        (None, JobKind.FULL),
    ],
)
def test_what_the_crew_found_decides_the_work(findings: Findings | None, kind: JobKind) -> None:
    assert work_brought(a_sighting(findings=findings)) is kind


@pytest.mark.parametrize(
    ("state", "came_from", "kind"),
    [
        (AWAITING, None, JobKind.FULL),
        (AWAITING, VehicleState.OFF_ROAD, JobKind.FULL),
        (VehicleState.COMMISSIONING, None, JobKind.COMMISSIONING),
        # Fleet says what our own work has done: the job is there already.
        (AWAITING, VehicleState.IN_MAKE_READY, None),
        (VehicleState.IN_MAKE_READY, AWAITING, None),
        (VehicleState.MADE_READY, VehicleState.IN_MAKE_READY, None),
        # It belongs elsewhere from now on, and stands as it stood.
        (AWAITING, AWAITING, None),
        (VehicleState.MADE_READY, None, None),
    ],
)
def test_a_vehicle_brings_work_when_it_comes_to_be_made_ready(
    state: VehicleState, came_from: VehicleState | None, kind: JobKind | None
) -> None:
    assert work_brought(a_sighting(state, came_from)) is kind


def test_a_vehicle_without_a_job_is_queued_at_the_hub_it_is_at() -> None:
    told = a_sighting(at_hub=DUDLEY, findings=CLEAN, when=at(6, 10))
    vehicle = a_vehicle().seen(told)

    ((job, event),) = receive(vehicle, told, None)

    assert (job.hub_id, job.kind, job.queued_at) == (DUDLEY, JobKind.TURNAROUND, at(6, 10))
    assert isinstance(event, MakeReadyQueued)


def test_the_same_event_brings_the_same_job() -> None:
    told = a_sighting()
    vehicle = a_vehicle().seen(told)

    assert list(receive(vehicle, told, None)) == list(receive(vehicle, told, None))


def test_a_vehicle_with_an_open_job_gets_no_second() -> None:
    told = a_sighting()

    assert list(receive(a_vehicle().seen(told), told, a_job("4101"))) == []


@pytest.mark.parametrize("state", OUT_OF_HAND)
def test_a_vehicle_out_of_hand_needs_its_job_no_more(state: VehicleState) -> None:
    told = a_sighting(state, AWAITING, at_hub=None, when=at(7))

    ((job, event),) = receive(a_vehicle(AWAITING).seen(told), told, a_job_at_work("4101"))

    assert job.state is JobState.CANCELLED
    assert event == MakeReadyCancelled(job=job, occurred_at=at(7))


def test_a_vehicle_moved_to_another_hub_is_queued_there_for_the_same_work() -> None:
    told = a_sighting(AWAITING, AWAITING, at_hub=DUDLEY)
    there = a_job("4101", JobKind.DECONTAMINATION)

    old, new = (job for job, _ in receive(a_vehicle(AWAITING, OLDBURY).seen(told), told, there))

    assert (old.state, old.hub_id) == (JobState.CANCELLED, OLDBURY)
    assert (new.state, new.hub_id, new.kind) == (JobState.QUEUED, DUDLEY, there.kind)


def test_a_vehicle_in_the_pipeline_is_commissioned_at_its_home() -> None:
    assert hub_for(a_vehicle(VehicleState.COMMISSIONING, at_hub=None)) == OLDBURY


def test_only_a_vehicle_that_has_not_been_out_can_have_been_released_too_soon() -> None:
    again = [one for one in VehicleState if is_reopening(a_sighting(came_from=one))]

    assert again == [VehicleState.MADE_READY, VehicleState.RESERVE, VehicleState.OFF_ROAD]


def test_an_unknown_vehicle_must_say_what_it_is() -> None:
    registered = a_sighting(came_from=None)

    assert Vehicle.first_seen(registered).state is AWAITING
    with pytest.raises(VehicleNotFound):
        Vehicle.first_seen(replace(registered, ability=None))


def test_a_deployed_vehicle_left_the_hub_it_was_at() -> None:
    ready = a_vehicle(VehicleState.MADE_READY, at_hub=OLDBURY)
    deployed = ready.seen(a_sighting(VehicleState.DEPLOYED, at_hub=None, when=at(7)))
    moved = deployed.seen(
        a_sighting(VehicleState.DEPLOYED, VehicleState.DEPLOYED, at_hub=None, when=at(8))
    )
    back = moved.seen(a_sighting(at_hub=DUDLEY, when=at(9)))

    assert (ready.ready_at, deployed.ready_at) == (OLDBURY, None)
    assert (deployed.left_hub, moved.left_hub, back.left_hub) == (OLDBURY, OLDBURY, None)
    assert (deployed.since, moved.since) == (at(7), at(7))
    assert ready.since == MORNING
