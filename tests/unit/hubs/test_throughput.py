"""What hours and weeks come to."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hubs.domain.board import Change
from services.hubs.domain.capacity import Capacity, Observed, commissioning_capacity
from services.hubs.domain.hub import Roster
from services.hubs.domain.states import StopReason
from services.hubs.domain.throughput import (
    HourFacts,
    hours_touched,
    measure,
    percentile,
    span,
    turnaround_minutes,
)
from services.hubs.domain.work import JobKind
from services.kernel.calendar import day_bounds
from tests.unit.hubs.build import (
    ALL_DAY,
    MORNING,
    OLDBURY,
    ORG,
    a_bay,
    a_job,
    a_job_at_work,
    a_release,
    at,
    minutes,
)

FACTS = HourFacts(hub_id=OLDBURY, org=ORG, hour=MORNING)
BY_THE_HOUR = Roster(staff_by_hour=tuple(range(24)))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, 0),
        ([7], 50, 7),
        ([7], 80, 7),
        ([10, 20], 50, 10),
        ([10, 20], 80, 20),
        ([1, 2, 3, 4, 5], 50, 3),
        ([1, 2, 3, 4, 5], 80, 4),
        ([1, 2, 3, 4, 5], 100, 5),
    ],
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[int], percent: int, expected: int
) -> None:
    assert percentile(values, percent) == expected


@given(st.lists(st.integers(0, 600), min_size=1), st.integers(1, 100))
def test_a_percentile_is_one_of_the_values_and_keeps_its_promise(
    values: list[int], percent: int
) -> None:
    found = percentile(sorted(values), percent)

    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_a_part_of_a_minute_counts_as_a_minute() -> None:
    assert turnaround_minutes([minutes(20.01), minutes(20), timedelta()]) == [0, 20, 21]


def test_an_hour_is_measured_in_minutes_of_bays_and_people() -> None:
    facts = replace(
        FACTS,
        arrivals=3,
        done=((JobKind.FULL, minutes(50)), (JobKind.TURNAROUND, minutes(20))),
        bays=4,
        bay_time=minutes(95.9),
        roster=ALL_DAY,
        work_time=minutes(61),
        waiting=2,
        promises_due=2,
        promises_kept=1,
    )

    hour = measure(facts)

    assert (hour.bay_minutes_offered, hour.bay_minutes_used) == (240, 95)
    assert (hour.staff_minutes_offered, hour.staff_minutes_used) == (240, 122)
    assert (hour.turnaround_p50_minutes, hour.turnaround_p80_minutes) == (20, 50)
    assert (hour.arrivals, hour.queue_length, hour.promises_due, hour.promises_kept) == (3, 2, 2, 1)
    assert hour.completions == {JobKind.FULL: 1, JobKind.TURNAROUND: 1}


def test_an_idle_hour_is_all_noughts() -> None:
    hour = measure(FACTS)

    assert (hour.turnaround_p50_minutes, hour.turnaround_p80_minutes, hour.completions) == (
        0,
        0,
        {},
    )
    assert hour.staff_minutes_offered == 0


def test_a_span_counts_jobs_and_not_hours() -> None:
    whole = span([minutes(30), minutes(10), minutes(20)], promises_due=4, promises_kept=3)

    assert (whole.jobs_completed, whole.turnaround_p50_minutes) == (3, 20)
    assert (whole.turnaround_p80_minutes, whole.promises_kept) == (30, 3)


@pytest.mark.parametrize(
    ("day", "hours", "staff_hours"),
    [
        (date(2026, 11, 18), 24, sum(range(24))),
        (date(2026, 3, 29), 23, sum(range(24)) - 1),
        (date(2026, 10, 25), 25, sum(range(24)) + 1),
    ],
)
def test_a_day_of_the_roster_has_as_many_hours_as_londons_day(
    day: date, hours: int, staff_hours: int
) -> None:
    begin, end = day_bounds(day)

    assert Roster(staff_by_hour=(1,) * 24).staff_minutes(begin, end) == hours * 60
    assert BY_THE_HOUR.staff_minutes(begin, end) == staff_hours * 60


def test_an_hour_of_summer_is_rostered_by_londons_clock() -> None:
    july = datetime(2026, 7, 1, 6, tzinfo=MORNING.tzinfo)

    assert (BY_THE_HOUR.on_duty(july), BY_THE_HOUR.on_duty(MORNING)) == (7, 6)


@pytest.mark.parametrize(("staff", "teams"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2)])
def test_two_people_work_on_a_vehicle_and_one_does_if_there_is_no_other(
    staff: int, teams: int
) -> None:
    assert Roster(staff_by_hour=(staff,) * 24).teams(MORNING) == teams


def test_a_change_touches_every_hour_since_the_last() -> None:
    queued = a_job(queued_at=at(4, 50))
    started, _ = queued.start(a_bay(), 2, at(7, 10))

    assert hours_touched(Change(before=None, after=queued)) == {at(4)}
    assert hours_touched(Change(before=queued, after=started)) == {at(4), at(5), at(6), at(7)}


def test_a_promise_touches_the_hour_in_which_it_falls_due() -> None:
    promised, _ = a_job_at_work().promise(at(9, 30), MORNING)
    moved, _ = promised.promise(at(11), MORNING)
    done, _ = promised.complete(a_release(), at(6, 40))
    paused = promised.pause(StopReason.BREAK, at(6, 40))

    assert hours_touched(Change(before=promised, after=moved)) == {at(9), at(11)}
    assert hours_touched(Change(before=promised, after=paused)) == {at(6)}
    # A promise on the way that was replaced is kept or not only now.
    assert hours_touched(Change(before=promised, after=done)) == {at(6), at(7), at(8), at(9)}


def test_a_new_place_in_the_queue_touches_no_hour() -> None:
    job = a_job()

    assert hours_touched(Change(before=job, after=replace(job, version=9))) == set()


def test_a_job_that_stood_for_a_year_touches_a_month() -> None:
    job = a_job(queued_at=at(6, days=-365))
    cancelled, _ = job.cancel(MORNING)

    assert len(hours_touched(Change(before=job, after=cancelled))) == 31 * 24 + 1


@pytest.mark.parametrize(
    ("observed", "capacity"),
    [
        (Observed(), Capacity()),
        # A week in which 9,600 minutes stood free: half of them hold ten vehicles of 480.
        (
            Observed(hours=168, free_bay_minutes=9_600),
            Capacity(
                vehicles_per_week=10, free_bay_minutes_per_week=9_600, bay_minutes_per_vehicle=480
            ),
        ),
        # A day like that makes seven times as much, and vehicles took 600 minutes here.
        (
            Observed(hours=24, free_bay_minutes=9_600, jobs=3, bay_minutes=1_800),
            Capacity(
                vehicles_per_week=56,
                free_bay_minutes_per_week=67_200,
                bay_minutes_per_vehicle=600,
                jobs_measured=3,
            ),
        ),
        (
            Observed(hours=168, free_bay_minutes=959),
            Capacity(free_bay_minutes_per_week=959, bay_minutes_per_vehicle=480),
        ),
    ],
)
def test_half_of_the_time_that_stands_free_is_there_for_new_vehicles(
    observed: Observed, capacity: Capacity
) -> None:
    assert commissioning_capacity(observed) == capacity
