"""Searches that get nowhere: when they end, and what every search says it ended for."""

import pytest

from benchmarks.plan.ambcap import ambcap
from services.capital.optimiser.answers.alone import alone
from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.mathopt_adapter import Stop
from services.capital.optimiser.plan import Ended, Outcome
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.stall import Sight, Stall
from services.capital.plan_wire import plan_from_json, plan_to_json
from tests.unit.capital.optimiser.build import (
    FIRST,
    a_commitment,
    a_need,
    a_problem,
    a_size,
    an_option,
    budgets,
)
from tests.unit.capital.optimiser.random_problems import a_random_problem

# In pence: large enough that the least move is more than one of them.
COST = 10**9


class Hand:
    """A count that stands where it was put."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def begun(most: int | None) -> tuple[Stall, Hand]:
    """Return what stalls after so long without a move, begun with a plan at no shortfall."""
    hand = Hand()
    stall = Stall(most, hand)
    stall.note((0, COST), (0, COST // 2))
    stall.begin()
    return stall, hand


def test_who_stands_still_for_long_enough_has_stalled_for_good() -> None:
    stall, hand = begun(5)

    hand.at = 4.9
    before = stall.is_over
    hand.at = 5.0
    after = stall.is_over
    stall.note((0, COST // 2), (0, COST // 2))

    assert (before, after, stall.is_over) == (False, True, True)


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        pytest.param((0, COST - COST // 10_000), (0, COST // 2), id="a cheaper plan"),
        pytest.param((0, COST), (0, COST // 2 + COST // 10_000), id="a higher bound"),
        pytest.param((0, COST + COST // 100), (0, 0), id="a dearer plan with more vehicles"),
        pytest.param((0, COST), (1, COST // 2), id="a vehicle-year proved"),
    ],
)
def test_what_moves_does_not_stall(values: tuple[int, int], bounds: tuple[int, int]) -> None:
    stall, hand = begun(5)

    hand.at = 4.0
    stall.note(values, bounds)
    hand.at = 8.0

    assert not stall.is_over


def test_moves_too_small_to_count_add_up() -> None:
    stall, hand = begun(5)

    for step in range(1, 20):
        hand.at = float(step)
        stall.note((0, COST - step * COST // 250_000), (0, COST // 2))

    assert not stall.is_over
    hand.at = 25.0
    assert stall.is_over


def test_moves_that_come_to_less_than_counts_are_none() -> None:
    stall, hand = begun(5)

    for step in range(1, 6):
        hand.at = float(step)
        stall.note((0, COST - step), (0, COST // 2))

    assert stall.is_over


def test_nothing_stalls_before_it_has_begun_or_where_it_may_stand_still() -> None:
    hand = Hand()
    waiting, (patient, _) = Stall(5, hand), begun(None)

    hand.at = 1000.0

    assert not waiting.is_over
    assert not patient.is_over


def test_a_solver_gets_somewhere_when_it_tells_another_solution_or_bound() -> None:
    sight = Sight()

    told = [sight.is_new(*row) for row in ((None, 1.0), (None, 1.0), (9.0, 1.0), (9.0, 1.5))]

    assert told == [True, False, True, True]


def lumpy() -> Problem:
    """Return eleven trusts over four years, more than a search proves in the time it is given."""
    return ambcap(4, lumpy=True)


def test_a_search_that_stands_still_ends_long_before_its_time() -> None:
    problem = lumpy()

    plan = solve(problem, Limits(seconds=1800, gap_ppm=0, stall_seconds=1))

    assert plan.ended is Ended.NO_IMPROVEMENT
    assert plan.outcome is Outcome.FEASIBLE
    assert violations(problem, plan) == []
    assert plan_from_json(plan_to_json(plan)) == plan


def test_a_counted_search_stands_still_after_the_same_part_each_time() -> None:
    counted = Limits(seconds=1800, gap_ppm=0, seed=3, nodes=1, stall_seconds=2)

    first, second = solve(lumpy(), counted), solve(lumpy(), counted)

    assert first == second
    assert first.ended is Ended.NO_IMPROVEMENT


def test_a_proof_that_still_comes_closer_is_tried_for_longer() -> None:
    problem = ambcap(6, lumpy=True)
    trust = alone(problem, problem.trusts[0])

    plan = solve(trust, Limits(seconds=1800, gap_ppm=0, stall_seconds=1))

    assert plan.ended in {Ended.PROVED, Ended.NO_IMPROVEMENT}
    assert violations(trust, plan) == []


def test_every_search_says_what_it_ended_for() -> None:
    told, stopped = iter(range(10**9)), Stop()
    stopped.interrupt()

    proved = solve(a_random_problem(3), Limits(seconds=60, gap_ppm=0))
    close = solve(lumpy(), Limits(seconds=600, gap_ppm=100_000))
    cancelled = solve(lumpy(), Limits(seconds=600, gap_ppm=0), stop=stopped)
    late = solve(lumpy(), Limits(seconds=1, gap_ppm=0), clock=lambda: float(next(told)))
    counted = solve(lumpy(), Limits(seconds=1800, gap_ppm=0, nodes=1))

    assert proved.ended is Ended.PROVED
    assert close.ended is Ended.GAP
    assert cancelled.ended is Ended.CANCELLED
    assert late.ended is Ended.TIME
    assert counted.ended is Ended.EXHAUSTED


def test_that_there_is_no_plan_is_proved() -> None:
    problem = a_problem(
        options=(an_option(),),
        commitments=(a_commitment(FIRST, vehicles=3),),
        establishments=(a_size(0, 2),),
        needs=(a_need(1, FIRST),),
        envelopes=budgets(1, 1, 1),
    )

    plan = solve(problem, Limits(seconds=60))

    assert (plan.outcome, plan.ended) == (Outcome.INFEASIBLE, Ended.PROVED)


@pytest.mark.parametrize("seconds", [0, -1, 1801])
def test_how_long_to_stand_still_has_its_range(seconds: int) -> None:
    with pytest.raises(InvalidProblem, match="stall_seconds"):
        solve(a_problem(), Limits(stall_seconds=seconds))
