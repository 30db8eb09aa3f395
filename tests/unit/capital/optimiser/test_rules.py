"""Every rule, allowing and refusing, in the model and in the checker alike."""

import pytest

from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    DIESEL,
    FIRST,
    a_need,
    a_policy,
    a_problem,
    a_size,
    an_option,
    bought,
    budgets,
    cohorts,
    gone,
    is_in_model,
    rules_broken,
)
from tests.unit.capital.optimiser.cases import Case, fleet, money, supply

SECOND = FIRST + 1

CASES = (*fleet.CASES, *money.CASES, *supply.CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.because)
def test_what_keeps_a_rule_is_allowed_by_model_and_checker(case: Case) -> None:
    assert rules_broken(case.problem, case.kept) == set()
    assert is_in_model(case.problem, case.kept)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.because)
def test_what_breaks_a_rule_is_refused_by_model_and_checker(case: Case) -> None:
    assert rules_broken(case.problem, case.broken) == {case.rule}
    assert not is_in_model(case.problem, case.broken)


def test_every_rule_that_may_not_be_broken_has_its_cases() -> None:
    counted = {Rule.AVAILABILITY, Rule.ESTABLISHMENT_MINIMUM, Rule.TARGET_AGE, Rule.WHOLE_LIFE_COST}
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
