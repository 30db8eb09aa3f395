"""Planning again with few changes to an approved plan."""

import sys
from dataclasses import replace

import pytest

from services.capital.optimiser.answers.approved import Why
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.replan import Replanned, Replanning, replan
from services.capital.optimiser.check import violations
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import OptionId, OrderRuling, Problem
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_policy,
    a_problem,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
    decided,
    gone,
    stated,
)
from tests.unit.capital.optimiser.random_mixed import a_mixed_random_problem

EXACT = Limits(seconds=20, gap_ppm=0)


def replanned(problem: Problem, approved: Plan, **how: int) -> dict[int | None, Replanned]:
    return {row.most_changes: row for row in planned_again(problem, approved, **how).plans}


def planned_again(problem: Problem, approved: Plan, **how: int) -> Replanning:
    workshop = Workshop("replan", Effort(seconds=100, each=EXACT))
    return replan(problem, approved, workshop, **how)


def approved_then_richer() -> tuple[Problem, Plan]:
    """Return a plan made for little money, and the problem now that there is more."""
    poor = a_problem(
        cohorts=cohorts({3: 2, 4: 2}),
        life_policies=(a_policy(target=4),),
        envelopes=budgets(1, 1, 0),
    )
    return replace(poor, envelopes=budgets(3, 2, 1)), solve(poor, EXACT)


def test_each_change_buys_its_share_of_the_saving() -> None:
    problem, approved = approved_then_richer()

    rows = replanned(problem, approved, most_changes=2)

    assert list(rows) == [0, 1, 2, None]
    assert rows[0].changed == ()
    assert rows[0].saved_permille == 0
    assert len(rows[1].changed) == 1
    assert rows[None].saved_permille == 1000
    shares = [row.saved_permille or 0 for row in rows.values()]
    assert shares == sorted(shares)
    assert shares[1] > 0


def test_the_best_single_change_is_found() -> None:
    problem, approved = approved_then_richer()

    row = replanned(problem, approved, most_changes=1)[1]

    kept = [sum_of(approved, year) for year in problem.horizon]
    one_changed = ([3, *kept[1:]], [kept[0], 2, kept[2]], [*kept[:2], 1])
    plans = [solve(capped(problem, most), EXACT) for most in one_changed]
    assert row.plan is not None
    assert values(row.plan) == min(values(plan) for plan in plans)


def values(plan: Plan) -> list[int]:
    return [level.value for level in plan.levels]


def capped(problem: Problem, vehicles: list[int]) -> Problem:
    return replace(problem, envelopes=budgets(*vehicles))


def sum_of(plan: Plan, year: int) -> int:
    return sum(row.vehicles for row in plan.purchases if row.delivery_year == year)


def test_frozen_orders_stand_whatever_it_costs() -> None:
    problem, approved = approved_then_richer()

    rows = replanned(problem, approved, most_changes=1, frozen_years=1)

    for row in rows.values():
        assert row.plan is not None
        assert sum_of(row.plan, FIRST) == sum_of(approved, FIRST)


def test_an_approved_plan_that_can_no_longer_stand_is_said_so() -> None:
    problem = a_problem(envelopes=budgets(0, 2, 2))
    approved = stated(problem, decided(bought(FIRST), gone(FIRST)))

    rows = replanned(problem, approved, most_changes=1)

    assert rows[0].outcome is Outcome.INFEASIBLE
    assert rows[0].saved_permille is None
    assert rows[1].plan is not None
    assert len(rows[1].changed) == 1


def test_what_was_not_sought_is_unknown() -> None:
    problem, approved = approved_then_richer()
    workshop = Workshop("replan", Effort(plans=0))

    rows = replan(problem, approved, workshop, most_changes=1)

    assert {row.outcome for row in rows.plans} == {Outcome.UNKNOWN}


