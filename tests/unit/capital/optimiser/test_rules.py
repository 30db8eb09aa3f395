"""Every rule, allowing and refusing, in the model and in the checker alike."""

from dataclasses import dataclass

import pytest

from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Decisions, Level
from services.capital.optimiser.problem import (
    Commissioning,
    DisposalFreeze,
    LineId,
    MandateBasis,
    Problem,
    SupplyKind,
    SupplyLine,
)
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    a_commitment,
    a_mandate,
    a_need,
    a_policy,
    a_problem,
    a_size,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
    decided,
    gone,
    is_in_model,
    rules_broken,
)

SECOND = FIRST + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A rule, a problem it matters in, decisions that keep it and decisions that break it alone."""

    rule: Rule
    problem: Problem
    kept: Decisions
    broken: Decisions
    because: str


def a_line(kind: SupplyKind, *vehicles: int) -> tuple[SupplyLine, ...]:
    return (SupplyLine(line_id=LineId("line"), kind=kind, vehicles=vehicles),)


CASES = [
    Case(
        because="a vehicle that is not there cannot go",
        rule=Rule.VEHICLES_CONSERVED,
        problem=a_problem(),
        kept=decided(gone(FIRST, 2)),
        broken=decided(gone(FIRST, 2), gone(SECOND, 1)),
    ),
    Case(
        because="a vehicle serves the year it comes",
        rule=Rule.NEW_VEHICLES_SERVE,
        problem=a_problem(),
        kept=decided(gone(FIRST), bought(FIRST), gone(SECOND, entry=FIRST)),
        broken=decided(gone(FIRST), bought(FIRST), gone(FIRST, entry=FIRST)),
    ),
    Case(
        because="at the maximum age a vehicle no longer serves",
        rule=Rule.MAXIMUM_AGE,
        problem=a_problem(life_policies=(a_policy(maximum=3),)),
        kept=decided(gone(FIRST + 2, 2)),
        broken=decided(),
    ),
    Case(
        because="a policy holds from its own year",
        rule=Rule.MAXIMUM_AGE,
        problem=a_problem(
            life_policies=(a_policy(maximum=9), a_policy(maximum=2, since=FIRST + 2)),
        ),
        kept=decided(gone(FIRST + 2, 2)),
        broken=decided(gone(FIRST + 2, 1)),
    ),
    Case(
        because="nothing goes in a freeze",
        rule=Rule.DISPOSAL_FREEZE,
        problem=a_problem(
            disposal_freezes=(DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=SECOND),)
        ),
        kept=decided(gone(FIRST), gone(FIRST + 2)),
        broken=decided(gone(SECOND)),
    ),
    Case(
        because="nothing comes before its lead time",
        rule=Rule.LEAD_TIME,
        problem=a_problem(options=(an_option(lead=1),)),
        kept=decided(gone(SECOND), bought(SECOND, lead=1)),
        broken=decided(gone(FIRST), bought(FIRST, lead=1)),
    ),
    Case(
        because="a price of nothing means not for sale",
        rule=Rule.LEAD_TIME,
        problem=a_problem(options=(an_option(price=(0, PRICE, PRICE)),)),
        kept=decided(gone(SECOND), bought(SECOND)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="an envelope pays only for what it names",
        rule=Rule.ENVELOPE_ELIGIBILITY,
        problem=a_problem(
            options=(an_option(), an_option(BEV)),
            envelopes=(an_envelope(FIRST, PRICE, technologies=(BEV,)),),
        ),
        kept=decided(gone(FIRST), bought(FIRST, technology=BEV)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="the last penny may be spent, and no more",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(envelopes=(an_envelope(FIRST, 2 * PRICE - 1),)),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="commitments score before purchases",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            cohorts=cohorts({1: 3}),
            commitments=(a_commitment(FIRST, envelope=f"provider-{FIRST}"),),
        ),
        kept=decided(gone(FIRST, 2), bought(FIRST)),
        broken=decided(gone(FIRST, 3), bought(FIRST, 2)),
    ),
    Case(
        because="an order is of none or of its minimum",
        rule=Rule.MINIMUM_ORDER,
        problem=a_problem(options=(an_option(minimum=2),)),
        kept=decided(gone(FIRST, 2), bought(FIRST, 2)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="a converter has so many places",
        rule=Rule.CONVERTER_SLOTS,
        problem=a_problem(
            options=(an_option(lines=("line",)),),
            supply_lines=a_line(SupplyKind.CONVERTER, 1, 1, 1),
        ),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="a maker allots so many chassis",
        rule=Rule.CHASSIS_ALLOTMENT,
        problem=a_problem(
            options=(an_option(lines=("line",)),),
            supply_lines=a_line(SupplyKind.CHASSIS, 2, 1, 0),
        ),
        kept=decided(gone(SECOND), bought(SECOND)),
        broken=decided(gone(SECOND, 2), bought(SECOND, 2)),
    ),
    Case(
        because="hubs bring so many into service",
        rule=Rule.COMMISSIONING_CAPACITY,
        problem=a_problem(commissioning=(Commissioning(trust=RYA, vehicles=(1, 0, 1)),)),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(SECOND), bought(SECOND)),
    ),
    Case(
        because="from its year a mandate asks its share of deliveries",
        rule=Rule.ZERO_EMISSION_MANDATE,
        problem=a_problem(
            options=(an_option(), an_option(BEV)), mandates=(a_mandate(SECOND, share=500),)
        ),
        kept=decided(
            gone(FIRST),
            bought(FIRST),
            gone(SECOND),
            bought(SECOND),
            bought(SECOND, 1, BEV),
            gone(SECOND, entry=FIRST),
        ),
        broken=decided(gone(SECOND), bought(SECOND)),
    ),
    Case(
        because="a mandate on orders counts the year of ordering",
        rule=Rule.ZERO_EMISSION_MANDATE,
        problem=a_problem(
            options=(an_option(lead=1),),
            mandates=(a_mandate(SECOND, basis=MandateBasis.ORDERS),),
        ),
        kept=decided(gone(SECOND), bought(SECOND, lead=1)),
        broken=decided(gone(FIRST + 2), bought(FIRST + 2, lead=1)),
    ),
    Case(
        because="without a word on it a fleet does not grow",
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        problem=a_problem(),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(bought(FIRST)),
    ),
    Case(
        because="an establishment holds from its own year",
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        problem=a_problem(establishments=(a_size(0, 3), a_size(0, 2, since=FIRST + 2))),
        kept=decided(bought(SECOND), gone(FIRST + 2)),
        broken=decided(bought(SECOND)),
    ),
]


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
