"""The fleet as its events tell it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.capital.domain.ages import age_years, years_of
from services.capital.domain.fleet import (
    CycleState,
    Disposed,
    Driven,
    KnownCycle,
    Moved,
    Registered,
    Standing,
    VehicleUnknown,
    as_told,
)
from services.kernel.ids import VehicleId
from tests.unit.capital.build import DIESEL_DCA, NOW, RYA, a_known_vehicle

VEHICLE = VehicleId(UUID(int=1))
HOUR = timedelta(hours=1)


def moved(standing: Standing, hours: int) -> Moved:
    return Moved(vehicle_id=VEHICLE, standing=standing, at=NOW + hours * HOUR)


def test_the_last_of_many_events_counts_and_spells_off_the_road_add_up() -> None:
    told = as_told(
        {VEHICLE: a_known_vehicle()},
        [
            moved(Standing.OFF_ROAD, 0),
            Driven(vehicle_id=VEHICLE, odometer_miles=41_000),
            moved(Standing.IN_SERVICE, 3),
            moved(Standing.OFF_ROAD, 10),
            moved(Standing.IN_SERVICE, 12),
        ],
    )

    [vehicle] = told.values()
    assert vehicle == replace(a_known_vehicle(), odometer_miles=41_000, off_road=5 * HOUR)


def test_a_second_cause_does_not_begin_the_spell_anew() -> None:
    told = as_told(
        {VEHICLE: a_known_vehicle(standing=Standing.OFF_ROAD)}, [moved(Standing.OFF_ROAD, 5)]
    )

    assert told[VEHICLE].off_road_since == NOW


def test_a_vehicle_is_known_from_its_registration_on() -> None:
    vehicle = a_known_vehicle()

    assert as_told({}, [Registered(vehicle=vehicle)]) == {VEHICLE: vehicle}


def test_what_was_never_registered_is_refused() -> None:
    with pytest.raises(VehicleUnknown, match="was never registered"):
        as_told({}, [moved(Standing.OFF_ROAD, 0)])


def test_only_what_was_told_of_is_returned() -> None:
    other = a_known_vehicle(number=2)

    told = as_told(
        {VEHICLE: a_known_vehicle(), other.id: other},
        [Disposed(vehicle_id=VEHICLE, on=date(2026, 12, 1))],
    )

    assert list(told) == [VEHICLE]
    assert (told[VEHICLE].standing, told[VEHICLE].disposed_on) == (
        Standing.GONE,
        date(2026, 12, 1),
    )


@pytest.mark.parametrize(
    ("started_on", "must_leave_on", "months"),
    [
        (date(2021, 6, 30), date(2028, 6, 30), 84),
        (date(2021, 4, 1), date(2028, 3, 31), 83),
        (date(2020, 2, 29), date(2027, 2, 28), 84),
    ],
)
def test_a_cycle_shows_its_policy_in_months(
    started_on: date, must_leave_on: date, months: int
) -> None:
    cycle = KnownCycle(
        vehicle_id=VEHICLE,
        trust=RYA,
        kind=DIESEL_DCA,
        state=CycleState.RUNNING,
        started_on=started_on,
        due_on=date(2026, 4, 1),
        is_due_by_age=False,
        must_leave_on=must_leave_on,
    )

    assert (cycle.target_age_months, cycle.maximum_age_months) == (None, months)


@pytest.mark.parametrize(
    ("months", "years"),
    [(None, 0), (0, 0), (1, 1), (60, 5), (65, 5), (66, 6), (83, 7), (84, 7), (300, 25)],
)
def test_a_policy_s_months_are_the_nearest_years(months: int | None, years: int) -> None:
    assert years_of(months) == years


@pytest.mark.parametrize(
    ("in_service_on", "age"),
    [
        (date(2026, 4, 1), 0),
        (date(2026, 3, 31), 1),
        (date(2021, 6, 30), 5),
        (date(2027, 5, 1), 0),
        (date(1952, 5, 1), 60),
    ],
)
def test_a_vehicle_s_age_is_counted_in_financial_years(in_service_on: date, age: int) -> None:
    assert age_years(in_service_on, 2026) == age
