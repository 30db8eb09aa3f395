"""Planning again with few changes to an approved plan."""

from dataclasses import replace

from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.replan import Replanned, replan
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    FIRST,
    a_policy,
    a_problem,
    bought,
    budgets,
    cohorts,
    decided,
    gone,
    stated,
)

EXACT = Limits(seconds=20, gap_ppm=0)


def replanned(problem: Problem, approved: Plan, **how: int) -> dict[int | None, Replanned]:
    workshop = Workshop("replan", Effort(seconds=100, each=EXACT))
    return {row.most_changes: row for row in replan(problem, approved, workshop, **how)}


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

    assert {row.outcome for row in rows} == {Outcome.UNKNOWN}
