"""What changes at a hub when something happens there."""

from dataclasses import replace

import pytest

from services.hubs.domain.board import Board, Settled
from services.hubs.domain.coverage import Forecast
from services.hubs.domain.hub import Roster
from services.hubs.domain.job import (
    BayLacksCapability,
    BayOccupied,
    Job,
    MakeReadyBlocked,
    MakeReadyPromised,
    MakeReadyQueued,
)
from services.hubs.domain.states import JobState, StopReason
from services.hubs.domain.work import BayCapability, JobKind
from services.kernel.vehicle import VehicleType
from tests.unit.hubs.build import (
    MORNING,
    OLDBURY,
    a_bay,
    a_board,
    a_crew_out,
    a_hub,
    a_job,
    a_job_at_work,
    a_start,
    an_ability,
    at,
    ready,
)

BAYS = (a_bay("Bay 1"), a_bay("Bay 2"), a_bay("Bay 3", BayCapability.DEEP_CLEAN))


def board_after(settled: Settled, board: Board) -> Board:
    """Return the board as it is once what was settled is saved."""
    jobs = {**board.jobs, **{change.after.id: change.after for change in settled.changes}}
    forecasts = {**board.forecasts, **{one.starts_at: one for one in settled.forecasts}}
    return replace(
        board, jobs={key: job for key, job in jobs.items() if job.is_open}, forecasts=forecasts
    )


def with_queue(*jobs: Job, board: Board | None = None) -> Board:
    board = board or a_board()
    return board_after(board.settle([job.queue() for job in jobs], MORNING), board)


def test_a_vehicle_that_comes_in_gets_a_place_and_a_promise() -> None:
    settled = a_board().settle([a_job("4101").queue()], MORNING)

    job = settled.changes[0].after
    assert (job.place.position, job.promised_at, job.version) == (1, at(6, 45), 1)
    assert settled.events == (
        MakeReadyQueued(job=job, occurred_at=MORNING),
        MakeReadyPromised(job=job, occurred_at=MORNING, instead_of=None),
    )


def test_nothing_changes_when_nothing_happened() -> None:
    board = with_queue(a_job("4101"), a_job("4102"))

    settled = board.settle([], MORNING)

    assert (settled.changes, settled.events, settled.forecasts) == ((), (), ())


def test_a_promise_stands_while_it_is_ten_minutes_off_and_moves_beyond() -> None:
    board = with_queue(a_job("4101"))

    near = board.settle([], at(6, 10))
    far = board.settle([], at(6, 11))

    assert near.events == ()
    (moved,) = far.events
    assert isinstance(moved, MakeReadyPromised)
    assert (moved.instead_of, moved.job.promised_at) == (at(6, 45), at(6, 56))


def test_a_promise_that_had_passed_when_it_was_moved_is_remembered() -> None:
    board = with_queue(a_job("4101"))

    in_time, too_late = board.settle([], at(6, 44)), board.settle([], at(6, 45))

    assert in_time.passed == []
    assert [promised for _, promised in too_late.passed] == [at(6, 45)]


def test_a_promise_nobody_can_keep_any_more_is_taken_back_without_another() -> None:
    board = with_queue(a_job("4101"))
    unstaffed = replace(board, hub=a_hub(a_bay(), roster=Roster()))

    settled = unstaffed.settle([], MORNING)

    assert settled.changes[0].after.promised_at is None
    assert settled.events == ()


def test_a_job_that_gets_a_crew_moves_before_one_that_waited_longer() -> None:
    car = an_ability(vehicle_type=VehicleType.RRV)
    older, younger = a_job("older", queued_at=at(4)), a_job("younger", queued_at=at(5), ability=car)
    board = with_queue(older, younger)

    settled = replace(board, starts=(a_start(at(9), need=car),)).settle([], MORNING)

    assert settled.moved == 2
    assert settled.job(younger.id).place.position == 1


