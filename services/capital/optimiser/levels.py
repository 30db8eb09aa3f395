"""Which levels stand in order, and which the problem prices in pounds, so that they join cost."""

from dataclasses import replace
from typing import assert_never

from services.capital.optimiser.plan import Cost, Level, Plan
from services.capital.optimiser.problem import Establishment, Problem
from services.capital.optimiser.terms import Terms


def price_pence(problem: Problem, level: Level) -> int:
    """Return what a vehicle-year of the level is worth avoiding; 0: it stands above cost."""
    prices = {
        Level.SHORTFALL: problem.shortfall_price_pence,
        Level.OVER_AGE: problem.over_age_price_pence,
    }
    return prices.get(level, 0)


def standing(problem: Problem) -> tuple[Level, ...]:
    """Return the levels that are minimised, first to last; cost is always the last."""
    return tuple(level for level in Level if not price_pence(problem, level))


def undiluted_pence(cost: Cost) -> int:
    """Return what the gap is relative to: the cost without what levels and changes cost."""
    # A million a vehicle-year would make any gap of a hundred million look like nothing.
    priced = cost.shortfall_pence + cost.over_age_pence + cost.change_pence
    return cost.total_pence - priced


def without(problem: Problem, level: Level) -> Problem:
    """Return the problem in which nothing counts at the level; without COST there is none."""
    match level:
        case Level.SHORTFALL:
            sizes = tuple(_with_no_minimum(problem))
            return replace(problem, needs=(), establishments=sizes, shortfall_price_pence=0)
        case Level.OVER_AGE:
            ageless = tuple(replace(row, target_age_years=0) for row in problem.life_policies)
            return replace(problem, life_policies=ageless, over_age_price_pence=0)
        case Level.COST:
            raise ValueError("cost is what a level's price is in")
    assert_never(level)


def level_price_pence(with_level: Plan, without_level: Plan) -> tuple[int, int]:
    """Return what minding a level costs, from and to, given plans of the problem with and without.

    Proved of both ends: each plan's cost lies between its bound and its value. Needs and ages are
    met at this price; that of the level itself, where the problem gives one, is not in it.
    """
    dear, cheap = (_between(plan) for plan in (with_level, without_level))
    return dear[0] - cheap[1], dear[1] - cheap[0]


def _with_no_minimum(problem: Problem) -> list[Establishment]:
    terms = Terms(problem)
    # Stated for every fleet and year: where nothing is, the opening size is a minimum.
    return [
        replace(terms.establishment(fleet, year), from_financial_year=year, minimum=0)
        for fleet in terms.fleets
        for year in terms.horizon
    ]


def _between(plan: Plan) -> tuple[int, int]:
    if plan.cost is None:
        raise ValueError("a plan without decisions has no cost")
    cost, undiluted = plan.level(Level.COST), undiluted_pence(plan.cost)
    return undiluted - (cost.value - cost.bound), undiluted
