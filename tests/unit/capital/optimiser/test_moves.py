"""Vehicles given to other trusts and held in reserve: what a plan does with them."""

from dataclasses import replace

import pytest

from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import BandCode, Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.validate import check_problem
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_from_json, problem_to_json
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    RYA,
    RYD,
    a_need,
    a_problem,
    a_profile,
    a_reserve,
    a_route,
    a_size,
    budgets,
    cohorts,
    given,
    reserved,
)


def planned(problem: Problem) -> Plan:
    plan = solve(problem, Limits(seconds=5, gap_ppm=0))
    assert violations(problem, plan) == []
    assert plan_from_json(plan_to_json(plan)) == plan
    assert problem_from_json(problem_to_json(problem)) == problem
    return plan


def two_trusts(**changes: object) -> Problem:
    """Return RYA with three young ambulances too many, RYD with none and a need of one."""
    problem = a_problem(
        trusts=(RYA, RYD),
        cohorts=cohorts({1: 3}),
        establishments=(a_size(0, 3), a_size(0, 3, trust=RYD)),
        needs=(replace(a_need(1, FIRST), trust=RYD),),
        envelopes=(),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]  # each test names its own fields


def test_a_trust_in_need_is_given_what_another_can_spare() -> None:
    alone = planned(two_trusts())
    together = planned(two_trusts(transfer_routes=(a_route(RYA, RYD, cost=700_000),)))

    assert alone.level(Level.SHORTFALL).value == 1
    assert together.level(Level.SHORTFALL).value == 0
    assert together.moves == (given(FIRST, 2),)
    assert together.cost is not None
    assert together.cost.transfer_pence == 1_400_000
    rows = {(row.trust, row.financial_year): row for row in together.fleet_years}
    assert (rows[RYA, FIRST].given, rows[RYD, FIRST].received) == (2, 2)


def test_a_vehicle_that_is_given_keeps_its_age() -> None:
    plan = planned(
        two_trusts(
            transfer_routes=(a_route(RYA, RYD),),
            needs=tuple(replace(a_need(1, FIRST + place), trust=RYD) for place in range(3)),
        )
    )

    ages = {row.financial_year - row.entry_year for row in plan.stock if row.trust == RYD}
    assert ages == {1, 2, 3}


def test_a_reserve_meets_a_need_at_its_share_and_saves_running_cost() -> None:
    problem = a_problem(
        reserves=(a_reserve(2, since=1, saved=400),),
        establishments=(a_size(0, 2),),
        needs=(a_need(2, FIRST),),
        envelopes=budgets(2, 0, 0),
    )

    plan = planned(problem)

    assert plan.level(Level.SHORTFALL).value == 0
    first = plan.fleet_years[0]
    # Two on the front line at 900 thousandths, one in reserve at half of that.
    assert (first.vehicles, first.in_reserve, first.available_permille) == (2, 1, 2250)
    assert plan.moves == (reserved(FIRST),)


def test_a_vehicle_in_reserve_is_never_over_age() -> None:
    problem = a_problem(
        cohorts=tuple(replace(row, in_reserve=True) for row in cohorts({9: 2})),
        reserves=(a_reserve(2),),
        needs=(a_need(1, FIRST),),
    )

    plan = planned(problem)

    assert plan.level(Level.OVER_AGE).value == 0
    assert plan.level(Level.SHORTFALL).value == 1


def test_vehicles_in_a_mileage_band_cost_and_stand_as_their_band_does() -> None:
    high = BandCode("high")
    driven = replace(a_profile(), band=high, running_cost_pence=(7_000,), off_road_permille=(400,))
    problem = a_problem(
        cohorts=tuple(replace(row, band=high) for row in cohorts({1: 2})),
        age_profiles=(a_profile(), a_profile(BEV), driven),
        establishments=(a_size(2, 2),),
        envelopes=(),
    )

    plan = planned(problem)

    assert plan.cost is not None
    assert plan.cost.running_pence == 3 * 2 * 7_000
    assert plan.fleet_years[0].available_permille == 1200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"transfer_routes": (a_route(RYA, RYA),)}, "transfer_routes[0].to_trust"),
        ({"transfer_routes": (a_route(RYA, RYD),)}, "transfer_routes[0].to_trust"),
        ({"reserves": (a_reserve(1), a_reserve(2))}, "reserves[1]"),
        ({"reserves": (a_reserve(1, since=5, oldest=5),)}, "reserves[0].maximum_age_years"),
        ({"reserves": (a_reserve(-1),)}, "reserves[0].maximum"),
        (
            {"cohorts": tuple(replace(row, in_reserve=True) for row in cohorts({1: 1}))},
            "cohorts[0].in_reserve",
        ),
        (
            {"cohorts": tuple(replace(row, band=BandCode("high")) for row in cohorts({1: 1}))},
            "cohorts[0].band",
        ),
    ],
)
def test_moves_that_cannot_be_meant_are_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert field in [fault.field for fault in refusal.value.faults]
