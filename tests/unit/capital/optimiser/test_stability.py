"""Stability: what a change to the approved orders must save to be made."""

import pytest

from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import ApprovedOrder, OptionId, Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.validate import check_problem
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_from_json, problem_to_json
from tests.unit.capital.optimiser.build import (
    FIRST,
    RYA,
    a_problem,
    an_option,
    bought,
    budgets,
)

SECOND = FIRST + 1


def approved(year: int, vehicles: int = 1) -> ApprovedOrder:
    return ApprovedOrder(
        trust=RYA, option_id=OptionId("DCA-DIESEL"), financial_year=year, vehicles=vehicles
    )


def planned(problem: Problem) -> Plan:
    plan = solve(problem, Limits(seconds=5, gap_ppm=0))
    assert violations(problem, plan) == []
    assert plan_from_json(plan_to_json(plan)) == plan
    assert problem_from_json(problem_to_json(problem)) == problem
    return plan


@pytest.mark.parametrize(
    ("price", "vehicles"),
    [
        (0, 2),  # changes are free: both are renewed, each saving 200,000
        (50_000, 2),  # one vehicle more costs less than it saves
        (5_000_000, 1),  # and here more
    ],
)
def test_a_change_is_made_where_it_saves_its_price(price: int, vehicles: int) -> None:
    problem = a_problem(
        options=(an_option(price=100_000),),
        envelopes=budgets(2, 0, 0),
        approved_orders=(approved(FIRST),),
        change_price_pence=price,
    )

    plan = planned(problem)

    assert plan.purchases == (bought(FIRST, vehicles),)
    assert plan.cost is not None
    assert plan.cost.change_pence == price * (vehicles - 1)


def test_an_approved_order_that_can_no_longer_be_bought_is_a_change() -> None:
    problem = a_problem(
        envelopes=(), approved_orders=(approved(SECOND, 2),), change_price_pence=1_000
    )

    plan = planned(problem)

    assert plan.cost is not None
    assert plan.cost.change_pence == 2_000


def test_what_changes_cost_makes_no_gap_look_smaller() -> None:
    problem = a_problem(
        envelopes=(), approved_orders=(approved(SECOND, 2),), change_price_pence=10**9
    )

    plan = planned(problem)

    assert plan.cost is not None
    level = plan.levels[-1]
    running = plan.cost.running_pence
    assert plan.cost.total_pence == running + 2 * 10**9
    assert plan.cost_gap_ppm == -((level.bound - level.value) * 10**6 // running)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"approved_orders": (approved(FIRST), approved(FIRST, 2))}, "approved_orders[1]"),
        ({"approved_orders": (approved(FIRST + 9),)}, "approved_orders[0].financial_year"),
        ({"approved_orders": (approved(FIRST, 0),)}, "approved_orders[0].vehicles"),
        ({"approved_orders": (approved(FIRST),), "options": ()}, "approved_orders[0].option_id"),
        ({"change_price_pence": -1}, "change_price_pence"),
    ],
)
def test_approved_orders_that_make_no_sense_are_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert field in [fault.field for fault in refusal.value.faults]
