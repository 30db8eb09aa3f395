"""Problems of quarters: one year's money over four of them, ages and tables in quarters."""

from dataclasses import replace

import pytest

from services.capital.optimiser.account import account_for
from services.capital.optimiser.check import violations
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.greedy import greedy_decisions
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Decisions, Disposal, Plan, Purchase
from services.capital.optimiser.problem import (
    EnvelopeId,
    Instalment,
    LifePolicy,
    OptionId,
    Problem,
    VehicleType,
)
from services.capital.optimiser.problem.periods import label, money_year
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import check_problem
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_from_json, problem_to_json
from tests.unit.capital.optimiser.build import (
    DCA,
    DIESEL,
    PRICE,
    RYA,
    a_need,
    a_policy,
    a_problem,
    a_profile,
    a_size,
    an_envelope,
    an_offer,
    an_option,
    boxes,
    cohorts,
    decided,
    is_in_model,
    rules_broken,
)

FIRST = 4 * 2026
QUARTERS = 6


def a_problem_of_quarters(**changes: object) -> Problem:
    """Return two diesel ambulances four quarters old over six, and money for two in each year."""
    problem = a_problem(
        first_financial_year=FIRST,
        years=QUARTERS,
        cohorts=cohorts({4: 2}),
        options=(an_option(price=(PRICE,) * QUARTERS),),
        envelopes=(an_envelope(2026, 2 * PRICE), an_envelope(2027, 2 * PRICE)),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]  # each test names its own fields


def a_quarters_policy(target: int = 0, maximum: int = 0) -> LifePolicy:
    return a_policy(target=target, maximum=maximum, since=FIRST - 8)


def bought(quarter: int, vehicles: int = 1, envelope: int | None = None, lead: int = 0) -> Purchase:
    return Purchase(
        trust=RYA,
        option_id=OptionId(f"DCA-{DIESEL}"),
        order_year=quarter - lead,
        delivery_year=quarter,
        envelope_id=EnvelopeId(f"provider-{envelope or money_year(quarter)}"),
        vehicles=vehicles,
    )


def gone(quarter: int, vehicles: int = 1) -> Disposal:
    return Disposal(
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=FIRST - 4,
        financial_year=quarter,
        vehicles=vehicles,
    )


def planned(problem: Problem) -> Plan:
    plan = solve(problem, Limits(seconds=5, gap_ppm=0))
    assert violations(problem, plan) == []
    assert plan_from_json(plan_to_json(plan)) == plan
    assert problem_from_json(problem_to_json(problem)) == problem
    return plan


@pytest.mark.parametrize(
    ("problem", "kept", "broken", "rule"),
    [
        # an envelope pays in each quarter of its year, and all four together exhaust it
        (
            a_problem_of_quarters(envelopes=(an_envelope(2026, PRICE),)),
            decided(gone(FIRST + 3), bought(FIRST + 3)),
            decided(gone(FIRST), bought(FIRST), gone(FIRST + 3), bought(FIRST + 3)),
            Rule.ENVELOPE_ALLOCATION,
        ),
        # and in no quarter of another
        (
            a_problem_of_quarters(),
            decided(gone(FIRST + 4), bought(FIRST + 4)),
            decided(gone(FIRST + 4), bought(FIRST + 4, envelope=2026)),
            Rule.ENVELOPE_ELIGIBILITY,
        ),
        # ages are in quarters
        (
            a_problem_of_quarters(life_policies=(a_quarters_policy(maximum=6),)),
            decided(gone(FIRST + 2, 2)),
            decided(gone(FIRST + 3, 2)),
            Rule.MAXIMUM_AGE,
        ),
    ],
)
def test_a_rule_holds_quarter_by_quarter(
    problem: Problem, kept: Decisions, broken: Decisions, rule: Rule
) -> None:
    assert rules_broken(problem, kept) == set()
    assert is_in_model(problem, kept)
    assert rules_broken(problem, broken) == {rule}
    assert not is_in_model(problem, broken)


def test_money_of_a_year_is_spent_in_the_quarter_that_needs_it() -> None:
    problem = a_problem_of_quarters(
        life_policies=(a_quarters_policy(target=7),), envelopes=(an_envelope(2026, 2 * PRICE),)
    )

    plan = planned(problem)

    assert sum(row.vehicles for row in plan.purchases) == 2
    assert max(row.delivery_year for row in plan.purchases) <= FIRST + 3
    assert sum(row.over_age for row in plan.fleet_years) == 0