def test_a_plan_of_last_year_is_planned_again_without_what_came_or_was_placed_before() -> None:
    last_year = a_problem(options=(an_option(lead=1),), life_policies=(a_policy(target=2),))
    came = bought(FIRST, lead=1)
    approved = stated(last_year, decided(bought(FIRST + 1, lead=1), bought(FIRST + 2, lead=1)))
    approved = replace(approved, purchases=(came, *approved.purchases))
    rolled = replace(
        last_year,
        commitments=(a_commitment(FIRST + 1),),
        first_financial_year=FIRST + 1,
        envelopes=tuple(an_envelope(FIRST + place, 2 * PRICE) for place in (1, 2, 3)),
    )

    answer = planned_again(rolled, approved, most_changes=1, frozen_years=1)

    told = [(row.cell[2], row.vehicles, row.why, row.on_order) for row in answer.left_out]
    assert told == [(FIRST, 1, Why.DELIVERED, None), (FIRST + 1, 1, Why.PLACED, 1)]
    assert answer.plans[0].changed == ()
    for row in answer.plans:
        assert row.plan is not None
        assert sum_of(row.plan, FIRST + 2) == 1


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({"options": (an_option(BEV),)}, Why.WITHDRAWN),
        ({"options": (an_option(price=(0, PRICE, PRICE)),)}, Why.NOT_FOR_SALE),
        ({"years": 2, "options": (an_option(price=(PRICE, PRICE)),)}, Why.LATER),
    ],
)
def test_an_order_that_can_no_longer_be_had_is_left_out_by_name(
    now: dict[str, object], why: Why
) -> None:
    year = FIRST + 2 if why is Why.LATER else FIRST
    approved = stated(a_problem(), decided(bought(year), gone(year)))
    problem = replace(a_problem(envelopes=budgets(2, 2)), **now)  # type: ignore[arg-type]  # each row names its own fields

    answer = planned_again(problem, approved, most_changes=1)

    assert [(row.cell, row.why) for row in answer.left_out] == [((RYA, "DCA-DIESEL", year), why)]
    assert answer.plans[0].outcome is Outcome.OPTIMAL
    assert all(row.plan and not sum_of(row.plan, year) for row in answer.plans[:1])


def test_an_order_for_a_trust_that_is_not_planned_is_left_out() -> None:
    theirs = replace(bought(FIRST), trust=RYD)
    approved = replace(stated(a_problem(), decided()), purchases=(theirs,))

    answer = planned_again(a_problem(), approved, most_changes=0)

    assert [row.why for row in answer.left_out] == [Why.NO_FLEET]


def test_any_plan_can_be_planned_again_by_any_problem() -> None:
    seeds = range(20)
    problems = [a_mixed_random_problem(seed) for seed in seeds]
    plans = [solve(problem, replace(EXACT, gap_ppm=100_000)) for problem in problems]

    left_out = 0
    for problem, theirs in zip(problems, [*plans[1:], plans[0]], strict=True):
        left_out += len(planned_again(problem, theirs, most_changes=1, frozen_years=1).left_out)

    sys.stdout.write(f"seeds {seeds}: {left_out} orders left out\n")
    assert left_out


def test_a_ruling_against_an_approved_order_leaves_no_plan_without_a_change() -> None:
    approved = stated(a_problem(), decided(bought(FIRST), gone(FIRST)))
    no = OrderRuling(trust=RYA, option_id=OptionId("DCA-DIESEL"), financial_year=FIRST, maximum=0)
    problem = a_problem(order_rulings=(no,))

    answer = planned_again(problem, approved, most_changes=1)
    frozen = planned_again(problem, approved, most_changes=1, frozen_years=1)

    assert answer.overruled == ((RYA, "DCA-DIESEL", FIRST),)
    assert [row.outcome for row in answer.plans] == [
        Outcome.INFEASIBLE,
        Outcome.OPTIMAL,
        Outcome.OPTIMAL,
    ]
    assert answer.plans[1].plan is not None
    assert (
        violations(problem, replace(answer.plans[1].plan, problem_hash=problem_hash(problem))) == []
    )
    assert {row.outcome for row in frozen.plans} == {Outcome.INFEASIBLE}


def test_more_rulings_than_changes_leave_no_plan() -> None:
    approved = stated(
        a_problem(), decided(bought(FIRST), gone(FIRST), bought(FIRST + 1), gone(FIRST + 1))
    )
    rulings = tuple(
        OrderRuling(trust=RYA, option_id=OptionId("DCA-DIESEL"), financial_year=year, maximum=0)
        for year in (FIRST, FIRST + 1)
    )

    rows = replanned(a_problem(order_rulings=rulings), approved, most_changes=2)

    assert [rows[changes].outcome for changes in (0, 1, 2)] == [
        Outcome.INFEASIBLE,
        Outcome.INFEASIBLE,
        Outcome.OPTIMAL,
    ]
