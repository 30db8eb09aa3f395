"""Searches that take a problem apart: sound, repeatable when counted, and never without a plan."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from benchmarks.plan.alliances import wmas
from benchmarks.plan.ambcap import ambcap
from services.capital.optimiser import decomposed
from services.capital.optimiser.account import account_for
from services.capital.optimiser.check import violations
from services.capital.optimiser.engine.program import with_own_rows
from services.capital.optimiser.greedy import greedy_decisions
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import Limits, Progress
from services.capital.optimiser.mathopt_adapter import Effort, Stop, solve_program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level, Outcome
from services.capital.optimiser.problem import ApprovedOrder, Guarantee
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.yardstick import to_solver
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    RYA,
    RYD,
    a_mandate,
    a_policy,
    a_problem,
    an_option,
    cohorts,
)
from tests.unit.capital.optimiser.cases.sites import a_duty
from tests.unit.capital.optimiser.in_parts import COUNTED, taken_apart
from tests.unit.capital.optimiser.random_problems import a_random_problem

RUNS = 20


def stopping(after: int, stop: Stop) -> Callable[[Progress], None]:
    """Return a listener that stops the search at what it hears so many times."""
    heard: list[Progress] = []

    def listen(progress: Progress) -> None:
        heard.append(progress)
        if len(heard) == after:
            stop.interrupt()

    return listen


def test_twenty_runs_of_one_seed_and_count_give_the_same_plan_and_the_same_proof() -> None:
    problem = a_random_problem(3)

    plans = [taken_apart(problem, COUNTED) for _ in range(RUNS)]

    assert len(set(map(repr, plans))) == 1


def test_an_executor_changes_no_counted_plan() -> None:
    problem = a_random_problem(4)

    with ThreadPoolExecutor(2) as executor:
        together = taken_apart(problem, COUNTED, executor)

    assert together == taken_apart(problem, COUNTED)


@pytest.mark.parametrize("rows_at_once", [decomposed.MOST_ROWS_AT_ONCE, 0])
def test_what_parts_prove_is_never_above_what_the_whole_comes_to(
    monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    monkeypatch.setattr(decomposed, "MOST_ROWS_AT_ONCE", rows_at_once)
    for seed in range(12):
        problem = a_random_problem(seed)
        best = solve(problem, Limits(seconds=60, gap_ppm=0))

        plan = taken_apart(problem, COUNTED)

        if plan.has_decisions:
            assert violations(problem, plan) == [], seed
            assert [row.value for row in best.levels] <= [row.value for row in plan.levels], seed
        for level, known in zip(plan.levels, best.levels, strict=False):
            assert level.bound <= max(known.value, level.value), seed
        if plan.levels and plan.levels[:-1] == best.levels[:-1]:
            assert plan.level(Level.COST).bound <= best.level(Level.COST).value, seed


def test_an_approved_order_of_a_fleet_that_is_no_more_costs_its_change_in_parts_as_well() -> None:
    order = ApprovedOrder(
        trust=RYD, option_id=an_option().option_id, financial_year=FIRST, vehicles=1
    )
    problem = a_problem(trusts=(RYA, RYD), approved_orders=(order,), change_price_pence=500)

    plan = taken_apart(problem, COUNTED)

    assert plan.cost is not None
    assert plan.cost.change_pence == 500
    assert violations(problem, plan) == []


@pytest.mark.parametrize("limits", [COUNTED, Limits(seconds=60)])
def test_where_no_whole_plan_is_found_parts_say_nothing_is_known(limits: Limits) -> None:
    # Half of it is to be electric and half of it must not be, of one vehicle that must be new.
    problem = a_problem(
        cohorts=cohorts({9: 1}),
        options=(an_option(), an_option(BEV)),
        life_policies=(a_policy(target=5, maximum=9),),
        mandates=(a_mandate(FIRST, share=500),),
        duty_fits=(a_duty(500),),
        guarantees=(Guarantee(trust=RYA, most_shortfall=0, most_over_age=9),),
    )

    plan = taken_apart(problem, limits)

    assert plan.outcome is Outcome.UNKNOWN
    assert solve(problem, limits).outcome is Outcome.INFEASIBLE


def test_of_more_closer_rows_than_at_once_those_that_are_broken_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decomposed, "MOST_ROWS_AT_ONCE", 0)
    # Without a round of prices, what linear programmes prove is all that is known.
    monkeypatch.setattr(decomposed, "ROUNDS", 0)
    problem = ambcap(4, lumpy=True)
    model = RenewalModel(Terms(problem))
    program = model.arrays().with_cost(*model.cost(Level.COST)).relaxed()
    program = program.with_most(model.cost(Level.SHORTFALL)[0], 0.0)

    plan = taken_apart(problem, replace(COUNTED, nodes=1))

    plain = solve_program(program, Effort(seconds=20.0))
    assert plain.x is not None
    broken = model.closer_rows().broken_by(plain.x, 1e-4)
    closer = solve_program(with_own_rows(program, broken), Effort(seconds=20.0))
    assert len(broken.lower) > 10
    assert closer.value is not None
    assert plain.value is not None
    assert closer.value > plain.value * 1.0001
    proved = to_solver(Level.COST, plan.level(Level.COST).bound)
    assert plan.level(Level.SHORTFALL).value == 0
    assert proved >= closer.value * 0.99999


def test_what_has_nothing_all_or_nothing_is_solved_at_once_too() -> None:
    problem = ambcap(5)

    plan = taken_apart(problem, replace(COUNTED, nodes=1))

    # Parts alone come to 40 millionths with the same counts.
    assert plan.cost_gap_ppm < 20
    assert violations(problem, plan) == []


def test_of_plans_offered_at_the_same_time_the_best_stays() -> None:
    problem = wmas(years=10)
    terms = Terms(problem)
    best = greedy_decisions(terms)
    assert best is not None
    # Each gives up one more of the purchases, and is short of what they would have brought.
    offers = [replace(best, purchases=best.purchases[:-kept]) for kept in range(1, 9)]
    incumbent = Incumbent(terms, seed=0)

    with ThreadPoolExecutor(8) as together:
        list(together.map(incumbent.offer, [*offers, best, *offers]))

    assert incumbent.best is not None
    assert incumbent.best.values == account_for(terms, best).values


def test_a_search_that_is_stopped_has_its_best_plan_and_what_is_proved_of_it() -> None:
    problem = wmas(years=10)
    for after in (1, 3, 5):
        stop = Stop()

        plan = solve(problem, Limits(seconds=60), stopping(after, stop), stop=stop)

        assert plan.has_decisions
        assert violations(problem, plan) == []
        assert all(row.bound <= row.value for row in plan.levels)
