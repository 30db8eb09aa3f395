"""What can happen to a job, and what cannot."""

from collections.abc import Callable
from datetime import datetime

import pytest

from services.hubs.domain.job import (
    BayLacksCapability,
    EffectiveTimeTooEarly,
    Job,
    MakeReadyCancelled,
    MakeReadyCompleted,
    MakeReadyStarted,
    NoStaffOnDuty,
    Release,
    ReleaseCheckFailed,
    VehicleOnAnotherBay,
)
from services.hubs.domain.states import NEXT, IllegalTransition, JobState, StopReason
from services.hubs.domain.work import BayCapability, JobKind
from tests.unit.hubs.build import MORNING, a_bay, a_job, a_job_at_work, a_release, at, minutes

IN_STATE: dict[JobState, Callable[[], Job]] = {
    JobState.QUEUED: a_job,
    JobState.IN_PROGRESS: a_job_at_work,
    JobState.PAUSED: lambda: a_job_at_work().pause(StopReason.BREAK, MORNING),
    JobState.BLOCKED: lambda: a_job_at_work().block(StopReason.VEHICLE_DEFECT, MORNING)[0],
    JobState.COMPLETED: lambda: a_job_at_work().complete(a_release(), MORNING)[0],
    JobState.CANCELLED: lambda: a_job().cancel(MORNING)[0],
}
VERBS: dict[JobState, Callable[[Job, datetime], object]] = {
    JobState.IN_PROGRESS: lambda job, when: job.start(a_bay("Bay 1", *BayCapability), 2, when),
    JobState.PAUSED: lambda job, when: job.pause(StopReason.BREAK, when),
    JobState.BLOCKED: lambda job, when: job.block(StopReason.BREAK, when),
    JobState.COMPLETED: lambda job, when: job.complete(a_release(), when),
    JobState.CANCELLED: lambda job, when: job.cancel(when),
}


@pytest.mark.parametrize("target", VERBS)
@pytest.mark.parametrize("state", JobState)
def test_a_job_goes_where_the_table_says_and_nowhere_else(
    state: JobState, target: JobState
) -> None:
    job = IN_STATE[state]()

    if target in NEXT[state]:
        VERBS[target](job, at(7))
    else:
        with pytest.raises(IllegalTransition, match=f"from {state} to {target}"):
            VERBS[target](job, at(7))


@pytest.mark.parametrize("target", set(VERBS) - {JobState.CANCELLED})
def test_nothing_is_done_before_what_was_done_last(target: JobState) -> None:
    state = next(state for state in JobState if target in NEXT[state])
    job = IN_STATE[state]()

    with pytest.raises(EffectiveTimeTooEarly) as refusal:
        VERBS[target](job, at(5, 59))

    assert refusal.value.metadata == {"last_change": MORNING.isoformat()}


def test_a_started_job_is_on_its_bay() -> None:
    job, started = a_job().start(a_bay("Bay 3"), staff_on_duty=2, at=at(6, 10))

    assert (job.state, job.bay_name, job.started_at) == (JobState.IN_PROGRESS, "Bay 3", at(6, 10))
    assert started == MakeReadyStarted(job=job, occurred_at=at(6, 10))


def test_a_bay_without_the_capability_does_not_do() -> None:
    job = a_job(kind=JobKind.DEEP_CLEAN)

    with pytest.raises(BayLacksCapability) as refusal:
        job.start(a_bay("Bay 1", BayCapability.MAKE_READY), staff_on_duty=2, at=MORNING)

    assert refusal.value.metadata == {"capability": "DEEP_CLEAN"}


def test_nobody_works_where_nobody_is_rostered() -> None:
    with pytest.raises(NoStaffOnDuty):
        a_job().start(a_bay(), staff_on_duty=0, at=MORNING)


def test_a_paused_job_goes_on_where_it_stands() -> None:
    paused = a_job_at_work(bay=a_bay("Bay 1")).pause(StopReason.CHARGING, at(6, 20))

    with pytest.raises(VehicleOnAnotherBay, match="Bay 1"):
        paused.start(a_bay("Bay 2"), staff_on_duty=2, at=at(6, 30))
    resumed, _ = paused.start(a_bay("Bay 1"), staff_on_duty=2, at=at(6, 30))

    assert (resumed.started_at, resumed.stop_reason) == (MORNING, None)


def test_time_worked_leaves_out_pauses_and_time_off_the_bay() -> None:
    job = a_job_at_work(since=at(6))
    job = job.pause(StopReason.BREAK, at(6, 20))
    job, _ = job.start(a_bay(), staff_on_duty=2, at=at(6, 40))
    job, _ = job.block(StopReason.AWAITING_STOCK, at(6, 50))
    job, _ = job.start(a_bay("Bay 2"), staff_on_duty=2, at=at(8))

    assert job.worked_by(at(8, 15)) == minutes(20 + 10 + 15)
    assert job.worked_by(at(7)) == minutes(20 + 10)


def test_a_blocked_job_has_no_place_and_no_promise() -> None:
    promised, _ = a_job_at_work().promise(at(7), MORNING)

    blocked, _ = promised.block(StopReason.EQUIPMENT_FAULT, at(6, 30))

    assert (blocked.place.position, blocked.promised_at) == (0, None)


@pytest.mark.parametrize(
    ("release", "failed"),
    [
        (a_release(fuel_or_charge_percent=74), "fuel_or_charge_percent"),
        (a_release(checks_passed=False), "checks_passed"),
        (a_release(fuel_or_charge_percent=0, checks_passed=False), "checks_passed"),
    ],
)
def test_a_vehicle_leaves_fuelled_and_checked_or_not_at_all(release: Release, failed: str) -> None:
    with pytest.raises(ReleaseCheckFailed) as refusal:
        a_job_at_work().complete(release, at(7))

    assert refusal.value.metadata == {"check": failed}


def test_a_vehicle_fuelled_to_three_quarters_leaves_with_its_seal() -> None:
    job, completed = a_job_at_work().complete(a_release("S-7", 75), at(6, 45))

    assert (job.seal_number, job.turnaround) == ("S-7", minutes(45))
    assert completed == MakeReadyCompleted(job=job, occurred_at=at(6, 45))


def test_what_is_heard_of_late_cancels_from_the_last_change_on() -> None:
    job, cancelled = a_job_at_work(since=at(7)).cancel(at(6, 30))

    assert cancelled == MakeReadyCancelled(job=job, occurred_at=at(7))
