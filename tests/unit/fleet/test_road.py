"""Off the road and back on it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.fleet.domain.events import BackOnRoad, StatusChanged, TakenOffRoad
from services.fleet.domain.kinds import VorCause
from services.fleet.domain.refusals import EffectiveTimeTooEarly, EpisodeNotFound, EpisodeOpen
from services.fleet.domain.road import keep_lawful, return_to_road, take_off_road
from services.fleet.domain.states import IN_SERVICE, VehicleState
from services.fleet.domain.vehicle import Moment
from services.fleet.domain.vor import Fault
from services.kernel.errors import Malformed
from tests.unit.fleet.build import (
    DUDLEY,
    EARLIER,
    NOW,
    OLDBURY,
    TODAY,
    a_moment,
    a_vehicle,
    an_episode,
    legal,
)

YESTERDAY = date(2026, 6, 9)
TYRE = an_episode(VorCause.TYRE)
BRAKES = an_episode(VorCause.BRAKES)


def test_a_vehicle_taken_off_the_road_stays_where_it_is_unsealed() -> None:
    fault = Fault(cause=VorCause.OTHER, note="door", expected_back_at=NOW + timedelta(days=2))

    off_road, (changed, taken) = take_off_road(a_vehicle(), fault, a_moment())

    assert isinstance(changed, StatusChanged)
    assert isinstance(taken, TakenOffRoad)
    assert (off_road.state, off_road.at_hub_id, off_road.seal_number) == (
        VehicleState.OFF_ROAD,
        OLDBURY,
        "",
    )
    assert off_road.open_episodes == (taken.episode,)
    assert (taken.episode.note, taken.episode.started_at) == ("door", NOW)


def test_a_second_cause_opens_a_second_episode_and_changes_no_state() -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD, open_episodes=(TYRE,))

    after, (taken,) = take_off_road(off_road, Fault(cause=VorCause.BRAKES), a_moment())

    assert isinstance(taken, TakenOffRoad)
    assert after.open_episodes == (TYRE, taken.episode)
    assert (after.state_since, after.last_change_at, after.version) == (EARLIER, NOW, 4)


def test_of_one_cause_only_one_episode_is_open() -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD, open_episodes=(TYRE,))

    with pytest.raises(EpisodeOpen, match="off the road for tyre already"):
        take_off_road(off_road, Fault(cause=VorCause.TYRE), a_moment())


def test_a_vehicle_is_not_expected_back_before_it_leaves_the_road() -> None:
    fault = Fault(cause=VorCause.TYRE, expected_back_at=NOW)

    with pytest.raises(Malformed, match="expected_back_at: must be after at"):
        take_off_road(a_vehicle(), fault, a_moment())


def test_taking_a_vehicle_off_the_road_for_what_has_lapsed_opens_one_episode_of_it() -> None:
    lapsed = a_vehicle(legal=legal(mot=YESTERDAY))

    off_road, _ = take_off_road(lapsed, Fault(cause=VorCause.MOT), a_moment())

    assert [episode.cause for episode in off_road.open_episodes] == [VorCause.MOT]


def test_a_vehicle_is_back_only_when_its_last_episode_ends() -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD, open_episodes=(TYRE, BRAKES))

    still, (first,) = return_to_road(off_road, VorCause.TYRE, OLDBURY, None, a_moment())
    back, (changed, second) = return_to_road(still, VorCause.BRAKES, DUDLEY, None, a_moment())

    assert isinstance(first, BackOnRoad)
    assert isinstance(second, BackOnRoad)
    assert isinstance(changed, StatusChanged)
    assert (still.state, still.open_episodes, first.still_open) == (
        VehicleState.OFF_ROAD,
        (BRAKES,),
        1,
    )
    assert (back.state, back.at_hub_id, back.open_episodes, second.still_open) == (
        VehicleState.AWAITING_MAKE_READY,
        DUDLEY,
        (),
        0,
    )
    assert second.episode.ended_at == NOW


def test_an_episode_that_is_not_open_cannot_end() -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD, open_episodes=(TYRE,))

    with pytest.raises(EpisodeNotFound) as refused:
        return_to_road(off_road, VorCause.BRAKES, OLDBURY, None, a_moment())

    assert refused.value.metadata == {"cause": "BRAKES"}


def test_a_passed_mot_gives_the_vehicle_its_new_last_day() -> None:
    off_road = a_vehicle(
        VehicleState.OFF_ROAD, open_episodes=(an_episode(VorCause.MOT),), legal=legal(mot=YESTERDAY)
    )

    back, _ = return_to_road(off_road, VorCause.MOT, OLDBURY, date(2027, 6, 9), a_moment())

    assert back.legal.mot_expires_on == date(2027, 6, 9)
    assert back.state is VehicleState.AWAITING_MAKE_READY


@pytest.mark.parametrize(
    ("cause", "holds_until", "rule"),
    [
        (VorCause.MOT, None, "is required with this cause"),
        (VorCause.LOLER, TODAY, "must be after the day of return"),
        (VorCause.TAX_OR_INSURANCE, YESTERDAY, "must be after the day of return"),
        (VorCause.TYRE, date(2027, 1, 1), "must be empty with this cause"),
    ],
)
def test_a_new_last_day_is_given_exactly_where_something_had_lapsed(
    cause: VorCause, holds_until: date | None, rule: str
) -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD, open_episodes=(an_episode(cause),))

    with pytest.raises(Malformed, match=f"holds_until:? {rule}"):
        return_to_road(off_road, cause, OLDBURY, holds_until, a_moment())


def test_a_vehicle_mended_after_its_mot_lapsed_stays_off_the_road_for_the_mot() -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD, open_episodes=(TYRE,), legal=legal(mot=YESTERDAY))

    after, (ended, taken) = return_to_road(off_road, VorCause.TYRE, OLDBURY, None, a_moment())

    assert isinstance(ended, BackOnRoad)
    assert isinstance(taken, TakenOffRoad)
    assert (ended.still_open, taken.episode.cause) == (1, VorCause.MOT)
    assert after.state is VehicleState.OFF_ROAD


def test_a_renewal_told_of_after_it_lapsed_again_leaves_the_vehicle_off_the_road() -> None:
    off_road = a_vehicle(
        VehicleState.OFF_ROAD,
        open_episodes=(an_episode(VorCause.MOT),),
        legal=legal(mot=date(2026, 5, 1)),
        state_since=datetime(2026, 5, 2, tzinfo=UTC),
    )
    told_late = Moment(at=datetime(2026, 5, 3, tzinfo=UTC), recorded_at=NOW)

    after, (_, taken) = return_to_road(off_road, VorCause.MOT, OLDBURY, YESTERDAY, told_late)

    assert isinstance(taken, TakenOffRoad)
    assert after.open_episodes == (taken.episode,)
    assert taken.episode.id != off_road.open_episodes[0].id


@pytest.mark.parametrize("state", sorted(IN_SERVICE))
def test_what_lapses_takes_any_vehicle_in_service_off_the_road(state: VehicleState) -> None:
    lapsed = legal(mot=YESTERDAY, lifting=YESTERDAY, tax=YESTERDAY)

    after, _ = keep_lawful(a_vehicle(state, legal=lapsed), a_moment())

    assert after.state is VehicleState.OFF_ROAD
    assert {VorCause.MOT, VorCause.LOLER, VorCause.TAX_OR_INSURANCE} <= {
        episode.cause for episode in after.open_episodes
    }


@pytest.mark.parametrize("state", sorted(set(VehicleState) - IN_SERVICE))
def test_what_lapses_leaves_a_vehicle_alone_that_does_not_serve(state: VehicleState) -> None:
    vehicle = a_vehicle(state, legal=legal(mot=YESTERDAY))

    assert keep_lawful(vehicle, a_moment()) == (vehicle, ())


def test_keeping_a_lawful_vehicle_lawful_changes_nothing() -> None:
    once, _ = keep_lawful(a_vehicle(legal=legal(mot=YESTERDAY)), a_moment())

    assert keep_lawful(once, a_moment()) == (once, ())


def test_an_act_is_not_told_before_the_last_one() -> None:
    vehicle = a_vehicle()

    with pytest.raises(EffectiveTimeTooEarly) as refused:
        vehicle.moment(EARLIER - timedelta(microseconds=1), NOW)

    assert refused.value.metadata == {"last_change": EARLIER.isoformat()}


@pytest.mark.parametrize(
    ("given", "now", "expected"),
    [
        (None, NOW, NOW),
        (None, EARLIER - timedelta(seconds=1), EARLIER),
        (EARLIER, NOW, EARLIER),
        (NOW + timedelta(minutes=4), NOW, NOW),
    ],
)
def test_an_act_takes_effect_when_it_is_said_to_and_never_in_the_future(
    given: datetime | None, now: datetime, expected: datetime
) -> None:
    moment = a_vehicle().moment(given, now)

    assert (moment.at, moment.recorded_at) == (expected, now)
