"""Every rule, allowing and refusing, in the model and in the checker alike."""

from dataclasses import replace

import pytest

from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    DIESEL,
    FIRST,
    a_hire,
    a_need,
    a_policy,
    a_problem,
    a_size,
    an_option,
    bought,
    budgets,
    cohorts,
    gone,
    hired,
    is_in_model,
    rules_broken,
)
from tests.unit.capital.optimiser.cases import (
    Case,
    fleet,
    hire,
    money,
    moves,
    promise,
    revenue,
    ruling,
    sites,
    supply,
)

SECOND = FIRST + 1

CASES = (
    *ruling.CASES,
    *fleet.CASES,
    *money.CASES,
    *revenue.CASES,
    *supply.CASES,
    *hire.CASES,
    *moves.CASES,
    *sites.CASES,
    *promise.CASES,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.because)
def test_what_keeps_a_rule_is_allowed_by_model_and_checker(case: Case) -> None:
    assert rules_broken(case.problem, case.kept) == set()
    assert is_in_model(case.problem, case.kept)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.because)
def test_what_breaks_a_rule_is_refused_by_model_and_checker(case: Case) -> None:
    assert rules_broken(case.problem, case.broken) == {case.rule}
    assert not is_in_model(case.problem, case.broken)


def test_every_rule_that_may_not_be_broken_has_its_cases() -> None:
    counted = {
        Rule.AVAILABILITY,
        Rule.ESTABLISHMENT_MINIMUM,
        Rule.TARGET_AGE,
        Rule.WHOLE_LIFE_COST,
        Rule.CARRY_FORWARD,
        Rule.ORDERING_CHARGE,
        Rule.PRICE_TIER,
        Rule.ORDER_CHANGE,
    }
    about_statements = {Rule.WELL_FORMED, Rule.HONEST_PROOF}

    assert {case.rule for case in CASES} == set(Rule) - counted - about_statements


@pytest.mark.parametrize(
    ("required", "shortfall"),
    [
        (1, 0),  # two ambulances, a tenth of the time off the road: 1.8 are there
        (2, 1),  # 0.2 missing is one whole vehicle missing
    ],
)
def test_each_whole_vehicle_missing_from_a_need_is_counted(required: int, shortfall: int) -> None:
    problem = a_problem(needs=(a_need(required, FIRST),))

    plan = solve(problem, Limits(seconds=5))

    assert plan.level(Level.SHORTFALL).value == shortfall


@pytest.mark.parametrize(
    ("minimum", "vacancies"),
    [
        (2, 0),  # two there
        (3, 3),  # one missing, each of three years
    ],
)
def test_each_vehicle_missing_from_the_establishment_is_counted(
    minimum: int, vacancies: int
) -> None:
    problem = a_problem(establishments=(a_size(minimum, 3),), envelopes=())

    plan = solve(problem, Limits(seconds=5))

    assert plan.level(Level.SHORTFALL).value == vacancies


@pytest.mark.parametrize(
    ("target", "over_age"),
    [
        (4, 0),  # of ages 1, 2 and 3 in the three years
        (3, 2),  # both in the third year
        (0, 0),  # no target
    ],
)
def test_each_vehicle_year_at_the_target_age_is_counted(target: int, over_age: int) -> None:
    problem = a_problem(life_policies=(a_policy(target=target),), envelopes=())

    plan = solve(problem, Limits(seconds=5))

    assert plan.level(Level.OVER_AGE).value == over_age


def test_money_goes_to_shortfall_before_age_and_to_age_before_cost() -> None:
    problem = a_problem(
        cohorts=cohorts({1: 1, 6: 1}),
        life_policies=(a_policy(target=5),),
        establishments=(a_size(3, 3),),
        envelopes=budgets(1, 1, 0),
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    assert plan.purchases == (bought(FIRST), bought(SECOND))
    assert plan.disposals == (gone(SECOND, entry=FIRST - 6),)
    assert [row.value for row in plan.levels[:2]] == [0, 1]


def test_a_vehicle_is_renewed_early_only_where_its_running_cost_pays_for_it() -> None:
    dear = a_problem(envelopes=budgets(2, 0, 0))
    cheap = a_problem(envelopes=budgets(2, 0, 0), options=(an_option(DIESEL, price=100_000),))

    assert solve(dear, Limits(seconds=5, gap_ppm=0)).purchases == ()
    assert solve(cheap, Limits(seconds=5, gap_ppm=0)).purchases == (bought(FIRST, 2),)


def test_what_is_hired_meets_a_need_for_a_year_and_fills_no_place() -> None:
    problem = a_problem(
        needs=(a_need(3, FIRST),), establishments=(a_size(3, 3),), hires=(a_hire(2, 2, 2),)
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    assert plan.hires == (hired(FIRST),)
    first = plan.fleet_years[0]
    assert (first.vehicles, first.hired, first.shortfall, first.available_permille) == (
        3,
        1,
        0,
        3500,
    )


@pytest.mark.parametrize(
    ("price", "over_age"),
    [
        (9_000_000, 2),  # both in the third year: a new ambulance costs 10,000,000
        (9_900_000, 0),  # and saves a little running cost
    ],
)
def test_over_age_with_a_price_is_avoided_only_where_that_is_worth_it(
    price: int, over_age: int
) -> None:
    problem = a_problem(life_policies=(a_policy(target=3),), over_age_price_pence=price)

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    assert [row.level for row in plan.levels] == [Level.SHORTFALL, Level.COST]
    assert sum(row.over_age for row in plan.fleet_years) == over_age
    assert plan.cost is not None
    assert plan.cost.over_age_pence == over_age * price


def test_shortfall_with_a_price_is_worth_no_more_than_that() -> None:
    needed = a_problem(
        establishments=(a_size(0, 3),), needs=(a_need(2, FIRST + 2),), over_age_price_pence=1
    )
    dear, cheap = (
        solve(replace(needed, shortfall_price_pence=price), Limits(seconds=5, gap_ppm=0))
        for price in (20_000_000, 5_000_000)
    )

    assert [plan.fleet_years[2].shortfall for plan in (dear, cheap)] == [0, 1]
    assert [row.level for row in dear.levels] == [Level.COST]
    assert cheap.cost is not None
    assert cheap.cost.shortfall_pence == 5_000_000
