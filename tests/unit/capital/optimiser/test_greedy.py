"""Worst-first replacement: what a spreadsheet would plan, and that its plans stand up."""

import pytest

from services.capital.optimiser.account import account_for
from services.capital.optimiser.baseline import least_decisions
from services.capital.optimiser.check import violations
from services.capital.optimiser.greedy import greedy_decisions, greedy_plan
from services.capital.optimiser.plan import Decisions, Level
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    a_mandate,
    a_policy,
    a_problem,
    a_size,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
    decided,
    gone,
    rules_broken,
)
from tests.unit.capital.optimiser.random_problems import a_random_problem

SEEDS = 100


def greedy(problem: Problem) -> Decisions:
    return greedy_decisions(Terms(problem))


def test_the_oldest_go_first_and_only_while_the_money_lasts() -> None:
    problem = a_problem(
        cohorts=cohorts({5: 1, 7: 1}),
        life_policies=(a_policy(target=5),),
        envelopes=budgets(1, 0, 0),
    )

    assert greedy(problem) == decided(bought(FIRST), gone(FIRST, entry=FIRST - 7))


def test_nothing_is_replaced_before_it_is_due() -> None:
    problem = a_problem(cohorts=cohorts({1: 2}), life_policies=(a_policy(target=5),))

    assert greedy(problem) == Decisions()


def test_younger_vehicles_are_taken_along_to_reach_a_minimum_order() -> None:
    problem = a_problem(
        cohorts=cohorts({4: 1, 5: 1}),
        life_policies=(a_policy(target=5),),
        options=(an_option(minimum=2),),
        envelopes=budgets(2, 0, 0),
    )

    assert greedy(problem) == decided(
        bought(FIRST, 2), gone(FIRST, entry=FIRST - 4), gone(FIRST, entry=FIRST - 5)
    )


def test_no_order_is_placed_that_cannot_reach_its_minimum() -> None:
    problem = a_problem(
        cohorts=cohorts({5: 2}),
        life_policies=(a_policy(target=5),),
        options=(an_option(minimum=2),),
        envelopes=budgets(1, 1, 1),
    )

    assert greedy(problem) == Decisions()


def test_money_that_may_pay_for_little_is_spent_before_money_that_may_pay_for_much() -> None:
    problem = a_problem(
        cohorts=cohorts({5: 1}),
        life_policies=(a_policy(target=5),),
        options=(an_option(BEV),),
        envelopes=(*budgets(1), an_envelope(FIRST, 10_000_000, "grant", technologies=("BEV",))),
    )

    assert greedy(problem) == decided(
        bought(FIRST, technology=BEV, envelope="grant"), gone(FIRST, entry=FIRST - 5)
    )


def test_a_mandate_makes_it_buy_the_dearer_clean_vehicle() -> None:
    problem = a_problem(
        cohorts=cohorts({5: 1}),
        life_policies=(a_policy(target=5),),
        options=(an_option(price=5_000_000), an_option(BEV)),
        mandates=(a_mandate(FIRST, share=500),),
    )

    assert greedy(problem).purchases == (bought(FIRST, technology=BEV),)


def test_a_fleet_that_is_to_grow_is_filled_before_anything_is_replaced() -> None:
    problem = a_problem(
        cohorts=cohorts({9: 1}),
        life_policies=(a_policy(target=5),),
        establishments=(a_size(2, 2),),
        envelopes=budgets(1, 0, 0),
    )

    assert greedy(problem) == decided(bought(FIRST))


def test_without_a_policy_vehicles_are_due_when_their_yearly_cost_would_rise() -> None:
    # 100 a year more each year on a price of 1,000: 4 and 5 years cost the same, on average.
    problem = a_problem(
        cohorts=cohorts({3: 1, 4: 1}),
        options=(an_option(price=1_000_000),),
        envelopes=budgets(2, 0, 0),
    )

    assert greedy(problem) == decided(bought(FIRST), gone(FIRST, entry=FIRST - 4))


def test_a_plan_is_stated_with_its_levels_and_no_more_than_obvious_bounds() -> None:
    plan = greedy_plan(Terms(a_problem(life_policies=(a_policy(target=2),))))

    assert plan is not None
    assert [row.bound for row in plan.levels[:2]] == [0, 0]
    assert plan.level(Level.COST).bound < 0


@pytest.mark.parametrize("seed", range(SEEDS))
def test_its_plan_passes_the_checker_wherever_doing_least_would(seed: int) -> None:
    problem = a_random_problem(seed)
    terms = Terms(problem)

    plan = greedy_plan(terms)

    if plan is None:
        # Commitments or freezes leave no room, whatever is decided.
        assert rules_broken(problem, account_for(terms, least_decisions(terms)).decisions)
    else:
        assert violations(problem, plan) == []
