"""The problem that has every rule: none is missing, and the engine plans it."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Final

import pytest

from benchmarks.plan.complete import complete
from services.capital.optimiser.check import violations
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.search import SMALL
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import MoveKind, Terms
from services.capital.optimiser.variables import Variables

# What the model keeps by having no variable, or none past a bound, or counts in what it minimises.
WITHOUT_ROWS: Final[Mapping[Rule, Callable[[Problem, Variables], object]]] = MappingProxyType(
    {
        Rule.MAXIMUM_AGE: lambda p, _: any(row.maximum_age_years for row in p.life_policies),
        Rule.TARGET_AGE: lambda p, _: any(row.target_age_years for row in p.life_policies),
        Rule.DISPOSAL_FREEZE: lambda p, _: p.disposal_freezes,
        Rule.LEAD_TIME: lambda p, _: {row.lead_time_years for row in p.options} > {0},
        Rule.ENVELOPE_ELIGIBILITY: lambda p, _: any(row.technologies for row in p.envelopes),
        Rule.LEASE_TERM: lambda p, _: any(row.lease for row in p.options),
        Rule.CARRY_FORWARD: lambda _, variables: variables.carried,
        Rule.CANCELLATION: lambda _, variables: variables.cancel,
        Rule.HIRE_MAXIMUM: lambda _, variables: variables.hire,
        Rule.ORDERING_CHARGE: lambda _, variables: variables.place,
        Rule.TRANSFER_ROUTE: lambda _, variables: MoveKind.TRANSFER in _kinds(variables),
        Rule.RESERVE_AGE: lambda _, variables: MoveKind.RESERVE in _kinds(variables),
        Rule.REMOUNT_OFFER: lambda _, variables: MoveKind.REMOUNT in _kinds(variables),
        Rule.WHOLE_LIFE_COST: lambda p, _: p.discount_ppm,
    }
)
ABOUT_STATEMENTS: Final = {Rule.WELL_FORMED, Rule.HONEST_PROOF}


def test_every_table_has_rows() -> None:
    problem = complete()

    empty = {field.name for field in fields(problem) if not getattr(problem, field.name)}

    # Shortfall stands above cost, and over age has its price: both ways of levels are there.
    assert empty == {"shortfall_price_pence"}


def test_every_rule_of_the_model_has_a_row_or_what_it_keeps_without() -> None:
    problem = complete()
    model = RenewalModel(Terms(problem))

    with_rows = {row.name.partition("[")[0] for row in model.program.linear_constraints()}

    assert with_rows == set(Rule) - set(WITHOUT_ROWS) - ABOUT_STATEMENTS
    for rule, stands in WITHOUT_ROWS.items():
        assert stands(problem, model.variables), rule


@pytest.mark.timeout(600)
def test_the_engine_plans_what_has_every_rule_part_by_part() -> None:
    problem = complete(years=2)
    assert RenewalModel(Terms(problem)).program.get_num_variables() > SMALL

    plan = solve(problem, Limits(seconds=600, gap_ppm=20_000, nodes=1))

    assert plan.has_decisions
    assert violations(problem, plan) == []


def _kinds(variables: Variables) -> set[MoveKind]:
    return {move.kind for move in variables.move}
