"""Orders placed before it is known how things go."""

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.first_stage import Attitude, FirstStage
from services.capital.optimiser.answers.recourse import recourse
from services.capital.optimiser.answers.scenarios import Scenario
from services.capital.optimiser.answers.two_stage import sampled, two_stage
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.mathopt_adapter import Effort as Look
from services.capital.optimiser.mathopt_adapter import solve_program
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import OptionId, OrderRuling
from tests.unit.capital.optimiser.build import (
    FIRST,
    PRICE,
    RYA,
    a_commitment,
    a_policy,
    a_problem,
    an_option,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.random_problems import a_random_problem

EFFORT = Effort(seconds=100, each=Limits(seconds=20))
EXACT = Effort(seconds=100, each=Limits(seconds=20, gap_ppm=0))


def now_or_later(price_later: int) -> Scenario:
    """Return one ambulance to replace this year or next, at a price next year may change."""
    problem = a_problem(
        cohorts=cohorts({3: 1}),
        life_policies=(a_policy(maximum=5),),
        over_age_price_pence=1,
        options=(an_option(price=(PRICE, price_later, price_later)),),
        envelopes=budgets(1, 9, 9),
    )
    return Scenario(name=f"at {price_later}", sentence="", problem=problem)


def found(*scenarios: Scenario, risk: float) -> int:
    """Return how many are ordered at once."""
    workshop = Workshop("two stages", EFFORT)
    answer = two_stage(scenarios, workshop, Attitude(risk=risk, beta=0.5))
    assert answer.outcome is Outcome.FEASIBLE
    assert answer.value_pence >= answer.bound_pence
    return sum(row.vehicles for row in answer.orders)


def test_the_careful_order_at_once_what_the_hopeful_wait_for() -> None:
    cheap, dear = now_or_later(PRICE // 2), now_or_later(PRICE * 13 // 10)

    assert found(cheap, risk=0.0) == 0
    assert found(dear, risk=0.0) == 1
    # On average a half or 1.3 is less than now's price; at worst it is more.
    assert found(cheap, dear, risk=0.0) == 0
    assert found(cheap, dear, risk=1.0) == 1


def test_mean_and_worst_are_of_the_scenarios_costs() -> None:
    scenarios = [now_or_later(PRICE * tenths // 10) for tenths in (8, 9, 11, 12)]

    answer = two_stage(scenarios, Workshop("two stages", EFFORT), Attitude(risk=0.4, beta=0.5))

    worst = sorted(answer.costs_pence)[2:]
    assert answer.mean_pence == pytest.approx(sum(answer.costs_pence) / 4, abs=2)
    assert answer.worst_pence == pytest.approx(sum(worst) / 2, abs=2)
    expected = 0.6 * answer.mean_pence + 0.4 * answer.worst_pence
    assert answer.value_pence == pytest.approx(expected, abs=5)


def together(scenarios: Sequence[Scenario], attitude: Attitude) -> float | None:
    """Return what all scenarios come to as one programme, its first orders whole; None: nothing."""
    parts = [recourse(row.problem, frozenset({FIRST})) for row in scenarios]
    decisions = sorted({decision for part in parts for decision in part.decided})
    stage = FirstStage(parts, decisions, attitude)
    for scenario in range(len(parts)):
        stage.hold(scenario)
    return solve_program(stage.program(), Look(seconds=20)).value


def test_orders_do_as_well_as_those_of_all_scenarios_in_one_programme() -> None:
    """At random: one to five scenarios, of problems with whatever rules they happen to have."""
    seeds, planned = range(60), 0

    for seed in seeds:
        count = 1 + seed % 5
        scenarios = list(sampled(a_random_problem(seed), count, seed))
        attitude = Attitude(risk=(0.0, 0.3, 1.0)[seed % 3], beta=(0.5, 0.7)[seed % 2])
        least = together(scenarios, attitude)
        answer = two_stage(scenarios, Workshop("two stages", EXACT), attitude)
        expected = Outcome.INFEASIBLE if least is None else Outcome.FEASIBLE
        assert answer.outcome is expected, seed
        if least is not None:
            pence = least * PENCE_PER_COST_UNIT
            assert answer.value_pence == pytest.approx(pence, rel=5e-6, abs=100), seed
            assert answer.bound_pence <= answer.value_pence
            assert answer.bound_pence == pytest.approx(pence, rel=5e-6, abs=100), seed
            planned += 1

    sys.stdout.write(f"seeds {seeds}, of them with a plan: {planned}\n")
    assert planned > len(seeds) // 2


def test_each_scenario_alone_may_have_a_plan_where_all_have_none_together() -> None:
    ruling = OrderRuling(trust=RYA, option_id=OptionId("DCA-DIESEL"), financial_year=FIRST)
    bought, not_bought = replace(ruling, minimum=1), replace(ruling, maximum=0)
    scenarios = [
        replace(
            now_or_later(PRICE), problem=replace(now_or_later(PRICE).problem, order_rulings=(row,))
        )
        for row in (bought, not_bought)
    ]

    assert two_stage(scenarios[:1], Workshop("one", EFFORT)).outcome is Outcome.FEASIBLE
    assert two_stage(scenarios[1:], Workshop("one", EFFORT)).outcome is Outcome.FEASIBLE
    assert two_stage(scenarios, Workshop("both", EFFORT)).outcome is Outcome.INFEASIBLE


def test_first_orders_keep_their_minimum_and_pay_for_being_placed() -> None:
    """Two are due, money at once is for one, and next year they are dearer."""
    dear = now_or_later(PRICE * 13 // 10)
    option = dear.problem.options[0]
    by_two = replace(option, minimum_order=2)
    charged = replace(option, order_charge_pence=(PRICE // 2, 0, 0))

    ordered = [
        found(
            replace(
                dear,
                problem=replace(
                    dear.problem,
                    options=(row,),
                    cohorts=cohorts({3: 2}),
                    envelopes=budgets(money, 9, 9),
                ),
            ),
            risk=0.0,
        )
        for row, money in ((option, 1), (by_two, 1), (by_two, 2), (charged, 1))
    ]

    assert ordered == [1, 0, 2, 0]


def test_samples_are_seeded_and_know_the_first_year() -> None:
    problem = now_or_later(PRICE).problem

    rows = list(sampled(problem, 100, seed=7))

    assert len(rows) == 100
    assert rows == list(sampled(problem, 100, seed=7))
    assert rows != list(sampled(problem, 100, seed=8))
    first = {(row.problem.envelopes[0], row.problem.options[0].price_pence[0]) for row in rows}
    assert first == {(problem.envelopes[0], PRICE)}


@pytest.mark.parametrize("count", [-5, 0, 101])
def test_no_sample_and_more_than_a_hundred_are_refused(count: int) -> None:
    with pytest.raises(InvalidProblem, match="scenarios"):
        list(sampled(now_or_later(PRICE).problem, count, seed=7))


def test_a_hundred_scenarios_are_taken_together() -> None:
    problem = replace(now_or_later(PRICE).problem, cohorts=cohorts({2: 3, 3: 4, 4: 2}))
    scenarios = list(sampled(problem, 100, seed=1))

    answer = two_stage(scenarios, Workshop("two stages", EFFORT), Attitude(risk=0.5, beta=0.9))

    assert len(answer.costs_pence) == 100
    assert answer.worst_pence >= answer.mean_pence
    assert answer.value_pence >= answer.bound_pence


def test_where_a_scenario_has_no_plan_no_orders_suit_them_all() -> None:
    order = a_commitment(FIRST, 2, envelope=f"provider-{FIRST}")
    never = replace(now_or_later(PRICE).problem, commitments=(order,))

    answer = two_stage(
        [now_or_later(PRICE), Scenario(name="never", sentence="", problem=never)],
        Workshop("two stages", EFFORT),
    )

    assert (answer.outcome, answer.orders) == (Outcome.INFEASIBLE, ())
