"""When a vehicle falls due, and what is told of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.fleet.domain.cycles import (
    CycleNews,
    CycleState,
    DueBecause,
    ReplacementCycle,
    Schedule,
    begin,
)
from services.fleet.domain.odometer import Odometer
from services.fleet.domain.policy import LifeSpan
from services.kernel.ids import PlanId
from tests.unit.fleet.build import FIVE_YEARS, TODAY, VEHICLE, a_cycle, a_vehicle

AGE_ALONE = LifeSpan(
    target_age_months=60, maximum_age_months=None, target_miles=None, planning_window_months=12
)
PLAN = Schedule(plan_id=PlanId(VEHICLE), financial_year=2027, option="bev-dca", envelope="e1")


def driven(miles: int, until: date) -> Odometer:
    return Odometer(miles=miles, read_at=datetime.combine(until, time(12), UTC))


def due(cycle: ReplacementCycle, span: LifeSpan) -> tuple[date, DueBecause]:
    revised, _ = cycle.revised(span, TODAY)
    assert revised.due is not None
    return revised.due.on, revised.due.because


@pytest.mark.parametrize(
    ("started_on", "due_on"),
    [
        (date(2024, 4, 1), date(2029, 4, 1)),
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2023, 3, 31), date(2028, 3, 31)),
    ],
)
def test_a_cycle_falls_due_at_the_policys_age(started_on: date, due_on: date) -> None:
    assert due(a_cycle(started_on=started_on), AGE_ALONE) == (due_on, DueBecause.AGE)


def test_a_cycle_falls_due_earlier_when_it_will_reach_the_policys_miles() -> None:
    # 75,000 miles in 730 days: 150,000 after 1,460.
    cycle = a_cycle(started_on=date(2024, 4, 1), odometer=driven(75_000, date(2026, 4, 1)))

    assert due(cycle, FIVE_YEARS) == (date(2028, 3, 31), DueBecause.MILES)


def test_a_cycle_that_has_run_its_miles_was_due_when_it_ran_them() -> None:
    cycle = a_cycle(started_on=date(2024, 4, 1), odometer=driven(300_000, date(2026, 4, 1)))

    assert due(cycle, FIVE_YEARS) == (date(2025, 4, 1), DueBecause.MILES)


@pytest.mark.parametrize(
    ("read_on", "because"),
    [(date(2024, 6, 29), DueBecause.AGE), (date(2024, 6, 30), DueBecause.MILES)],
)
def test_less_than_90_days_say_nothing_of_a_pace(read_on: date, because: DueBecause) -> None:
    cycle = a_cycle(started_on=date(2024, 4, 1), odometer=driven(60_000, read_on))

    assert due(cycle, FIVE_YEARS)[1] is because
    assert (cycle.miles_per_year > 0) is (because is DueBecause.MILES)


def test_a_vehicle_that_hardly_moves_falls_due_by_age() -> None:
    cycle = a_cycle(odometer=driven(1, date(2026, 4, 1)))

    assert due(cycle, FIVE_YEARS) == (date(2029, 4, 1), DueBecause.AGE)


def test_miles_a_year_are_those_of_a_year_of_365_and_a_quarter_days() -> None:
    cycle = a_cycle(started_on=date(2022, 4, 1), odometer=driven(100_000, date(2026, 4, 1)))

    assert cycle.miles_per_year == 25_000


@pytest.mark.parametrize(
    ("started_on", "state"),
    [(date(2022, 6, 11), CycleState.RUNNING), (date(2022, 6, 10), CycleState.DUE)],
)
def test_a_cycle_is_due_from_the_day_it_comes_within_the_planning_window(
    started_on: date, state: CycleState
) -> None:
    cycle, news = a_cycle(started_on=started_on).revised(AGE_ALONE, TODAY)

    assert cycle.state is state
    assert news is (CycleNews.DUE if state is CycleState.DUE else CycleNews.REVISED)


def test_a_cycle_is_told_to_be_due_once() -> None:
    cycle, first = a_cycle(started_on=date(2021, 6, 1)).revised(AGE_ALONE, TODAY)

    again, second = cycle.revised(AGE_ALONE, TODAY + timedelta(days=1))

    assert (first, second) == (CycleNews.DUE, None)
    assert again == cycle


def test_a_cycle_that_a_longer_policy_puts_off_is_told_again_when_it_falls_due() -> None:
    cycle, _ = a_cycle(started_on=date(2021, 6, 1)).revised(AGE_ALONE, TODAY)
    longer = LifeSpan(
        target_age_months=84, maximum_age_months=None, target_miles=None, planning_window_months=12
    )

    put_off, first = cycle.revised(longer, TODAY)
    due_again, second = put_off.revised(longer, date(2027, 6, 1))

    assert (put_off.state, first) == (CycleState.RUNNING, CycleNews.REVISED)
    assert (due_again.state, second) == (CycleState.DUE, CycleNews.DUE)


@pytest.mark.parametrize(("miles", "is_news"), [(75_200, False), (80_000, True)])
def test_a_day_that_wanders_by_less_than_a_week_with_the_miles_is_no_news(
    miles: int, *, is_news: bool
) -> None:
    cycle, _ = a_cycle(odometer=driven(75_000, date(2026, 4, 1))).revised(FIVE_YEARS, TODAY)
    read_again = a_cycle(
        odometer=driven(miles, date(2026, 4, 2)), span=cycle.span, due=cycle.due, state=cycle.state
    )

    revised, news = read_again.revised(FIVE_YEARS, TODAY)

    assert (news is not None) is is_news
    assert (revised.due != cycle.due) is is_news


def test_without_a_policy_a_cycle_never_falls_due() -> None:
    cycle, news = a_cycle().revised(None, TODAY)

    assert (cycle.due, cycle.state, news, cycle.sorts_on) == (
        None,
        CycleState.RUNNING,
        None,
        date.max,
    )


def test_an_approved_plan_gives_a_cycle_its_date_and_another_takes_it_away() -> None:
    cycle, _ = a_cycle(started_on=date(2021, 6, 1)).revised(AGE_ALONE, TODAY)

    scheduled, told = cycle.scheduled(PLAN, TODAY)
    cleared, told_again = scheduled.scheduled(None, TODAY)

    assert (scheduled.state, scheduled.schedule, told) == (CycleState.SCHEDULED, PLAN, None)
    assert (cleared, told_again) == (cycle, None)


def test_a_cycle_that_fell_due_while_it_was_scheduled_is_told_so_when_its_date_goes() -> None:
    running, _ = a_cycle(started_on=date(2023, 6, 1)).revised(AGE_ALONE, TODAY)
    scheduled, _ = running.scheduled(PLAN, TODAY)
    later = date(2027, 12, 1)

    still_scheduled, told = scheduled.revised(AGE_ALONE, later)
    cleared, told_at_last = still_scheduled.scheduled(None, later)

    assert (still_scheduled.state, told) == (CycleState.SCHEDULED, None)
    assert (cleared.state, told_at_last) == (CycleState.DUE, CycleNews.DUE)


def test_nothing_revises_a_cycle_that_is_closed() -> None:
    closed, news = a_cycle().closed()

    assert (closed.state, news) == (CycleState.CLOSED, CycleNews.CLOSED)
    assert closed.revised(AGE_ALONE, TODAY) == (closed, None)
    assert closed.scheduled(PLAN, TODAY) == (closed, None)
    assert closed.closed() == (closed, None)


def test_a_cycle_begins_with_the_vehicles_service_and_may_be_due_at_once() -> None:
    old = a_vehicle(first_registered_on=date(2020, 1, 1), in_service_on=date(2020, 2, 1))

    cycle, news = begin(old, AGE_ALONE, TODAY)

    assert (cycle.started_on, cycle.state) == (date(2020, 2, 1), CycleState.DUE)
    assert news == (CycleNews.STARTED, CycleNews.DUE)
