"""Which readings are believed."""

from datetime import UTC, datetime, timedelta

import pytest

from services.fleet.domain.life import read_odometer
from services.fleet.domain.odometer import Odometer, Outcome, Reading
from services.fleet.domain.refusals import VehicleGone
from services.fleet.domain.states import VehicleState
from tests.unit.fleet.build import NOW, a_vehicle

LAST_READ = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
KNOWN = Odometer(miles=10_000, read_at=LAST_READ)


@pytest.mark.parametrize(
    ("after", "miles", "outcome"),
    [
        (timedelta(hours=2), 10_600, Outcome.ACCEPTED),
        (timedelta(hours=2), 10_601, Outcome.QUARANTINED_JUMP),
        (timedelta(days=1), 10_600, Outcome.ACCEPTED),
        (timedelta(days=1), 10_601, Outcome.QUARANTINED_JUMP),
        (timedelta(days=2, hours=12), 11_500, Outcome.ACCEPTED),
        (timedelta(days=2, hours=12), 11_501, Outcome.QUARANTINED_JUMP),
        (timedelta(days=1), 10_000, Outcome.ACCEPTED),
        (timedelta(days=1), 9_999, Outcome.QUARANTINED_LOWER),
        (timedelta(0), 10_000, Outcome.OLDER),
        (timedelta(0), 10_001, Outcome.QUARANTINED_JUMP),
        (timedelta(days=-1), 9_999, Outcome.OLDER),
        (timedelta(days=-1), 10_001, Outcome.QUARANTINED_JUMP),
    ],
)
def test_a_reading_is_believed_up_to_600_miles_a_day_and_never_backwards(
    after: timedelta, miles: int, outcome: Outcome
) -> None:
    reading = Reading(shown_miles=miles, read_at=LAST_READ + after)

    judged, odometer = KNOWN.judge(reading)

    assert judged is outcome
    assert odometer.miles == (miles if outcome is Outcome.ACCEPTED else 10_000)


def test_the_day_the_clocks_change_is_as_long_as_it_really_is() -> None:
    noon_before = datetime(2026, 10, 24, 11, 0, tzinfo=UTC)
    noon_after = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    known = Odometer(miles=0, read_at=noon_before)

    judged, _ = known.judge(Reading(shown_miles=625, read_at=noon_after))

    assert judged is Outcome.ACCEPTED


def test_the_first_reading_is_believed_whatever_it_shows() -> None:
    judged, odometer = Odometer().judge(Reading(shown_miles=180_000, read_at=LAST_READ))

    assert (judged, odometer.miles) == (Outcome.ACCEPTED, 180_000)


@pytest.mark.parametrize("shown_miles", [0, 12, 50_000])
def test_a_vehicles_miles_go_on_when_its_odometer_is_replaced(shown_miles: int) -> None:
    fitted_at, later = LAST_READ + timedelta(days=1), LAST_READ + timedelta(days=2)

    _, fitted = KNOWN.judge(
        Reading(shown_miles=shown_miles, read_at=fitted_at, is_replacement=True)
    )
    judged, odometer = fitted.judge(Reading(shown_miles=shown_miles + 150, read_at=later))

    assert fitted.miles == 10_000
    assert (judged, odometer.miles) == (Outcome.ACCEPTED, 10_150)


def test_a_replacement_told_of_before_the_last_reading_is_kept_as_history_alone() -> None:
    earlier = LAST_READ - timedelta(days=1)

    judged, odometer = KNOWN.judge(Reading(shown_miles=0, read_at=earlier, is_replacement=True))

    assert (judged, odometer) == (Outcome.OLDER, KNOWN)


def test_only_a_believed_reading_changes_the_vehicle() -> None:
    vehicle = a_vehicle(odometer=KNOWN)

    same, set_aside = read_odometer(vehicle, Reading(shown_miles=5, read_at=NOW), NOW)
    after, read = read_odometer(vehicle, Reading(shown_miles=10_100, read_at=NOW), NOW)

    assert (same, set_aside.miles) == (vehicle, 10_000)
    assert (after.odometer.miles, after.version, read.miles) == (10_100, 4, 10_100)


def test_a_vehicle_that_is_gone_is_not_read() -> None:
    with pytest.raises(VehicleGone):
        read_odometer(a_vehicle(VehicleState.DISPOSED), Reading(shown_miles=5, read_at=NOW), NOW)
