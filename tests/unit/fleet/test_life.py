"""Vehicles taken in, given another home, and let go."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.fleet.domain.events import Moved
from services.fleet.domain.life import Succession, dispose, move, register, withdraw
from services.fleet.domain.refusals import DisposalWithoutReplacement, VehicleGone
from services.fleet.domain.states import OPENING, VehicleState
from services.fleet.domain.vehicle import Vehicle
from services.kernel.errors import Malformed
from services.kernel.ids import OdsCode, VehicleId
from tests.unit.fleet.build import (
    DUDLEY,
    NOW,
    OLDBURY,
    TODAY,
    VEHICLE,
    a_moment,
    a_new_vehicle,
    a_vehicle,
)

S = VehicleState
SUCCESSOR = VehicleId(UUID(int=8, version=4))


def test_a_vehicle_is_taken_in_at_its_home_hub_untested_and_taxed_for_a_year() -> None:
    vehicle = register(VEHICLE, a_new_vehicle(), a_moment())

    assert (vehicle.state, vehicle.at_hub_id, vehicle.version) == (S.COMMISSIONING, OLDBURY, 1)
    assert vehicle.legal.mot_expires_on == date(2027, 3, 19)
    assert vehicle.legal.tax_expires_on == date(2027, 6, 9)
    assert vehicle.odometer.read_at is None


def test_miles_at_registration_are_the_first_reading() -> None:
    vehicle = register(VEHICLE, a_new_vehicle(odometer_miles=52_000), a_moment())

    assert (vehicle.odometer.miles, vehicle.odometer.read_at) == (52_000, NOW)


def test_a_vehicle_does_not_enter_service_before_it_is_registered() -> None:
    new = a_new_vehicle(first_registered_on=date(2026, 4, 2), in_service_on=date(2026, 4, 1))

    with pytest.raises(Malformed, match="first_registered_on: must not be after in_service_on"):
        register(VEHICLE, new, a_moment())


def test_a_vehicle_that_serves_already_did_not_enter_service_tomorrow() -> None:
    tomorrow = TODAY + timedelta(days=1)

    register(VEHICLE, a_new_vehicle(in_service_on=tomorrow), a_moment())
    with pytest.raises(Malformed, match="in_service_on: must not be in the future"):
        register(
            VEHICLE,
            a_new_vehicle(in_service_on=tomorrow, opening_state=S.MADE_READY),
            a_moment(),
        )


@pytest.mark.parametrize("state", sorted(set(S) - OPENING))
def test_no_vehicle_is_taken_in_from_the_middle_of_its_life(state: S) -> None:
    with pytest.raises(Malformed, match="opening_state"):
        register(VEHICLE, a_new_vehicle(opening_state=state), a_moment())


@pytest.mark.parametrize(
    ("state", "at_hub_id"),
    [
        (S.MADE_READY, DUDLEY),
        (S.AWAITING_MAKE_READY, DUDLEY),
        (S.IN_MAKE_READY, OLDBURY),
        (S.OFF_ROAD, OLDBURY),
        (S.DEPLOYED, None),
    ],
)
def test_a_vehicle_goes_to_its_new_home_where_it_can_be_driven(
    state: S, at_hub_id: UUID | None
) -> None:
    moved, (told,) = move(a_vehicle(state), DUDLEY, a_moment())

    assert isinstance(told, Moved)
    assert (moved.home_hub_id, moved.at_hub_id, moved.state) == (DUDLEY, at_hub_id, state)
    assert (told.from_hub_id, told.to_hub_id, told.at_hub_id) == (OLDBURY, DUDLEY, at_hub_id)


def test_a_move_to_where_it_is_already_is_no_news() -> None:
    vehicle = a_vehicle()

    assert move(vehicle, OLDBURY, a_moment()) == (vehicle, ())


def test_a_vehicle_that_is_gone_has_no_home() -> None:
    with pytest.raises(VehicleGone):
        move(a_vehicle(S.DISPOSED), DUDLEY, a_moment())


@pytest.mark.parametrize(
    "successor",
    [
        a_vehicle(S.COMMISSIONING, id=SUCCESSOR),
        a_vehicle(S.AWAITING_DISPOSAL, id=SUCCESSOR),
        a_vehicle(S.MADE_READY, id=SUCCESSOR, org=OdsCode("RYD")),
        a_vehicle(S.MADE_READY, id=VEHICLE),
    ],
    ids=["not in service yet", "withdrawn", "of another trust", "itself"],
)
def test_a_vehicle_is_not_withdrawn_for_one_that_cannot_take_its_place(successor: Vehicle) -> None:
    reason = Succession(replacement=successor, establishment_change="")

    with pytest.raises(DisposalWithoutReplacement):
        withdraw(a_vehicle(), reason, a_moment())


def test_a_vehicle_is_withdrawn_once_its_successor_serves() -> None:
    reason = Succession(replacement=a_vehicle(S.OFF_ROAD, id=SUCCESSOR), establishment_change="")

    withdrawn, changed = withdraw(a_vehicle(S.OFF_ROAD), reason, a_moment())

    assert (withdrawn.state, withdrawn.open_episodes) == (S.AWAITING_DISPOSAL, ())
    assert changed.moved_from is S.OFF_ROAD


def test_a_vehicle_that_is_disposed_of_is_at_no_hub() -> None:
    gone, _ = dispose(a_vehicle(S.AWAITING_DISPOSAL), a_moment())

    assert (gone.state, gone.at_hub_id) == (S.DISPOSED, None)
