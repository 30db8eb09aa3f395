"""The hubs' work on a vehicle, in order, late and overtaken."""

from datetime import date, timedelta

import pytest

from services.fleet.domain.events import StatusChanged, TakenOffRoad
from services.fleet.domain.states import VehicleState, Verb
from services.fleet.domain.work import Overtaken, Step, follow
from tests.unit.fleet.build import EARLIER, NOW, TODAY, a_vehicle, legal, work

S = VehicleState


def test_a_completed_job_seals_the_vehicle() -> None:
    ready, _, _ = follow(a_vehicle(S.IN_MAKE_READY), work(Step.COMPLETED), NOW)

    assert (ready.state, ready.seal_number) == (S.MADE_READY, "S2")
    assert ready.not_allocatable_because(TODAY) == ""


def test_work_that_goes_on_after_a_pause_changes_nothing() -> None:
    on_bay = a_vehicle(S.IN_MAKE_READY)

    assert follow(on_bay, work(Step.STARTED), NOW) == (on_bay, (), None)


@pytest.mark.parametrize("state", sorted(set(S) - {S.IN_MAKE_READY}))
def test_a_job_that_stops_says_nothing_of_a_vehicle_that_is_not_on_its_bay(state: S) -> None:
    vehicle = a_vehicle(state)

    assert follow(vehicle, work(Step.STOPPED), NOW) == (vehicle, (), None)


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (Step.COMPLETED, S.OFF_ROAD),
        (Step.COMPLETED, S.DEPLOYED),
        (Step.COMPLETED, S.AWAITING_DISPOSAL),
        (Step.COMPLETED, S.COMMISSIONING),
        (Step.STARTED, S.OFF_ROAD),
        (Step.STARTED, S.MADE_READY),
    ],
)
def test_news_of_work_on_a_vehicle_that_has_gone_on_is_a_correction(step: Step, state: S) -> None:
    vehicle = a_vehicle(state)
    told = work(step)

    after, events, overtaken = follow(vehicle, told, NOW)

    assert (after, events) == (vehicle, ())
    assert overtaken is not None
    assert (overtaken.work, overtaken.state, overtaken.version) == (told, state, vehicle.version)


def test_news_from_before_the_vehicle_came_in_is_a_correction() -> None:
    told = work(Step.STARTED, at=EARLIER - timedelta(seconds=1))

    after, events, overtaken = follow(a_vehicle(S.AWAITING_MAKE_READY), told, NOW)

    assert (after.state, events) == (S.AWAITING_MAKE_READY, ())
    assert overtaken == Overtaken(
        work=told, verb=Verb.START_MAKE_READY, version=3, state=S.AWAITING_MAKE_READY
    )
    assert overtaken.would_be is S.IN_MAKE_READY


def test_news_is_late_by_the_last_move_and_not_by_a_change_of_home() -> None:
    moved_home = a_vehicle(S.AWAITING_MAKE_READY, last_change_at=NOW)

    on_bay, _, _ = follow(moved_home, work(Step.STARTED, at=NOW - timedelta(minutes=5)), NOW)

    assert (on_bay.state, on_bay.last_change_at) == (S.IN_MAKE_READY, NOW)
    assert on_bay.state_since == NOW - timedelta(minutes=5)


def test_a_hub_whose_clock_is_ahead_tells_no_future() -> None:
    ahead = work(Step.STARTED, at=NOW + timedelta(days=400))

    on_bay, _, _ = follow(a_vehicle(S.AWAITING_MAKE_READY), ahead, NOW)

    assert on_bay.state_since == NOW


def test_a_vehicle_made_ready_after_its_mot_lapsed_goes_off_the_road_at_once() -> None:
    on_bay = a_vehicle(S.IN_MAKE_READY, legal=legal(mot=date(2026, 6, 9)))

    after, (ready, off_road, taken), _ = follow(on_bay, work(Step.COMPLETED), NOW)

    assert isinstance(ready, StatusChanged)
    assert isinstance(off_road, StatusChanged)
    assert isinstance(taken, TakenOffRoad)
    assert (ready.version, off_road.version, after.version) == (4, 5, 5)
    assert (ready.moved_to, off_road.moved_from, after.state) == (
        S.MADE_READY,
        S.MADE_READY,
        S.OFF_ROAD,
    )


def test_a_new_vehicle_enters_service_when_it_is_commissioned() -> None:
    new = a_vehicle(S.COMMISSIONING, in_service_on=date(2026, 7, 1))

    entered, (changed,), _ = follow(new, work(Step.COMPLETED, is_commissioning=True), NOW)

    assert isinstance(changed, StatusChanged)
    assert (entered.state, entered.in_service_on, changed.reason) == (
        S.MADE_READY,
        TODAY,
        Verb.ENTER_SERVICE,
    )


@pytest.mark.parametrize("step", [Step.STARTED, Step.STOPPED])
def test_a_new_vehicle_stays_in_commissioning_on_a_bay_and_off_it(step: Step) -> None:
    new = a_vehicle(S.COMMISSIONING)

    assert follow(new, work(step, is_commissioning=True), NOW) == (new, (), None)


def test_a_vehicle_in_service_is_not_commissioned_again() -> None:
    after, _, overtaken = follow(
        a_vehicle(S.DEPLOYED), work(Step.COMPLETED, is_commissioning=True), NOW
    )

    assert after.state is S.DEPLOYED
    assert overtaken is not None