def in_parts(*, quarters_before: int) -> Problem:
    """Return a problem whose ambulances' chassis, two fifths, score quarters before the rest."""
    chassis = Instalment(years_before_delivery=quarters_before, permille=400)
    option = an_option(price=(PRICE,) * QUARTERS, lead=quarters_before)
    return a_problem_of_quarters(options=(replace(option, instalments=(chassis,)),))


@pytest.mark.parametrize(
    ("quarter", "spent"),
    [
        # Delivered in the first quarter of a year, after a chassis of the year before.
        (FIRST + 4, [2 * PRICE * 2 // 5, 2 * PRICE * 3 // 5]),
        # Chassis and conversion of one year.
        (FIRST + 3, [2 * PRICE, 0]),
    ],
)
def test_a_chassis_scores_in_the_year_of_its_own_quarter(quarter: int, spent: list[int]) -> None:
    problem = in_parts(quarters_before=2)
    decisions = decided(gone(quarter, 2), bought(quarter, 2, lead=2))

    uses = account_for(Terms(problem), decisions).envelope_uses

    assert [use.spent_pence for use in uses] == spent
    assert rules_broken(problem, decisions) == set()
    assert is_in_model(problem, decisions)


def test_worst_first_spends_no_more_than_parts_of_one_year_leave() -> None:
    tight = replace(
        in_parts(quarters_before=1),
        envelopes=(an_envelope(2026, PRICE), an_envelope(2027, 0)),
        life_policies=(a_quarters_policy(target=5),),
    )

    decisions = greedy_decisions(Terms(tight))

    assert sum(row.vehicles for row in decisions.purchases) == 1
    assert rules_broken(tight, decisions) == set()


def test_what_is_sold_in_any_quarter_returns_to_its_years_envelope() -> None:
    problem = a_problem_of_quarters(
        age_profiles=(replace(a_profile(), resale_pence=(0, 0, 0, 0, 0, 500, 400)),),
        envelopes=(replace(an_envelope(2026, 0), proceeds_permille=1000),),
        technologies=a_problem().technologies[:1],
        establishments=(a_size(0, 2, since=FIRST - 8),),
    )
    decisions = decided(gone(FIRST + 1), gone(FIRST + 2))

    (use,) = account_for(Terms(problem), decisions).envelope_uses

    assert use.proceeds_pence == 500 + 400
    assert rules_broken(problem, decisions) == set()


def test_a_lost_quarter_is_ninety_one_days() -> None:
    problem = a_problem_of_quarters(
        vehicle_types=(VehicleType(code=DCA, lost_day_cost_pence=1_000),), envelopes=()
    )

    plan = planned(problem)

    assert plan.cost is not None
    # Two vehicles, a tenth of the time, over six quarters.
    assert plan.cost.lost_days_pence == 2 * 91 * 1_000 // 10 * QUARTERS


def test_a_remount_of_half_a_quarter_takes_half_of_it() -> None:
    problem = a_problem_of_quarters(
        cohorts=boxes({9: 1}),
        life_policies=(a_quarters_policy(target=5),),
        remount_offers=(replace(an_offer(weeks=6), price_pence=(1,) * QUARTERS),),
        options=(),
    )

    plan = planned(problem)

    assert plan.fleet_years[0].available_permille == 900 * 7 // 13


def test_a_quarter_is_spoken_of_as_one() -> None:
    assert [label(period) for period in (2026, FIRST, FIRST + 5)] == [
        "2026/27",
        "2026/27 Q1",
        "2027/28 Q2",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"needs": (a_need(1, 2026),)}, "needs[0].financial_year"),
        ({"envelopes": (an_envelope(FIRST, 1),)}, "envelopes[0].financial_year"),
        ({"envelopes": (an_envelope(2028, 1),)}, "envelopes[0].financial_year"),
        ({"life_policies": (a_policy(target=5),)}, "life_policies[0].from_financial_year"),
        ({"first_financial_year": 5000}, "first_financial_year"),
        (
            {"remount_offers": (replace(an_offer(weeks=14), price_pence=(1,) * QUARTERS),)},
            "remount_offers[0].weeks_out",
        ),
    ],
)
def test_years_among_quarters_are_refused_by_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem_of_quarters(**changes))

    assert field in [fault.field for fault in refusal.value.faults]


def test_quarters_among_years_are_refused_by_field() -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(needs=(a_need(1, FIRST),)))

    assert refusal.value.faults[0].field == "needs[0].financial_year"
