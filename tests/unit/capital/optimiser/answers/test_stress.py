"""A plan under stress: the book, regrets, and orders that are safe in all of it."""

from dataclasses import replace

import pytest

from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.scenarios import Scenario, stress_book
from services.capital.optimiser.answers.stress import stress
from services.capital.optimiser.answers.two_stage import sampled
from services.capital.optimiser.baseline import least_decisions
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Envelope,
    EnvelopeId,
    Lease,
    LineId,
    Problem,
    SupplyKind,
    SupplyLine,
)
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import check_problem
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    a_commitment,
    a_hire,
    a_policy,
    a_problem,
    a_site,
    an_envelope,
    an_offer,
    an_option,
    bought,
    boxes,
    budgets,
    cohorts,
    decided,
    gone,
    remounted,
    stated,
)
from tests.unit.capital.optimiser.random_mixed import a_mixed_random_problem

EXACT = Limits(seconds=20, gap_ppm=0)


def workshop(plans: int | None = None) -> Workshop:
    return Workshop("stress", Effort(seconds=100, each=EXACT, plans=plans))


def national(pence: int) -> Envelope:
    row = an_envelope(FIRST, pence, name="programme")
    return replace(row, holder="NHS England", fund="public dividend capital")


def a_stressed_problem() -> Problem:
    lines = (
        SupplyLine(line_id=LineId("converter"), kind=SupplyKind.CONVERTER, vehicles=(4, 4, 4)),
        SupplyLine(line_id=LineId("base"), kind=SupplyKind.CHASSIS, vehicles=(4, 4, 4)),
    )
    return a_problem(
        cohorts=cohorts({3: 2, 4: 2}),
        life_policies=(a_policy(target=4),),
        envelopes=(*budgets(2, 1, 1), national(PRICE)),
        options=(an_option(lines=("converter", "base")), an_option(BEV, price=2 * PRICE)),
        supply_lines=lines,
    )


def book_of(problem: Problem) -> dict[str, Scenario]:
    """Return the book of a plan that buys nothing."""
    return {row.name: row for row in stress_book(problem, stated(problem, decided()))}


def book(problem: Problem) -> dict[str, Scenario]:
    plan = solve(problem, EXACT)
    return {row.name: row for row in stress_book(problem, plan)}


def test_the_book_has_every_stress_that_the_problem_has_anything_for() -> None:
    problem = a_stressed_problem()

    rows = book(problem)

    assert list(rows) == [
        "envelopes cut 10 %",
        "envelopes cut 20 %",
        "envelopes cut 30 %",
        "prices up 10 %",
        "converter lost 12 weeks",
        "national money late",
        "base model recalled",
    ]
    cut = rows["envelopes cut 30 %"].problem.envelopes
    assert [row.allocation_pence * 10 for row in cut] == [
        row.allocation_pence * 7 for row in problem.envelopes
    ]
    assert rows["prices up 10 %"].problem.options[0].price_pence[0] == PRICE * 11 // 10
    assert rows["converter lost 12 weeks"].problem.supply_lines[0].vehicles == (3, 4, 4)
    assert rows["national money late"].problem.envelopes[-1].allocation_pence == 0
    assert rows["base model recalled"].problem.options[0].price_pence == (0, PRICE, PRICE)


def test_no_cut_or_delay_goes_below_what_is_on_order() -> None:
    order = a_commitment(FIRST, envelope=f"programme-{FIRST}")
    problem = replace(a_stressed_problem(), commitments=(order,))

    rows = book(problem)

    for name in ("envelopes cut 30 %", "national money late"):
        assert rows[name].problem.envelopes[-1].allocation_pence == PRICE, name