def test_a_job_that_leaves_the_queue_moves_all_behind_it_up() -> None:
    board = with_queue(a_job("4101"), a_job("4102"), a_job("4103"))
    first = min(board.jobs.values(), key=lambda job: job.place.position)

    settled = board.settle([first.start(a_bay(), 2, MORNING)], MORNING)

    positions = sorted(change.after.place.position for change in settled.changes)
    assert positions == [0, 1, 2]
    assert settled.job(first.id).state is JobState.IN_PROGRESS


def test_an_event_carries_the_job_as_the_act_left_it() -> None:
    board = with_queue(a_job("waits"), board=a_board(a_job_at_work("at work")))
    working = next(job for job in board.jobs.values() if job.is_on_bay)

    settled = board.settle([working.block(StopReason.EQUIPMENT_FAULT, at(6, 10))], at(6, 10))

    blocked = next(event for event in settled.events if isinstance(event, MakeReadyBlocked))
    assert blocked.job == settled.job(working.id)
    assert blocked.job.version == working.version + 1


def test_a_job_that_comes_and_goes_at_once_is_told_of_in_both_states() -> None:
    queued, came = a_job("4101").queue()
    acts = [(queued, came), queued.cancel(at(6, 5))]

    settled = a_board().settle(acts, at(6, 5))

    assert [event.job.state for event in settled.events] == [JobState.QUEUED, JobState.CANCELLED]
    assert len(settled.changes) == 1


def test_the_first_free_bay_by_name_that_can_do_the_work_is_taken() -> None:
    board = a_board(hub=a_hub(*BAYS[::-1]))

    assert board.free_bay(a_job(), {bay.id for bay in BAYS}).name == "Bay 1"
    assert board.free_bay(a_job(), {BAYS[1].id, BAYS[2].id}).name == "Bay 2"


def test_with_no_bay_free_or_fit_the_reason_says_which() -> None:
    board = a_board(hub=a_hub(*BAYS))

    with pytest.raises(BayOccupied):
        board.free_bay(a_job(), {BAYS[2].id})
    with pytest.raises(BayLacksCapability):
        board.free_bay(a_job(kind=JobKind.COMMISSIONING), {bay.id for bay in BAYS})


def test_a_shortfall_is_told_of_once_two_hours_ahead() -> None:
    board = a_board(starts=(a_start(at(8), crews=2),), ready=ready())

    early = board.settle([], at(5, 59))
    due = board.settle([], at(6))
    again = board_after(due, board).settle([], at(6, 1))

    assert (early.forecasts, again.forecasts) == ((), ())
    assert due.forecasts == (
        Forecast(hub_id=OLDBURY, starts_at=at(8), crews=2, vehicles_ready=1, forecast_at=at(6)),
    )


def test_a_shortfall_that_is_made_good_is_told_of_too() -> None:
    board = a_board(starts=(a_start(at(8)),))
    short = board_after(board.settle([], MORNING), board)

    settled = short.settle([a_job("4101").queue()], MORNING)

    assert [(one.crews, one.vehicles_ready) for one in settled.forecasts] == [(1, 1)]


def test_a_vehicle_promised_after_the_start_does_not_make_up_for_a_shortfall() -> None:
    board = a_board(starts=(a_start(at(6, 30)),))

    settled = board.settle([a_job("4101").queue()], MORNING)

    assert settled.forecasts[0].is_short
    assert settled.changes[0].after.place.serves_start_at == at(6, 30)


def test_crews_that_start_together_are_told_of_together() -> None:
    starts = (a_start(at(7)), a_start(at(7), crews=3, need=a_job("x").ability))
    board = a_board(starts=starts[:1], ready=ready())
    both = replace(board, starts=starts, out=(a_crew_out(at(5, 50)),))

    (forecast,) = both.settle([], MORNING).forecasts

    assert (forecast.crews, forecast.vehicles_ready) == (4, 1)


def test_a_crew_that_has_left_with_its_vehicle_is_not_short() -> None:
    board = a_board(starts=(a_start(at(7)),), out=(a_crew_out(at(6, 40)),))

    assert board.settle([], at(6, 45)).forecasts == ()
    assert [one.short for one in board.coverage(at(6, 45))] == [0]
