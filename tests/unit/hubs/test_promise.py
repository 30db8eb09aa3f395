"""When vehicles are promised."""

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hubs.domain.hub import Roster
from services.hubs.domain.job import Job
from services.hubs.domain.promise import ready_times
from services.hubs.domain.states import StopReason
from services.hubs.domain.work import CHANGEOVER, BayCapability, JobKind, MeasuredWork
from tests.unit.hubs.build import ALL_DAY, MORNING, a_bay, a_hub, a_job, a_job_at_work, at, minutes

TWO_BAYS = (a_bay("Bay 1"), a_bay("Bay 2"))
ONE_TEAM = Roster(staff_by_hour=(2,) * 24)
FROM_EIGHT = Roster(staff_by_hour=(0,) * 8 + (4,) * 16)


def promised(
    *queue: Job,
    on_bays: tuple[Job, ...] = (),
    bays: tuple[object, ...] = TWO_BAYS,
    roster: Roster = ALL_DAY,
    measured: dict[JobKind, MeasuredWork] | None = None,
    as_of: datetime = MORNING,
) -> dict[str, datetime]:
    """Return when each vehicle will be ready, by fleet number."""
    hub = a_hub(*bays, roster=roster)  # type: ignore[arg-type]
    jobs = (*on_bays, *queue)
    ready = ready_times(hub, jobs, queue, measured or {}, as_of)
    return {job.fleet_number: ready[job.id] for job in jobs if job.id in ready}


def test_an_empty_hub_takes_the_standard_minutes() -> None:
    assert promised(a_job("full"), a_job("quick", JobKind.TURNAROUND)) == {
        "full": at(6, 45),
        "quick": at(6, 20),
    }


def test_the_next_vehicle_waits_for_the_first_bay_and_its_changeover() -> None:
    queue = [a_job("quick", JobKind.TURNAROUND), a_job("full"), a_job("third")]

    assert promised(*queue)["third"] == at(6, 20) + CHANGEOVER + minutes(45)


def test_a_vehicle_on_a_bay_is_ready_when_its_work_is_done() -> None:
    working = a_job_at_work("working", since=at(5, 30))

    ready = promised(a_job("next"), on_bays=(working,), bays=(a_bay("Bay 1"),))

    assert ready == {"working": at(6, 15), "next": at(6, 15) + CHANGEOVER + minutes(45)}


def test_a_stopped_job_is_taken_to_go_on_at_once() -> None:
    paused = a_job_at_work("paused", since=at(5)).pause(StopReason.BREAK, at(5, 30))

    assert promised(on_bays=(paused,)) == {"paused": at(6, 15)}


def test_a_job_over_its_time_is_taken_to_need_ten_minutes_yet() -> None:
    assert promised(on_bays=(a_job_at_work("slow", since=at(4)),)) == {"slow": at(6, 10)}


def test_one_team_does_one_vehicle_after_the_other_whatever_the_bays() -> None:
    ready = promised(a_job("first"), a_job("second"), roster=ONE_TEAM)

    assert ready == {"first": at(6, 45), "second": at(7, 30)}


def test_work_begins_when_somebody_is_on_duty() -> None:
    assert promised(a_job("4101"), roster=FROM_EIGHT) == {"4101": at(8, 45)}


@pytest.mark.parametrize("roster", [Roster(), Roster(staff_by_hour=(0,) * 24)])
def test_nothing_is_promised_where_nobody_is_rostered(roster: Roster) -> None:
    assert promised(a_job("4101"), roster=roster) == {}


def test_nothing_is_promised_that_no_bay_can_do() -> None:
    assert promised(a_job("deep", JobKind.DEEP_CLEAN)) == {}


def test_kinds_of_work_wait_for_their_own_bays() -> None:
    bays = (a_bay("Bay 1"), a_bay("Bay 9", BayCapability.DEEP_CLEAN))

    ready = promised(a_job("deep", JobKind.DEEP_CLEAN), a_job("full"), bays=bays)

    assert ready == {"deep": at(10), "full": at(6, 45)}


@pytest.mark.parametrize(("jobs", "ready_at"), [(29, at(6, 45)), (30, at(6, 31))])
def test_what_a_hub_was_seen_to_need_counts_from_thirty_jobs_on(
    jobs: int, ready_at: datetime
) -> None:
    measured = {JobKind.FULL: MeasuredWork(jobs=jobs, median_minutes=31)}

    assert promised(a_job("4101"), measured=measured) == {"4101": ready_at}


def test_a_vehicle_that_is_yet_to_come_is_not_worked_on_before() -> None:
    assert promised(a_job("4101", queued_at=at(6, 30))) == {"4101": at(7, 15)}


def test_promises_are_for_whole_minutes_and_never_early() -> None:
    as_of = MORNING.replace(second=1)

    assert promised(a_job("4101"), as_of=as_of) == {"4101": at(6, 46)}


@settings(max_examples=40)
@given(st.lists(st.sampled_from([JobKind.TURNAROUND, JobKind.FULL]), max_size=12))
def test_one_bay_never_holds_two_promises_at_once(kinds: list[JobKind]) -> None:
    queue = [a_job(f"{nth}", kind) for nth, kind in enumerate(kinds)]

    ready = promised(*queue, bays=(a_bay("Bay 1"),))

    ends = sorted(ready.values())
    assert len(ends) == len(queue)
    assert all(later - earlier >= CHANGEOVER + minutes(20) for earlier, later in pairwise(ends))