def test_dearer_is_all_that_is_bought_leased_or_hired() -> None:
    option = replace(
        an_option(),
        order_charge_pence=(1000, 2000, 3000),
        lease=Lease(term_years=2, yearly_payment_pence=(100, 200, 300)),
    )
    problem = a_problem(
        options=(option,),
        remount_offers=(an_offer(price=500),),
        charging_sites=(a_site(1, 1, 1, price=700), a_site(1, 1, 1, name="none-for-sale")),
        hires=(a_hire(1, 1, 1, price=900),),
    )
    plan = stated(problem, decided())

    dearer = {row.name: row.problem for row in stress_book(problem, plan)}["prices up 10 %"]

    leased = dearer.options[0]
    assert leased.price_pence == (PRICE * 11 // 10,) * 3
    assert leased.order_charge_pence == (1100, 2200, 3300)
    assert leased.lease == Lease(term_years=2, yearly_payment_pence=(110, 220, 330))
    assert dearer.remount_offers[0].price_pence == (550,) * 3
    assert [row.price_pence for row in dearer.charging_sites] == [(770,) * 3, ()]
    assert dearer.hires[0].price_pence == (990,) * 3
    # What is no purchase is as it was.
    assert (dearer.age_profiles, dearer.cohorts) == (problem.age_profiles, problem.cohorts)


def test_money_is_cut_under_its_ceilings_too_but_not_below_what_is_on_order() -> None:
    ceilings = tuple(
        Ceiling(
            ceiling_id=CeilingId(f"to-{FIRST + years}"),
            limit_pence=3 * PRICE,
            envelope_ids=tuple(row.envelope_id for row in budgets(2, 2, 2)[: years + 1]),
        )
        for years in (0, 1)
    )
    problem = a_problem(ceilings=ceilings)
    ordered = replace(problem, commitments=(a_commitment(FIRST, 3, f"provider-{FIRST}"),))

    cut = book_of(problem)["envelopes cut 30 %"].problem
    least = book_of(ordered)["envelopes cut 30 %"].problem

    assert [row.limit_pence for row in cut.ceilings] == [PRICE * 21 // 10] * 2
    assert [row.limit_pence for row in least.ceilings] == [3 * PRICE] * 2


@pytest.mark.parametrize(
    ("holder", "fund", "is_national"),
    [
        ("NHS England", "ambulances", True),
        ("Ambulance Programme", "public dividend capital", True),
        ("National Ambulance Programme", "", True),
        ("NHS England Midlands", "net zero grant", False),
        ("International Rescue", "gifts", False),
    ],
)
def test_national_money_is_told_from_a_regions(
    holder: str, fund: str, *, is_national: bool
) -> None:
    # A line's own name says nothing of whose money it is.
    row = replace(an_envelope(FIRST, PRICE, name="national"), holder=holder, fund=fund)
    problem = a_problem(envelopes=(*budgets(1, 1, 1), row))

    assert ("national money late" in book_of(problem)) == is_national


def test_late_money_is_last_years_for_the_same_vehicles_however_sure_it_is() -> None:
    first, later = (
        national(PRICE),
        replace(
            national(2 * PRICE),
            envelope_id=EnvelopeId("programme-2027"),
            financial_year=FIRST + 1,
            indicative=True,
            haircut_permille=100,
        ),
    )
    electric = replace(
        later, envelope_id=EnvelopeId("electric-2027"), technologies=(BEV,), allocation_pence=PRICE
    )
    problem = a_problem(envelopes=(*budgets(1, 1, 1), first, later, electric))

    late = book_of(problem)["national money late"].problem.envelopes

    assert [row.allocation_pence for row in late[3:]] == [0, PRICE, 0]


def test_a_converter_that_only_remounts_can_be_lost() -> None:
    line = SupplyLine(line_id=LineId("workshop"), kind=SupplyKind.CONVERTER, vehicles=(9, 9, 9))
    problem = a_problem(
        cohorts=boxes({1: 2}), remount_offers=(an_offer(lines=("workshop",)),), supply_lines=(line,)
    )
    plan = stated(problem, decided(remounted(FIRST + 1, 2)))

    lost = {row.name: row.problem for row in stress_book(problem, plan)}["workshop lost 12 weeks"]

    assert lost.supply_lines[0].vehicles == (9, 6, 9)


def test_whatever_turns_out_otherwise_is_a_problem_that_makes_sense() -> None:
    seeds = range(44)
    for seed in seeds:
        problem = a_mixed_random_problem(seed)
        nothing = stated(problem, least_decisions(Terms(problem)))

        for row in (*stress_book(problem, nothing), *sampled(problem, 3, seed)):
            check_problem(row.problem)


def test_regret_is_what_the_first_orders_cost_more_than_the_best_would() -> None:
    problem = a_problem(
        cohorts=cohorts({4: 2}), life_policies=(a_policy(target=4),), envelopes=budgets(2, 0, 0)
    )
    hasty = stated(problem, decided(bought(FIRST), gone(FIRST)))
    plan = replace(solve(problem, EXACT), purchases=hasty.purchases)
    calm = Scenario(name="as planned", sentence="nothing goes otherwise", problem=problem)

    row = stress(problem, plan, [calm], Workshop("stress", Effort(each=EXACT))).scenarios[0]

    # One ambulance fewer replaced: over age in each of three years, and only money spent counts.
    assert [difference.found for difference in row.regret[:2]] == [0, 3]
    assert row.regret[1].is_exact


def test_orders_that_cannot_stand_are_said_to_be_so() -> None:
    problem = a_stressed_problem()
    plan = solve(problem, EXACT)
    none = Scenario(
        name="no money", sentence="", problem=replace(problem, envelopes=budgets(0, 1, 1))
    )
    recalled = book(problem)["base model recalled"]

    rows = stress(problem, plan, [none, recalled], workshop()).scenarios

    assert [row.kept for row in rows] == [Outcome.INFEASIBLE, Outcome.INFEASIBLE]
    assert all(row.regret == () for row in rows)


def test_an_order_is_safe_as_far_as_every_scenario_places_it() -> None:
    problem = a_stressed_problem()
    plan = solve(problem, EXACT)

    answer = stress(problem, plan, list(stress_book(problem, plan))[:4], workshop())

    first = answer.safe[0]
    assert (first.option_id, first.delivery_year, first.planned) == ("DCA-DIESEL", FIRST, 3)
    best = [row.best for row in answer.scenarios if row.best is not None]
    placed = [
        sum(row.vehicles for row in plan.purchases if row.delivery_year == FIRST) for plan in best
    ]
    assert first.safe == min(3, *placed)


@pytest.mark.parametrize("plans", [0, 1])
def test_what_was_not_sought_is_unknown(plans: int) -> None:
    problem = a_stressed_problem()
    plan = solve(problem, EXACT)

    answer = stress(problem, plan, stress_book(problem, plan), workshop(plans=plans))

    assert {row.outcome for row in answer.scenarios} == {Outcome.UNKNOWN}
    # Of an order that no scenario's plan was asked about nobody knows that it is safe.
    assert (answer.planned, answer.safe) == (0, ())
