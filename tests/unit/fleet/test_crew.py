"""To a crew and back."""

from datetime import UTC, date, datetime

import pytest

from services.fleet.domain.crew import deploy, take_back
from services.fleet.domain.events import StatusChanged, TakenOffRoad
from services.fleet.domain.kinds import Capability, DefectSeverity, VorCause
from services.fleet.domain.legal import LegalItems
from services.fleet.domain.refusals import LacksCapability, NotRoadworthy, RingFenced
from services.fleet.domain.states import VehicleState
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Defect, Findings
from services.kernel.errors import Refusal
from services.kernel.vehicle import VehicleType
from tests.unit.fleet.build import DUDLEY, NOW, OLDBURY, TODAY, a_moment, a_vehicle, legal

NOTHING_ASKED: frozenset[Capability] = frozenset()


def test_a_deployed_vehicle_is_at_no_hub_and_keeps_its_seal() -> None:
    deployed, changed = deploy(a_vehicle(), NOTHING_ASKED, a_moment())

    assert (deployed.at_hub_id, deployed.seal_number) == (None, "S1")
    assert (changed.at_hub_id, changed.home_hub_id) == (None, OLDBURY)


@pytest.mark.parametrize(
    ("items", "item"),
    [
        (legal(mot=date(2026, 6, 9)), "MOT"),
        (legal(lifting=date(2026, 6, 9)), "LOLER"),
        (legal(tax=date(2026, 6, 9)), "TAX_OR_INSURANCE"),
    ],
)
def test_a_vehicle_is_not_deployed_on_the_day_after_a_legal_item_held_last(
    items: LegalItems, item: str
) -> None:
    with pytest.raises(NotRoadworthy, match="held until 2026-06-09") as refused:
        deploy(a_vehicle(legal=items), NOTHING_ASKED, a_moment())

    assert refused.value.metadata == {"item": item}


@pytest.mark.parametrize("vehicle_type", ["HART", "SORT", "MIV", "DTV"])
def test_a_vehicle_that_is_set_apart_is_not_deployed(vehicle_type: str) -> None:
    vehicle = a_vehicle(vehicle_type=VehicleType(vehicle_type))

    with pytest.raises(RingFenced):
        deploy(vehicle, NOTHING_ASKED, a_moment())

    assert vehicle.not_allocatable_because(TODAY) == f"it is set apart: {vehicle_type}"
    assert VehicleState.DEPLOYED not in vehicle.allowed_next_states(TODAY)


def test_a_vehicle_serves_a_shift_that_needs_no_more_than_it_can_do() -> None:
    held = frozenset({Capability.BARIATRIC, Capability.LONG_RANGE})

    deployed, _ = deploy(
        a_vehicle(capabilities=held), frozenset({Capability.BARIATRIC}), a_moment()
    )

    assert deployed.state is VehicleState.DEPLOYED


def test_a_vehicle_is_refused_to_a_shift_that_needs_more_than_it_can_do() -> None:
    needs = frozenset({Capability.BARIATRIC, Capability.WHEELCHAIR})

    with pytest.raises(LacksCapability) as refused:
        deploy(a_vehicle(capabilities=frozenset({Capability.WHEELCHAIR})), needs, a_moment())

    assert refused.value.metadata == {"capability": "BARIATRIC"}


@pytest.mark.parametrize(
    ("instant", "is_deployed"),
    [
        # British Summer Time: the 10th begins at 23:00 UTC on the 9th.
        (datetime(2026, 6, 9, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 9, 23, 0, 0, tzinfo=UTC), False),
    ],
)
def test_an_mot_holds_to_the_last_second_of_its_day_in_london(
    instant: datetime, *, is_deployed: bool
) -> None:
    vehicle = a_vehicle(
        legal=legal(mot=date(2026, 6, 9)), state_since=datetime(2026, 6, 1, tzinfo=UTC)
    )

    outcome = _outcome_of_deploying(vehicle, instant)

    assert outcome == ("DEPLOYED" if is_deployed else "VEHICLE_NOT_ROADWORTHY")


@pytest.mark.parametrize(
    ("instant", "is_deployed"),
    [
        # The clocks went back at 01:00 UTC on 25 October: that day is 25 hours long.
        (datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 24, 23, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 26, 0, 0, 0, tzinfo=UTC), False),
    ],
)
def test_an_mot_holds_through_the_hour_that_the_clocks_repeat(
    instant: datetime, *, is_deployed: bool
) -> None:
    vehicle = a_vehicle(
        legal=legal(mot=date(2026, 10, 25)), state_since=datetime(2026, 6, 1, tzinfo=UTC)
    )

    outcome = _outcome_of_deploying(vehicle, instant)

    assert outcome == ("DEPLOYED" if is_deployed else "VEHICLE_NOT_ROADWORTHY")


def test_a_returned_vehicle_awaits_make_ready_with_what_its_crew_found() -> None:
    found = Findings(fuel_or_charge_percent=35, is_contaminated=True, broken_seals=("S1",))
    out = a_vehicle(VehicleState.DEPLOYED)

    returned, (changed,) = take_back(out, DUDLEY, found, (), a_moment())

    assert isinstance(changed, StatusChanged)
    assert (returned.at_hub_id, returned.seal_number, changed.findings) == (DUDLEY, "", found)


def test_defects_that_are_not_dangerous_keep_nobody_off_the_road() -> None:
    defects = [
        Defect(cause=VorCause.TYRE, severity=DefectSeverity.MINOR),
        Defect(cause=VorCause.BRAKES, severity=DefectSeverity.MAJOR),
    ]

    returned, _ = take_back(
        a_vehicle(VehicleState.DEPLOYED), OLDBURY, Findings(), defects, a_moment()
    )

    assert returned.state is VehicleState.AWAITING_MAKE_READY


def test_a_dangerous_defect_takes_a_returned_vehicle_off_the_road_in_one_move() -> None:
    defects = [
        Defect(cause=VorCause.BRAKES, severity=DefectSeverity.DANGEROUS, note="no pressure"),
        Defect(cause=VorCause.BRAKES, severity=DefectSeverity.DANGEROUS, note="pads worn"),
        Defect(cause=VorCause.TYRE, severity=DefectSeverity.DANGEROUS),
    ]
    found = Findings(is_contaminated=True)

    off_road, (changed, brakes, tyre) = take_back(
        a_vehicle(VehicleState.DEPLOYED), DUDLEY, found, defects, a_moment()
    )

    assert isinstance(changed, StatusChanged)
    assert (changed.moved_to, changed.findings) == (VehicleState.OFF_ROAD, found)
    assert isinstance(brakes, TakenOffRoad)
    assert isinstance(tyre, TakenOffRoad)
    assert (brakes.episode.cause, brakes.episode.note) == (
        VorCause.BRAKES,
        "no pressure; pads worn",
    )
    assert off_road.open_episodes == (brakes.episode, tyre.episode)
    assert off_road.at_hub_id == DUDLEY


def test_a_vehicle_whose_mot_lapsed_while_it_was_out_does_not_stay_on_the_road() -> None:
    out = a_vehicle(VehicleState.DEPLOYED, legal=legal(mot=date(2026, 6, 9)))

    returned, _ = take_back(out, OLDBURY, Findings(), (), a_moment(NOW))

    assert [episode.cause for episode in returned.open_episodes] == [VorCause.MOT]


def _outcome_of_deploying(vehicle: Vehicle, instant: datetime) -> str:
    try:
        deployed, _ = deploy(vehicle, NOTHING_ASKED, a_moment(instant))
    except Refusal as refusal:
        return refusal.reason
    return deployed.state
