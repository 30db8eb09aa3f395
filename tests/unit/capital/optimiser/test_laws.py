"""Laws that hold of every problem, on random ones: within what is proved, and at every level."""

import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from random import Random
from typing import Final, TypeVar

import pytest

from benchmarks.plan.alliances import three_trusts, wmas
from services.capital.optimiser.greedy import greedy_plan
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.linear import linear_solver
from services.capital.optimiser.mathopt_adapter import Stop
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import Cohort, Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import check_problem
from tests.unit.capital.optimiser.build import (
    a_need,
    a_policy,
    a_problem,
    a_size,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money
from tests.unit.capital.optimiser.random_moves import a_random_problem_with_a_reserve
from tests.unit.capital.optimiser.random_problems import UNIT_PENCE

SEEDS: Final = range(int(os.environ.get("MAKEREADY_LAWS", "24")))
TO_PROOF: Final = Limits(seconds=20, gap_ppm=0)
GENERATORS: Final = (
    a_random_problem_in_need,
    a_random_problem_of_money,
    a_random_problem_in_need,
    a_random_problem_with_a_reserve,
)
TIMES: Final = 10
MOST_VEHICLES: Final = 100_000
# What there is more of when a fleet is larger: vehicles, places for them, and money for all.
AMOUNTS: Final = frozenset(
    {
        "allocation_pence",
        "carry_forward_pence",
        "chargers",
        "limit_pence",
        "maximum",
        "minimum",
        "minimum_order",
        "minimum_remaining",
        "order_charge_pence",
        "required_available",
        "vehicles",
    }
)

T = TypeVar("T")


@cache
def problem_of(seed: int) -> Problem:
    return GENERATORS[seed % len(GENERATORS)](seed)


@cache
def plan_of(seed: int) -> Plan:
    return proved(problem_of(seed))


def proved(problem: Problem) -> Plan:
    plan = solve(problem, TO_PROOF)
    assert plan.outcome in {Outcome.OPTIMAL, Outcome.INFEASIBLE}
    return plan


def values(plan: Plan, times: int = 1) -> tuple[int, ...]:
    return tuple(times * row.value for row in plan.levels)


def unproved_pence(*plans: Plan) -> int:
    """Return by how much costs may differ that are proved the same, and rounded down apart."""
    gaps = (row.value - row.bound for plan in plans for row in plan.levels)
    return TIMES + TIMES * max(gaps, default=0)


def is_no_worse(plan: Plan, than: Plan, times: int = 1) -> bool:
    *counts, cost = values(plan)
    *others, dearest = values(than, times)
    if counts != others:
        return counts < others
    return cost <= dearest + unproved_pence(plan, than)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_money_never_costs_more(seed: int) -> None:
    problem, random = problem_of(seed), Random(seed)
    place = random.randrange(len(problem.envelopes))
    more = UNIT_PENCE * random.choice((1, 10, 25))
    envelopes = [
        replace(row, allocation_pence=row.allocation_pence + more * (number == place))
        for number, row in enumerate(problem.envelopes)
    ]

    richer = proved(replace(problem, envelopes=tuple(envelopes)))

    if plan_of(seed).has_decisions:
        assert is_no_worse(richer, than=plan_of(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_ten_times_everything_costs_no_more_a_vehicle(seed: int) -> None:
    large = ten_times(problem_of(seed))
    check_problem(large)

    plan = proved(large)

    if plan_of(seed).has_decisions:
        assert is_no_worse(plan, than=plan_of(seed), times=TIMES)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", Level)
def test_ten_times_everything_has_a_bound_no_higher_a_vehicle(seed: int, level: Level) -> None:
    small, large = (linear_bound(row, level) for row in (problem_of(seed), problem_times_ten(seed)))

    # What money buys of whole vehicles limits orders, and ten times the money buys them finer.
    if small is not None:
        assert large is not None
        assert large <= TIMES * small + 1e-6 * max(1.0, abs(TIMES * small))


@pytest.mark.parametrize("level", Level)
def test_where_money_buys_whole_vehicles_ten_times_everything_has_ten_times_the_bound(
    level: Level,
) -> None:
    problem = a_problem(
        cohorts=cohorts({1: 2, 3: 3, 4: 1}),
        establishments=(a_size(6, 7),),
        needs=tuple(a_need(6, year) for year in a_problem().horizon),
        life_policies=(a_policy(target=4, maximum=6),),
        envelopes=budgets(1, 2, 1),
    )

    small, large = (linear_bound(row, level) for row in (problem, ten_times(problem)))

    assert small is not None
    assert large == pytest.approx(TIMES * small, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_other_names_for_organisations_in_another_order_change_no_value(seed: int) -> None:
    problem = problem_of(seed)
    others = problem.trusts[::-1] if len(problem.trusts) > 1 else ("ZZZ",)
    swapped: dict[str, str] = dict(zip(problem.trusts, others, strict=True))

    plan = proved(turned_round(renamed(problem, swapped)))

    assert plan.outcome is plan_of(seed).outcome
    if plan.has_decisions:
        assert is_no_worse(plan, than=plan_of(seed))
        assert is_no_worse(plan_of(seed), than=plan)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cohort_in_two_rows_is_the_same_vehicles(seed: int) -> None:
    problem = problem_of(seed)
    halves = tuple(half for row in problem.cohorts for half in split(row))

    plan = proved(replace(problem, cohorts=halves))

    assert values(plan) == values(plan_of(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_is_never_worse_than_a_spreadsheets(seed: int) -> None:
    greedy = greedy_plan(Terms(problem_of(seed)))

    if greedy is not None:
        assert is_no_worse(plan_of(seed), than=greedy)


@pytest.mark.parametrize("problem", [wmas(years=10), three_trusts(years=5)], ids=["wmas", "three"])
def test_nor_is_one_that_had_no_time(problem: Problem) -> None:
    greedy, stop = greedy_plan(Terms(problem)), Stop()
    stop.interrupt()
    assert greedy is not None

    plan = solve(problem, Limits(gap_ppm=0), stop=stop)

    assert values(plan) <= values(greedy)


def test_the_random_problems_are_worth_the_trial() -> None:
    plans = [plan_of(seed) for seed in SEEDS]
    greedy = [greedy_plan(Terms(problem_of(seed))) for seed in SEEDS]

    solved = sum(plan.has_decisions for plan in plans)
    buying = sum(bool(plan.purchases) for plan in plans)
    better = sum(
        rival is not None and plan.has_decisions and values(plan) < values(rival)
        for plan, rival in zip(plans, greedy, strict=True)
    )

    assert solved > len(SEEDS) // 2
    assert buying > len(SEEDS) // 4
    assert better > len(SEEDS) // 4


@cache
def problem_times_ten(seed: int) -> Problem:
    return ten_times(problem_of(seed))


def ten_times(problem: Problem) -> Problem:
    """Return the problem with ten times the vehicles, and of all that is for them."""
    return _amounts(problem)


def _amounts(row: T) -> T:
    changes: dict[str, object] = {}
    for field in fields(row):  # type: ignore[arg-type]  # every row of a problem is a dataclass
        value = getattr(row, field.name)
        if field.name in AMOUNTS:
            changes[field.name] = _more(value, "pence" in field.name)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changes[field.name] = tuple(map(_amounts, value))
    return replace(row, **changes)  # type: ignore[type-var]  # as above


def _more(value: object, pence: bool) -> object:  # noqa: FBT001 - a unit, not a switch
    if isinstance(value, tuple):
        return tuple(_more(item, pence) for item in value)
    assert isinstance(value, int)
    return TIMES * value if pence else min(TIMES * value, MOST_VEHICLES)


def linear_bound(problem: Problem, level: Level) -> float | None:
    """Return the least the level can be with parts of vehicles; None: nothing keeps the rules."""
    model = RenewalModel(Terms(problem))
    model.minimise(level)
    with linear_solver(model.program) as solver:
        found = solver.minimise()
    return None if found is None else found.objective


def renamed(row: T, names: Mapping[str, str]) -> T:
    """Return the row with every such name exchanged, however deep."""
    changes = {
        field.name: _renamed(getattr(row, field.name), names)
        for field in fields(row)  # type: ignore[arg-type]  # every row of a problem is a dataclass
    }
    return replace(row, **changes)  # type: ignore[type-var]  # as above


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, tuple):
        return tuple(_renamed(item, names) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return renamed(value, names)
    return names.get(value, value) if type(value) is str else value


def turned_round(problem: Problem) -> Problem:
    return replace(
        problem,
        trusts=problem.trusts[::-1],
        cohorts=problem.cohorts[::-1],
        options=problem.options[::-1],
        envelopes=problem.envelopes[::-1],
        needs=problem.needs[::-1],
    )


def split(row: Cohort) -> list[Cohort]:
    if row.vehicles == 1:
        return [row]
    return [replace(row, vehicles=1), replace(row, vehicles=row.vehicles - 1)]
