"""A plan's moves: each allowed where it is, and refused where it is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.capital.domain.plan import (
    NEXT,
    ApproverNotIndependent,
    IllegalMove,
    Plan,
    PlanHashMismatch,
    PlanState,
    Progress,
    TooManyPlans,
    require_room,
)
from services.capital.optimiser.plan import Outcome
from tests.unit.capital.build import HASH, NOW, a_plan, a_solution

MOVES: dict[str, tuple[Callable[[Plan], Plan], set[PlanState]]] = {
    "taken up": (lambda plan: plan.taken_up(), {PlanState.QUEUED, PlanState.SOLVING}),
    "given back": (lambda plan: plan.given_back(), {PlanState.SOLVING}),
    "solved": (lambda plan: plan.solved(a_solution(), Progress(), NOW), {PlanState.SOLVING}),
    "failed": (lambda plan: plan.failed("why", NOW), {PlanState.SOLVING}),
    "cancelled": (lambda plan: plan.cancelled(), {PlanState.QUEUED, PlanState.SOLVING}),
    "submitted": (lambda plan: plan.submitted("submitter"), {PlanState.SOLVED}),
    "approved": (lambda plan: plan.approved("approver", HASH, NOW), {PlanState.SUBMITTED}),
    "superseded": (lambda plan: plan.superseded(), {PlanState.APPROVED}),
}


@pytest.mark.parametrize("state", PlanState)
@pytest.mark.parametrize("move", MOVES)
def test_each_move_is_made_where_it_may_be_and_nowhere_else(move: str, state: PlanState) -> None:
    make, allowed = MOVES[move]
    plan = a_plan(state)

    if state in allowed:
        assert make(plan).version == plan.version + 1
    else:
        with pytest.raises(IllegalMove) as refused:
            make(plan)
        assert refused.value.metadata["from"] == state


def test_what_has_ended_moves_no_further_unless_there_is_a_plan() -> None:
    final = {state for state in PlanState if not NEXT[state]}

    assert final == {
        PlanState.INFEASIBLE,
        PlanState.UNKNOWN,
        PlanState.FAILED,
        PlanState.CANCELLED,
        PlanState.SUPERSEDED,
    }


@pytest.mark.parametrize(
    ("outcome", "state", "is_explained"),
    [
        (Outcome.OPTIMAL, PlanState.SOLVED, False),
        (Outcome.FEASIBLE, PlanState.SOLVED, False),
        (Outcome.INFEASIBLE, PlanState.INFEASIBLE, True),
        (Outcome.UNKNOWN, PlanState.UNKNOWN, True),
    ],
)
def test_a_solve_ends_as_honestly_as_its_proof(
    outcome: Outcome, state: PlanState, *, is_explained: bool
) -> None:
    plan = a_plan(PlanState.SOLVING).solved(a_solution(outcome), Progress(), NOW)

    assert (plan.state, bool(plan.failure), plan.solved_at) == (state, is_explained, NOW)


@pytest.mark.parametrize("person", ["planner", "submitter"])
def test_two_people_stand_behind_a_plan(person: str) -> None:
    with pytest.raises(ApproverNotIndependent):
        a_plan(PlanState.SUBMITTED).approved(person, HASH, NOW)


def test_an_approval_is_of_the_plan_that_was_read() -> None:
    with pytest.raises(PlanHashMismatch) as refused:
        a_plan(PlanState.SUBMITTED).approved("approver", "b" * 64, NOW)

    assert refused.value.metadata == {"expected": "b" * 64, "current": HASH}


def test_a_second_loss_wears_a_plan_out_and_being_given_back_does_not() -> None:
    lost_once = a_plan().taken_up()
    given_back = lost_once.given_back().taken_up()

    assert not lost_once.is_worn_out
    assert not given_back.is_worn_out
    assert given_back.taken_up().is_worn_out


@pytest.mark.parametrize(
    ("incumbent", "bound", "gap"),
    [
        (None, 5, None),
        (5, None, None),
        (1_000_000, 999_000, 1000),
        (3, 2, 333_334),
        (100, 101, 0),
    ],
)
def test_a_gap_is_told_when_both_its_ends_are_known(
    incumbent: int | None, bound: int | None, gap: int | None
) -> None:
    assert Progress(incumbent_pence=incumbent, bound_pence=bound).gap_ppm == gap


def test_the_sixth_plan_in_hand_is_refused() -> None:
    require_room(4)

    with pytest.raises(TooManyPlans) as refused:
        require_room(5)

    assert refused.value.retry_after == timedelta(seconds=30)


def test_a_plan_has_no_hash_before_it_is_solved() -> None:
    unsolved = a_plan()

    assert (unsolved.content_hash, replace(unsolved, solution=a_solution()).content_hash) == (
        "",
        HASH,
    )
