"""Boxes on new chassis: what they are worth, and which offers make no sense."""

from dataclasses import replace
from random import Random

import pytest

from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import Lease, Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import MoveKind, Terms
from services.capital.optimiser.validate import check_problem
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_from_json, problem_to_json
from tests.unit.capital.optimiser.build import (
    FIRST,
    PRICE,
    RYA,
    RYD,
    YEARS,
    a_need,
    a_policy,
    a_problem,
    a_route,
    a_size,
    an_offer,
    an_option,
    boxes,
    budgets,
    cohorts,
    remounted,
)


def planned(problem: Problem) -> Plan:
    plan = solve(problem, Limits(seconds=5, gap_ppm=0))
    assert violations(problem, plan) == []
    assert plan_from_json(plan_to_json(plan)) == plan
    assert problem_from_json(problem_to_json(problem)) == problem
    return plan


def test_a_remount_is_chosen_where_it_is_cheaper_than_a_new_vehicle() -> None:
    problem = a_problem(
        cohorts=boxes({4: 1}),
        life_policies=(a_policy(target=5),),
        remount_offers=(an_offer(),),
        envelopes=budgets(0, 1, 0),
    )

    plan = planned(problem)

    assert plan.moves == (remounted(FIRST + 1, entry=FIRST - 4, box=FIRST - 4),)
    assert plan.purchases == ()
    assert plan.cost is not None
    assert plan.cost.remount_pence == PRICE // 2
    assert [row.remounted for row in plan.fleet_years] == [0, 1, 0]
    assert [row.over_age for row in plan.fleet_years] == [0, 0, 0]


def test_a_vehicle_that_is_away_half_the_year_counts_for_the_other_half() -> None:
    problem = a_problem(
        cohorts=boxes({9: 2}),
        life_policies=(a_policy(target=5),),
        remount_offers=(an_offer(weeks=26),),
        options=(),
    )

    plan = planned(problem)

    # Both in the first year, each on the road for half of nine tenths.
    assert [row.available_permille for row in plan.fleet_years] == [900, 1800, 1800]


def test_a_remount_waits_for_when_a_vehicle_can_be_spared() -> None:
    problem = a_problem(
        cohorts=boxes({9: 2}),
        life_policies=(a_policy(target=5),),
        remount_offers=(an_offer(weeks=26),),
        needs=(a_need(1, FIRST), a_need(1, FIRST + 1)),
        establishments=(a_size(2, 2),),
        options=(),
    )

    plan = planned(problem)

    assert [row.remounted for row in plan.fleet_years] == [1, 1, 0]


def test_a_box_is_given_to_the_trust_that_may_remount_it() -> None:
    problem = a_problem(
        trusts=(RYA, RYD),
        cohorts=boxes({6: 1}),
        establishments=(a_size(0, 1), a_size(1, 1, trust=RYD)),
        life_policies=(a_policy(maximum=7), replace(a_policy(target=5), trust=RYD)),
        transfer_routes=(a_route(RYA, RYD),),
        remount_offers=(replace(an_offer(), trust=RYD),),
        options=(),
    )

    plan = planned(problem)

    assert {row.kind for row in plan.moves} == {MoveKind.TRANSFER, MoveKind.REMOUNT}
    assert plan.level(Level.OVER_AGE).value == 1


@pytest.mark.parametrize("seed", range(15))
def test_where_boxes_never_wear_out_remounts_are_as_good_as_new_vehicles(seed: int) -> None:
    random = Random(seed)
    ages = {age: random.randint(1, 3) for age in random.sample(range(8), 3)}
    price = tuple(random.choice((50_000, 200_000, 900_000)) for _ in range(YEARS))
    market = a_problem(
        cohorts=boxes(ages),
        options=(an_option(price=price),),
        envelopes=tuple(
            replace(row, allocation_pence=random.randint(0, 4) * 200_000)
            for row in budgets(1, 1, 1)
        ),
        life_policies=(a_policy(target=random.choice((0, 3, 5))),),
    )
    workshop = replace(market, options=(), remount_offers=(an_offer(price=price, times=5),))

    new, renewed = planned(market), planned(workshop)

    assert [row.value for row in renewed.levels] == [row.value for row in new.levels]


def test_where_no_remount_is_offered_boxes_make_no_vintages_of_their_own() -> None:
    assert Terms(a_problem(cohorts=boxes({1: 2}))).opening == Terms(a_problem()).opening


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"remount_offers": (an_offer(price=(1,)),)}, "remount_offers[0].price_pence"),
        ({"remount_offers": (an_offer(times=0),)}, "remount_offers[0].maximum_remounts"),
        ({"remount_offers": (an_offer(weeks=53),)}, "remount_offers[0].weeks_out"),
        ({"remount_offers": (an_offer(box_age=0),)}, "remount_offers[0].maximum_box_age_years"),
        ({"remount_offers": (an_offer(), an_offer())}, "remount_offers[1]"),
        ({"remount_offers": (an_offer(lines=("none",)),)}, "remount_offers[0].supply_lines[0]"),
        ({"cohorts": boxes({3: 1}, box_age=2)}, "cohorts[0].box_age_years"),
        (
            {
                "remount_offers": (an_offer(),),
                "options": (
                    replace(
                        an_option(), lease=Lease(term_years=2, yearly_payment_pence=(1,) * YEARS)
                    ),
                ),
            },
            "remount_offers[0].technology",
        ),
        (
            {"cohorts": tuple(replace(row, remounts=1) for row in cohorts({1: 1}))},
            "cohorts[0].remounts",
        ),
    ],
)
def test_remounts_that_cannot_be_meant_are_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert field in [fault.field for fault in refusal.value.faults]
