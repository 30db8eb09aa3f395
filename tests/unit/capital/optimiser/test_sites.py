"""Hubs, chargers and duties: what a plan does with their limits, and which make no sense."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from services.capital.optimiser.check import violations
from services.capital.optimiser.check.placing import most_placed
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.problem import Commissioning, TypeCode, VehicleType
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import check_problem
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_from_json, problem_to_json
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    FIRST,
    PRICE,
    RYA,
    YEARS,
    a_mandate,
    a_problem,
    a_site,
    an_envelope,
    an_option,
    wired,
)
from tests.unit.capital.optimiser.cases.sites import a_duty, a_hub


def test_chargers_are_bought_where_vehicles_that_pay_for_them_need_them() -> None:
    problem = a_problem(
        options=(an_option(BEV, price=100_000),),
        charging_sites=(a_site(0, 0, 0, each=2000, maximum=(1, 1, 1), price=50_000),),
        duty_fits=(a_duty(1000),),
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    assert violations(problem, plan) == []
    assert plan.chargers == (wired(FIRST),)
    assert plan.cost is not None
    assert (plan.cost.capital_pence, plan.cost.charger_pence) == (200_000, 50_000)
    assert sum(row.spent_pence for row in plan.envelope_uses) == 250_000
    assert plan_from_json(plan_to_json(plan)) == plan
    assert problem_from_json(problem_to_json(problem)) == problem


def test_a_mandate_waits_for_chargers() -> None:
    problem = a_problem(
        options=(an_option(), an_option(BEV)),
        mandates=(a_mandate(FIRST),),
        charging_sites=(a_site(0, 0, 0),),
        envelopes=(an_envelope(FIRST, 2 * PRICE),),
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    assert plan.purchases == ()


@pytest.mark.parametrize("seed", range(30))
def test_vehicles_find_their_hubs_exactly_when_no_choice_of_hubs_is_overrun(seed: int) -> None:
    random = Random(seed)
    types = tuple(TypeCode(name) for name in ("A", "B", "C"))
    hubs = tuple(
        a_hub(str(n), random.randint(0, 4), takes=tuple(random.sample(types, random.randint(1, 3))))
        for n in range(4)
    )
    coming = Counter({code: random.randint(0, 5) for code in types})
    terms = Terms(a_problem(vehicle_types=tuple(map(_type, types)), commissioning=hubs, years=1))

    placed = most_placed(coming, [(hub.vehicle_types, hub.vehicles[0]) for hub in hubs])

    within = all(
        sum(coming[code] for code in confined.vehicle_types)
        <= sum(hub.vehicles[0] for hub in confined.hubs)
        for confined in terms.confined(RYA)
    )
    assert (placed == coming.total()) == within


def _type(code: TypeCode) -> VehicleType:
    return VehicleType(code=code)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"charging_sites": (a_site(1, 1),)}, "charging_sites[0].chargers"),
        ({"charging_sites": (a_site(1, 1, 1, maximum=(1,)),)}, "charging_sites[0].maximum"),
        ({"charging_sites": (a_site(1, 1, 1), a_site(1, 1, 1))}, "charging_sites[1]"),
        (
            {"charging_sites": (a_site(1, 1, 1, each=0),)},
            "charging_sites[0].vehicles_per_charger_permille",
        ),
        ({"duty_fits": (a_duty(1001),)}, "duty_fits[0].share_permille"),
        ({"duty_fits": (a_duty(1), a_duty(2))}, "duty_fits[1]"),
        (
            {"commissioning": (a_hub("north", 1, 1, 1), a_hub("north", 2, 2, 2))},
            "commissioning[1]",
        ),
        (
            {"commissioning": (replace(a_hub("north", 1, 1, 1, takes=(DCA,)), hub_id=None),)},
            "commissioning[0].vehicle_types",
        ),
        (
            {"commissioning": (a_hub("north", 1, 1, 1, takes=(TypeCode("TANK"),)),)},
            "commissioning[0].vehicle_types[0]",
        ),
    ],
)
def test_sites_that_cannot_be_meant_are_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert field in [fault.field for fault in refusal.value.faults]


def test_a_trust_has_at_most_six_kinds_of_hub() -> None:
    codes = tuple(TypeCode(name) for name in "ABCDEFG")
    hubs = tuple(a_hub(code, *(1,) * YEARS, takes=(code,)) for code in codes)
    problem = a_problem(vehicle_types=(VehicleType(code=DCA), *map(_type, codes)))

    check_problem(replace(problem, commissioning=hubs[:6]))
    with pytest.raises(InvalidProblem, match="at most 6"):
        check_problem(replace(problem, commissioning=hubs))


def test_a_hubs_own_row_and_the_trusts_both_hold() -> None:
    whole = Commissioning(trust=RYA, vehicles=(1, 1, 1))
    problem = a_problem(
        options=(an_option(price=1),), commissioning=(whole, a_hub("north", 2, 2, 2))
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    assert max(row.delivered for row in plan.fleet_years) == 1
