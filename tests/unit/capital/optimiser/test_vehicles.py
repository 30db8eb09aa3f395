"""From cohorts to named vehicles, and the reasons each is given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.loss import loss
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Commissioning, DisposalFreeze, Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from services.capital.optimiser.vehicle import Vehicle
from services.capital.optimiser.vehicles import Action, VehicleDecision, assign
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_mandate,
    a_policy,
    a_problem,
    a_reserve,
    a_route,
    a_size,
    an_envelope,
    an_offer,
    an_option,
    bought,
    boxes,
    budgets,
    cohorts,
    decided,
    given,
    gone,
    remounted,
    reserved,
    stated,
)


def a_vehicle(
    name: str, age: int = 1, since: date = date(2025, 6, 1), miles: int = 30_000
) -> Vehicle:
    return Vehicle(
        vehicle_id=name,
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        age_years=age,
        in_service_on=since,
        miles=miles,
    )


def assigned(
    problem: Problem, plan: Plan, vehicles: Sequence[Vehicle]
) -> dict[str, VehicleDecision]:
    return {row.vehicle_id: row for row in assign(problem, plan, vehicles)}


def rules(decision: VehicleDecision) -> list[Rule]:
    return [reason.rule for reason in decision.reasons]


def test_the_longest_in_service_go_first_and_then_those_with_most_miles() -> None:
    problem = a_problem(cohorts=cohorts({1: 3}))
    plan = stated(problem, decided(gone(FIRST), bought(FIRST), gone(FIRST + 1)))
    vehicles = [
        a_vehicle("fresh", since=date(2025, 9, 1), miles=60_000),
        a_vehicle("old", since=date(2025, 4, 2), miles=10_000),
        a_vehicle("tired", since=date(2025, 9, 1), miles=70_000),
    ]

    decisions = assigned(problem, plan, vehicles)

    assert decisions["old"].action is Action.REPLACE
    assert decisions["old"].option_id == "DCA-DIESEL"
    assert decisions["old"].envelope_id == f"provider-{FIRST}"
    assert (decisions["tired"].action, decisions["tired"].financial_year) == (
        Action.DISPOSE,
        FIRST + 1,
    )
    assert decisions["fresh"].action is Action.KEEP


def test_decisions_come_in_the_order_of_the_vehicles() -> None:
    problem = a_problem()
    plan = stated(problem, decided(gone(FIRST)))

    decisions = assign(problem, plan, [a_vehicle("b"), a_vehicle("a")])

    assert [row.vehicle_id for row in decisions] == ["b", "a"]


def test_what_is_on_order_takes_the_first_place() -> None:
    problem = a_problem(commitments=(a_commitment(FIRST, envelope=f"provider-{FIRST}"),))
    plan = stated(problem, decided(gone(FIRST, 2), bought(FIRST)))

    decisions = assigned(problem, plan, [a_vehicle("a"), a_vehicle("b")])

    assert (decisions["a"].commitment_id, decisions["a"].option_id) == ("on-order", None)
    assert (decisions["b"].commitment_id, decisions["b"].option_id) == (None, "DCA-DIESEL")


@pytest.mark.parametrize(
    "vehicles",
    [
        [a_vehicle("a")],  # one of two is missing
        [a_vehicle("a"), a_vehicle("b"), a_vehicle("c")],  # one is too many
        [a_vehicle("a"), a_vehicle("b", age=2)],  # one is of another cohort
        [a_vehicle("a"), a_vehicle("a")],  # one is named twice
    ],
)
def test_other_vehicles_than_the_cohorts_are_refused(vehicles: list[Vehicle]) -> None:
    problem = a_problem()
    plan = stated(problem, decided())

    with pytest.raises(InvalidProblem, match="vehicles"):
        assign(problem, plan, vehicles)


def test_every_vehicle_is_accounted_for_by_the_plan() -> None:
    problem = a_problem(
        cohorts=cohorts({1: 2, 4: 3}), life_policies=(a_policy(target=4, maximum=6),)
    )
    plan = solve(problem, Limits(seconds=10))
    vehicles = [a_vehicle(f"young{n}") for n in range(2)] + [
        a_vehicle(f"old{n}", age=4) for n in range(3)
    ]

    decisions = assign(problem, plan, vehicles)

    left = sum(row.action is not Action.KEEP for row in decisions)
    opening = {problem.horizon[0] - row.age_years for row in problem.cohorts}
    assert left == sum(row.vehicles for row in plan.disposals if row.entry_year in opening)
    assert all(1 <= len(row.reasons) <= 3 for row in decisions)


LEAVING = [
    ({"life_policies": (a_policy(maximum=2),)}, Rule.MAXIMUM_AGE),
    ({"life_policies": (a_policy(target=2),)}, Rule.TARGET_AGE),
    ({}, Rule.WHOLE_LIFE_COST),
]


@pytest.mark.parametrize(("changes", "rule"), LEAVING)
def test_a_vehicle_goes_for_its_age_or_its_cost(changes: dict[str, object], rule: Rule) -> None:
    problem = a_problem(**changes)
    plan = stated(problem, decided(gone(FIRST + 1, 2), bought(FIRST + 1, 2)))

    decisions = assigned(problem, plan, [a_vehicle("a"), a_vehicle("b")])

    assert rules(decisions["a"])[0] is rule


HINDRANCES = [
    ({"envelopes": ()}, Rule.ENVELOPE_ALLOCATION),
    ({"options": (an_option(lead=3),)}, Rule.LEAD_TIME),
    ({"options": (an_option(minimum=3),)}, Rule.MINIMUM_ORDER),
    (
        {"commissioning": (Commissioning(trust=RYA, vehicles=(0, 0, 0)),)},
        Rule.COMMISSIONING_CAPACITY,
    ),
    ({"mandates": (a_mandate(FIRST),)}, Rule.ZERO_EMISSION_MANDATE),
    (
        {"disposal_freezes": (DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=FIRST),)},
        Rule.DISPOSAL_FREEZE,
    ),
    # Nothing: the plan could be better.
    ({}, Rule.TARGET_AGE),
]


@pytest.mark.parametrize(("changes", "rule"), HINDRANCES)
def test_a_vehicle_that_stays_over_age_is_told_what_was_in_the_way(
    changes: dict[str, object], rule: Rule
) -> None:
    problem = a_problem(life_policies=(a_policy(target=1),), **changes)
    plan = stated(problem, decided())

    decisions = assigned(problem, plan, [a_vehicle("a"), a_vehicle("b")])

    assert rules(decisions["a"])[0] is rule


def test_a_vehicle_that_goes_late_is_told_why_not_sooner() -> None:
    problem = a_problem(life_policies=(a_policy(target=2),), envelopes=budgets(0, 0, 2))
    plan = stated(problem, decided(gone(FIRST + 2, 2), bought(FIRST + 2, 2)))

    decisions = assigned(problem, plan, [a_vehicle("a"), a_vehicle("b")])

    assert rules(decisions["a"]) == [
        Rule.TARGET_AGE,
        Rule.ENVELOPE_ALLOCATION,
        Rule.ESTABLISHMENT_MAXIMUM,
    ]
    assert decisions["a"].reasons[1].sentence == (
        "no envelope of 2027/28 has room for one more DCA-DIESEL at £100,000"
    )


def test_a_vehicle_within_its_age_stays_for_that() -> None:
    problem = a_problem(life_policies=(a_policy(target=9),))

    decisions = assigned(problem, stated(problem, decided()), [a_vehicle("a"), a_vehicle("b")])

    assert rules(decisions["a"]) == [
        Rule.TARGET_AGE,
        Rule.WHOLE_LIFE_COST,
        Rule.ESTABLISHMENT_MINIMUM,
    ]


def test_new_vehicles_of_the_first_year_do_not_take_a_named_vehicles_place() -> None:
    problem = a_problem(
        cohorts=cohorts({0: 1}),
        establishments=(a_size(0, 2),),
        envelopes=(an_envelope(FIRST, PRICE),),
    )
    plan = stated(problem, decided(bought(FIRST), gone(FIRST + 1, 2, entry=FIRST)))

    decisions = assign(problem, plan, [a_vehicle("a", age=0)])

    assert [(row.vehicle_id, row.financial_year) for row in decisions] == [("a", FIRST + 1)]


def test_each_option_is_looked_at_for_what_stood_in_its_way() -> None:
    problem = a_problem(
        life_policies=(a_policy(target=1),),
        options=(an_option(), an_option(BEV, lead=3)),
        mandates=(replace(a_mandate(FIRST), share_permille=1000),),
    )

    decisions = assigned(problem, stated(problem, decided()), [a_vehicle("a"), a_vehicle("b")])

    assert rules(decisions["a"])[:2] == [Rule.LEAD_TIME, Rule.ZERO_EMISSION_MANDATE]


def test_a_vehicle_that_moves_is_followed_to_where_it_ends() -> None:
    problem = a_problem(
        trusts=(RYA, RYD),
        establishments=(a_size(0, 4), a_size(0, 4, trust=RYD)),
        transfer_routes=(a_route(RYA, RYD),),
        reserves=(a_reserve(2),),
    )
    there = replace(gone(FIRST + 2), trust=RYD)
    plan = stated(problem, decided(given(FIRST + 1), reserved(FIRST + 1), there))
    vehicles = [a_vehicle("worse", miles=60_000), a_vehicle("better", miles=10_000)]

    decisions = assigned(problem, plan, vehicles)

    worse, better = decisions["worse"], decisions["better"]
    assert (worse.action, worse.financial_year, worse.later) == (Action.RESERVE, FIRST + 1, ())
    assert (better.action, better.to_trust) == (Action.TRANSFER, RYD)
    assert [(row.action, row.financial_year) for row in better.later] == [
        (Action.DISPOSE, FIRST + 2)
    ]
    assert rules(worse)[0] is Rule.RESERVE_AGE
    assert rules(better)[0] is Rule.TRANSFER_ROUTE


def test_a_remounted_vehicle_is_told_by_its_box_and_paid_from_an_envelope() -> None:
    problem = a_problem(cohorts=boxes({1: 1}), remount_offers=(an_offer(),))
    plan = stated(problem, decided(remounted(FIRST + 1)))
    vehicle = replace(a_vehicle("box"), box_body=True)

    decision = assign(problem, plan, [vehicle])[0]

    assert (decision.action, decision.envelope_id) == (Action.REMOUNT, f"provider-{FIRST + 1}")
    assert decision.reasons[0].sentence == "its box serves on, on a new chassis at £50,000"


def test_vehicles_unlike_their_cohort_cost_what_their_miles_make_them() -> None:
    problem = a_problem(cohorts=cohorts({1: 2}))
    plan = stated(problem, decided(gone(FIRST + 1)))
    # By service the light one goes first; by miles the heavy one would.
    light = a_vehicle("light", since=date(2025, 4, 2), miles=10_000)
    heavy = a_vehicle("heavy", since=date(2025, 9, 1), miles=30_000)

    lost = loss(problem, plan, [light, heavy])

    # Each costs 200,000, 300,000 and 400,000 pence a year as it ages; a half and one and a half
    # times as much by its own miles.
    assert lost.cohort_pence == 200_000 + 900_000
    assert lost.named_pence == 100_000 + 1_350_000
    assert lost.least_pence == 300_000 + 450_000
    assert (lost.loss_pence, lost.order_pence) == (350_000, 700_000)
