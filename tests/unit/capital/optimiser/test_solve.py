"""What a search answers, and what it says is proved."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.plan.alliances import wmas
from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import SolverFault
from services.capital.optimiser.levels import undiluted_pence
from services.capital.optimiser.limits import Limits, Phase, Progress
from services.capital.optimiser.mathopt_adapter import Effort, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level, Outcome
from services.capital.optimiser.problem import DisposalFreeze, Lease
from services.capital.optimiser.proof import gap_ppm, is_proved
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from services.capital.problem_wire import problem_from_json
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_need,
    a_policy,
    a_problem,
    a_profile,
    a_size,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.cases.sites import a_duty
from tests.unit.capital.optimiser.exactness import assert_is_the_best
from tests.unit.capital.optimiser.random_problems import a_random_problem

TOY = Path(__file__).parents[4] / "scenarios" / "toy" / "problem.json"
TO_PROOF = Limits(seconds=20, gap_ppm=0)


def test_the_toy_is_planned_as_worked_out_by_hand() -> None:
    problem = problem_from_json(TOY.read_bytes())

    plan = solve(problem, TO_PROOF)

    assert plan.outcome is Outcome.OPTIMAL
    # Three fall due each year from 2027; in 2030 the money buys two of the electric ones asked for.
    assert [(row.option_id, row.delivery_year, row.vehicles) for row in plan.purchases] == [
        ("DCA-BEV", 2030, 2),
        ("DCA-DIESEL", 2027, 3),
        ("DCA-DIESEL", 2028, 3),
        ("DCA-DIESEL", 2029, 3),
    ]
    assert [row.value for row in plan.levels] == [0, 1, 219_800_000]


def test_no_money_is_no_reason_to_call_a_problem_infeasible() -> None:
    problem = a_problem(envelopes=(), life_policies=(a_policy(target=1, maximum=3),))

    plan = solve(problem, TO_PROOF)

    assert plan.outcome is Outcome.OPTIMAL
    # Both are over age twice, and then past their maximum: two vacancies.
    assert [row.value for row in plan.levels[:2]] == [2, 4]


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        (
            {"commitments": (a_commitment(FIRST, 3, envelope=f"provider-{FIRST}"),)},
            "what is on order costs more than its envelope holds",
        ),
        ({"commitments": (a_commitment(FIRST, 3),)}, "what is on order is more than may be had"),
        (
            {
                "life_policies": (a_policy(maximum=1),),
                "disposal_freezes": (
                    DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=FIRST),
                ),
            },
            "vehicles must go in a year in which none may",
        ),
        (
            {
                "establishments": (a_size(0, 1), a_size(0, 0, since=FIRST + 1)),
                "commitments": (a_commitment(FIRST + 1),),
            },
            "an ambulance comes where none may be had",
        ),
    ],
)
def test_rules_that_cannot_hold_together_are_proved_infeasible(
    changes: dict[str, object], because: str
) -> None:
    plan = solve(a_problem(**changes), TO_PROOF)

    assert plan.outcome is Outcome.INFEASIBLE, because
    assert plan.levels == ()
    assert plan.cost is None


def test_a_price_equal_to_the_budget_is_affordable() -> None:
    problem = a_problem(
        cohorts=cohorts({5: 1}),
        life_policies=(a_policy(target=5),),
        options=(an_option(price=9_999_999),),
        envelopes=(an_envelope(FIRST, 9_999_999),),
    )

    assert solve(problem, TO_PROOF).purchases == (bought(FIRST),)


def test_a_budget_one_penny_short_buys_nothing() -> None:
    problem = a_problem(
        cohorts=cohorts({5: 1}),
        life_policies=(a_policy(target=5),),
        options=(an_option(price=9_999_999),),
        envelopes=(an_envelope(FIRST, 9_999_998),),
    )

    assert solve(problem, TO_PROOF).purchases == ()


def test_nothing_is_ordered_that_would_come_after_the_horizon() -> None:
    problem = a_problem(options=(an_option(lead=3),), life_policies=(a_policy(target=1),))

    assert solve(problem, TO_PROOF).purchases == ()


def test_a_minimum_order_larger_than_the_fleet_is_never_placed() -> None:
    problem = a_problem(options=(an_option(minimum=3),), life_policies=(a_policy(target=1),))

    assert solve(problem, TO_PROOF).purchases == ()


def test_one_seed_gives_one_plan() -> None:
    problem = wmas(years=2)
    limits = Limits(seconds=60, gap_ppm=1_000, seed=7, nodes=20)

    assert solve(problem, limits) == solve(problem, limits)


def test_the_order_of_rows_changes_nothing() -> None:
    problem = a_random_problem(3)
    turned = replace(
        problem,
        cohorts=problem.cohorts[::-1],
        options=problem.options[::-1],
        envelopes=problem.envelopes[::-1],
        trusts=problem.trusts[::-1],
    )

    assert solve(problem, TO_PROOF) == solve(turned, TO_PROOF)


def test_more_money_never_makes_a_plan_worse() -> None:
    tight, ample = (
        a_problem(
            cohorts=cohorts({3: 2, 4: 2}),
            life_policies=(a_policy(target=4),),
            envelopes=budgets(*vehicles),
        )
        for vehicles in ((1, 0, 1), (1, 1, 1))
    )

    before, after = (solve(problem, TO_PROOF) for problem in (tight, ample))

    assert [row.value for row in after.levels] <= [row.value for row in before.levels]


def test_a_search_cut_short_says_what_it_has_and_what_it_proved() -> None:
    problem = wmas(years=10, budget_share=0.9)

    plan = solve(problem, Limits(seconds=2, gap_ppm=0))

    assert plan.outcome is Outcome.FEASIBLE
    assert violations(problem, plan) == []
    assert all(row.bound <= row.value for row in plan.levels)
    assert plan.cost_gap_ppm > 0


def test_progress_tells_phase_level_incumbent_and_bound() -> None:
    heard: list[Progress] = []

    plan = solve(wmas(years=3), Limits(seconds=20, gap_ppm=1_000), heard.append)

    assert heard[0].phase is Phase.DRAFTING
    proving = [row for row in heard if row.phase is Phase.PROVING]
    assert {row.level for row in proving} == set(Level)
    last = proving[-1]
    assert last.incumbent is not None
    assert last.incumbent >= plan.level(Level.COST).value
    assert all(row.gap_ppm is None or row.gap_ppm >= 0 for row in heard)


def test_no_price_of_another_level_makes_a_gap_told_look_smaller() -> None:
    # Vehicles past their age weigh ten times what they cost.
    problem = replace(wmas(years=3), over_age_price_pence=1_000_000_000)
    heard: list[Progress] = []

    plan = solve(problem, Limits(seconds=5, gap_ppm=0), heard.append)

    assert plan.cost is not None
    assert plan.cost.over_age_pence > undiluted_pence(plan.cost)
    last = [row for row in heard if row.gap_ppm is not None][-1]
    assert last.incumbent is not None
    assert last.bound is not None
    assert last.priced == plan.cost.over_age_pence
    apart = gap_ppm(last.incumbent - last.priced, last.bound - last.priced)
    assert last.gap_ppm == apart > 5 * gap_ppm(last.incumbent, last.bound)


def test_what_the_solver_stumbles_over_when_it_presolves_is_solved_without() -> None:
    carrying = replace(an_envelope(FIRST, 0), carry_forward_pence=2 * PRICE, proceeds_permille=1000)
    lease = Lease(term_years=2, yearly_payment_pence=(3_000_000,) * 2)
    problem = a_problem(
        years=2,
        trusts=(RYA, RYD),
        age_profiles=(
            replace(a_profile(), running_cost_pence=(100_000,), resale_pence=(PRICE,)),
            replace(
                a_profile(BEV),
                running_cost_pence=(PRICE,),
                off_road_permille=(0,),
                resale_pence=(PRICE,),
                terminal_value_pence=(PRICE,),
            ),
        ),
        cohorts=(
            *(replace(row, technology=BEV) for row in cohorts({3: 1})),
            *cohorts({0: 1}),
            *cohorts({5: 2}, trust=RYD),
        ),
        options=(replace(an_option(price=(PRICE,) * 2, lead=1, minimum=2), lease=lease),),
        envelopes=(carrying, an_envelope(FIRST + 1, 0)),
        needs=(a_need(1, FIRST + 1),),
        discount_ppm=(1_000_000, 960_000, 920_000),
        price_index_permille=(1000, 1030, 1060),
        duty_fits=(a_duty(0),),
    )

    plan = solve(problem, TO_PROOF)

    assert_is_the_best(problem, plan)


def test_a_fault_of_the_solver_is_told_apart_from_an_answer() -> None:
    model = RenewalModel(Terms(a_problem()))
    model.minimise(Level.COST)

    with pytest.raises(SolverFault, match="HiGHS refused"):
        minimise(model.program, Effort(seconds=1, seed=-1), lambda found, bound: None)


@pytest.mark.parametrize(
    ("level", "value", "bound", "proved"),
    [
        (Level.OVER_AGE, 7, 7, True),
        (Level.OVER_AGE, 7, 6, False),  # one whole vehicle-year might be saved
        (Level.COST, 50_000, 49_900, True),  # one pound
        (Level.COST, 50_000, 49_899, False),
        (Level.COST, 10**10, 10**10 - 10**4, True),  # one part in a million
        (Level.COST, 10**10, 10**10 - 10**4 - 1, False),
        (Level.COST, -(10**10), -(10**10) - 10**4, True),
    ],
)
def test_proved_means_exactly_for_counts_and_within_a_millionth_for_cost(
    level: Level, value: int, bound: int, *, proved: bool
) -> None:
    assert is_proved(level, value, bound) is proved


@pytest.mark.parametrize(
    ("value", "bound", "ppm"),
    [
        (100, 100, 0),
        (10_000_000, 9_999_999, 1),  # a tenth of a millionth is stated as one
        (1_000_000, 900_000, 100_000),
        (-1_000_000, -1_100_000, 100_000),
        (0, -5, 5_000_000),
    ],
)
def test_a_gap_is_relative_to_the_value_and_rounded_up(value: int, bound: int, ppm: int) -> None:
    assert gap_ppm(value, bound) == ppm
