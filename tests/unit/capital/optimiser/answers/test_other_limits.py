"""Hubs, chargers, grids and revenue have prices like money, and what does not bind is told."""

from dataclasses import replace

import pytest

from services.capital.answer_report import limits_report
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.limit import Limit, moved
from services.capital.optimiser.answers.other_limits import every_limit
from services.capital.optimiser.answers.prices import limit_prices
from services.capital.optimiser.answers.relaxation import relaxed
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.problem import (
    Commissioning,
    GridConnection,
    HubId,
    Problem,
    RevenueBudget,
)
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from tests.conftest import Say
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    RYA,
    a_policy,
    a_problem,
    a_profile,
    a_site,
    an_option,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.random_kinds import KINDS

EXACT = Limits(seconds=20, gap_ppm=0)
EFFORT = Effort(seconds=60, each=EXACT)
SEEDS = 60


def due(**changes: object) -> Problem:
    """Return two ambulances due in the first year, with money enough."""
    fields: dict[str, object] = {
        "cohorts": cohorts({4: 2}),
        "life_policies": (a_policy(target=4),),
        "envelopes": budgets(9, 9, 9),
    }
    return a_problem(**{**fields, **changes})


def at_hub(vehicles: tuple[int, ...], hub: str | None) -> Commissioning:
    return Commissioning(trust=RYA, vehicles=vehicles, hub_id=HubId(hub) if hub else None)


ELECTRIC = {"options": (an_option(BEV),), "age_profiles": (a_profile(), a_profile(BEV))}
NORTH = replace(a_site(0, 0, 0, price=1000), hub_id=HubId("north"), kilowatts=50)
BINDING = [
    ({"commissioning": (at_hub((1, 9, 9), None),)}, Rule.COMMISSIONING_CAPACITY),
    ({"commissioning": (at_hub((0, 0, 0), None),)}, Rule.COMMISSIONING_CAPACITY),
    ({"commissioning": (at_hub((1, 9, 9), "north"),)}, Rule.HUB_COMMISSIONING),
    ({**ELECTRIC, "charging_sites": (a_site(1, 1, 1),)}, Rule.CHARGER_CAPACITY),
    (
        {**ELECTRIC, "charging_sites": (a_site(0, 0, 0, maximum=(1, 1, 1), price=1000),)},
        Rule.GRID_CAPACITY,
    ),
    (
        {
            **ELECTRIC,
            "charging_sites": (NORTH,),
            "grid_connections": (
                GridConnection(trust=RYA, hub_id=HubId("north"), kilowatts=(50, 50, 50)),
            ),
        },
        Rule.GRID_CAPACITY,
    ),
    (
        {
            "options": (replace(an_option(), order_charge_pence=(9000, 9000, 9000)),),
            "age_profiles": (replace(a_profile(), running_cost_pence=(0,)), a_profile(BEV)),
            "revenue_budgets": (RevenueBudget(trust=RYA, financial_year=FIRST, limit_pence=4000),),
        },
        Rule.REVENUE_BUDGET,
    ),
]


@pytest.mark.parametrize(("changes", "rule"), BINDING)
def test_what_is_full_has_a_price_and_one_more_of_it_saves(
    changes: dict[str, object], rule: Rule
) -> None:
    problem = due(**changes)
    plan = solve(problem, EXACT)

    prices = limit_prices(problem, plan, Workshop("limits", EFFORT))

    row = next(row for row in prices if row.limit.rule is rule and row.dual_pence)
    assert row.more is not None
    assert (row.more.shortfall_milli, row.more.over_age_milli) <= (0, 0)
    report = limits_report(prices, ())
    assert all(one.levels[0].found <= 0 for one in row.finite if one.change > 0 and one.levels)
    assert "shortfall" in report
    assert row.limit.name in report.split("Do not bind")[0]


def test_what_does_not_bind_is_told() -> None:
    problem = due(commissioning=(at_hub((9, 9, 9), None),))

    prices = limit_prices(problem, solve(problem, EXACT), Workshop("limits", EFFORT))

    free = limits_report(prices, ()).split("Do not bind: ")[1]
    assert "commissioning at RYA 2026" in free
    assert "provider-2026" in free


def test_the_price_of_a_limit_is_that_of_the_problem_with_one_more(say: Say) -> None:
    looked = dict.fromkeys(Rule, 0)
    for seed in range(SEEDS):
        problem = KINDS["mixed"].make(seed)
        with relaxed(problem) as relaxation:
            base = relaxation.best()
            for limit in every_limit(problem):
                if base is None or not is_linear(problem, limit):
                    continue
                moves = relaxation.at(limit.row, relaxation.amount(limit.row) + per_unit(limit))
                assert moves is not None
                with relaxed(moved(problem, limit, limit.amount + unit(limit))) as other:
                    solved = other.best()
                assert solved is not None
                assert solved.value == pytest.approx(moves.value, rel=1e-6, abs=1e-4), (seed, limit)
                looked[limit.rule] += 1

    say(*(f"{count:5} {rule}" for rule, count in looked.items() if count))
    assert looked[Rule.COMMISSIONING_CAPACITY]
    assert looked[Rule.HUB_COMMISSIONING]
    assert looked[Rule.REVENUE_BUDGET]


def unit(limit: Limit) -> int:
    """Return £1,000, or one."""
    return 100_000 if limit.rule.unit == "pence" else 1


def per_unit(limit: Limit) -> float:
    return unit(limit) / 100 if limit.rule.unit == "pence" else 1.0


def is_linear(problem: Problem, limit: Limit) -> bool:
    """Whether one more is as much for the model's rows: not where whole vehicles are rounded."""
    if limit.rule is Rule.CHARGER_CAPACITY:
        site = next(row for row in problem.charging_sites if row.site_id == limit.subject)
        # A charger more is one that the grid carries no more of.
        return not site.vehicles_per_charger_permille % 1000 and not any(
            any(row.price_pence) for row in problem.charging_sites
        )
    return limit.rule in {
        Rule.COMMISSIONING_CAPACITY,
        Rule.HUB_COMMISSIONING,
        Rule.REVENUE_BUDGET,
    }
