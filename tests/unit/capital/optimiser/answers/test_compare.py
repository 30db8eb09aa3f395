"""Two given plans side by side."""

import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from services.capital.optimiser.answers.compare import compare
from services.capital.optimiser.answers.decided import Verb
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import EnvelopeId, OptionId, Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_hire,
    a_policy,
    a_problem,
    a_reserve,
    a_route,
    a_site,
    an_offer,
    bought,
    boxes,
    budgets,
    cancelled,
    cohorts,
    decided,
    given,
    gone,
    hired,
    remounted,
    reserved,
    stated,
    wired,
)
from tests.unit.capital.optimiser.random_mixed import a_mixed_random_problem

EXACT = Limits(seconds=20, gap_ppm=0)


def one_and_two() -> tuple[Problem, Plan, Plan]:
    """Return money for one ambulance a year, a plan that buys one, and one that buys two."""
    problem = a_problem(envelopes=budgets(1, 1, 1), life_policies=(a_policy(maximum=4),))
    one = stated(problem, decided(bought(FIRST), gone(FIRST)))
    return problem, one, stated(problem, decided(bought(FIRST, 2), gone(FIRST, 2)))


def test_plans_are_compared_by_money_decisions_and_rules() -> None:
    problem, before, after = one_and_two()

    comparison = compare(problem, before, after)

    assert [(row.fund, row.before_pence, row.after_pence) for row in comparison.money] == [
        ("operational capital", PRICE, 2 * PRICE)
    ]
    assert comparison.purchases_moved == 1
    assert [(row.verb, row.what, row.before, row.after) for row in comparison.decisions] == [
        (Verb.BUY, "DCA-DIESEL for RYA", 1, 2),
        (Verb.LET_GO, "DCA DIESEL of 2025/26 at RYA", 1, 2),
    ]
    # One more vehicle of age 0 and one fewer of age 1 cost £1,000 less to run, and no more.
    revenue = comparison.revenue[0]
    assert (revenue.trust, revenue.financial_year) == (RYA, FIRST)
    assert revenue.after_pence - revenue.before_pence == -100_000
    assert [row.rule for row in comparison.broken] == [Rule.ENVELOPE_ALLOCATION]
    assert comparison.cured == ()
    assert compare(problem, after, before).cured == comparison.broken


def test_two_given_plans_are_exactly_so_far_apart() -> None:
    problem, before, after = one_and_two()
    assert before.cost is not None
    assert after.cost is not None

    levels = {row.level: row for row in compare(problem, before, after).levels}

    assert list(levels) == list(Level)
    assert levels[Level.COST].change == after.cost.total_pence - before.cost.total_pence


def test_a_level_that_is_priced_is_still_counted() -> None:
    priced = replace(a_problem(life_policies=(a_policy(target=1),)), over_age_price_pence=100)
    kept, renewed = decided(), decided(bought(FIRST, 2), gone(FIRST, 2))

    levels = compare(priced, stated(priced, kept), stated(priced, renewed)).levels

    assert [(row.level, row.change) for row in levels[:2]] == [
        (Level.SHORTFALL, 0),
        (Level.OVER_AGE, -2),
    ]


def test_a_plan_for_more_money_that_fits_breaks_no_rule() -> None:
    problem, before, _ = one_and_two()
    richer = replace(problem, envelopes=budgets(5, 5, 5))
    theirs = stated(richer, decided(bought(FIRST), gone(FIRST)))

    comparison = compare(problem, before, theirs)

    assert (comparison.broken, comparison.cured) == ((), ())
    assert (comparison.money, comparison.decisions) == ((), ())


def test_a_plan_for_more_money_that_does_not_fit_overspends_and_breaks_nothing_else() -> None:
    problem, before, _ = one_and_two()
    richer = replace(problem, envelopes=budgets(2, 1, 1))
    theirs = stated(richer, decided(bought(FIRST, 2), gone(FIRST, 2)))

    rows = compare(problem, before, theirs).broken

    assert [(row.rule, row.subject) for row in rows] == [
        (Rule.ENVELOPE_ALLOCATION, f"provider-{FIRST}")
    ]


@pytest.mark.parametrize(
    "change",
    [{"option_id": OptionId("DCA-STEAM")}, {"envelope_id": EnvelopeId("nobody-2026")}],
)
def test_what_a_plan_names_that_the_problem_does_not_have_is_told(change: dict[str, str]) -> None:
    problem, before, after = one_and_two()
    theirs = replace(after, purchases=tuple(replace(row, **change) for row in after.purchases))  # type: ignore[arg-type]  # each row names its own field

    comparison = compare(problem, before, theirs)

    assert [(row.rule, row.subject) for row in comparison.broken] == [
        (Rule.WELL_FORMED, next(iter(change.values())))
    ]
    assert (comparison.levels, comparison.money, comparison.cured) == ((), (), ())
    assert {row.verb for row in comparison.decisions} >= {Verb.LET_GO}


def test_vehicles_let_go_that_are_not_there_leave_a_plan_without_figures() -> None:
    problem, before, _ = one_and_two()
    theirs = replace(before, disposals=(gone(FIRST, entry=FIRST - 9),))

    comparison = compare(problem, before, theirs)

    assert Rule.VEHICLES_CONSERVED in {row.rule for row in comparison.broken}
    assert comparison.levels == ()


def test_a_plan_that_decides_nothing_is_said_to() -> None:
    problem, before, _ = one_and_two()
    nothing = Plan(problem_hash="", outcome=Outcome.INFEASIBLE)

    comparison = compare(problem, before, nothing)

    assert [(row.subject, row.detail) for row in comparison.broken] == [
        ("infeasible", "decides nothing")
    ]


def test_levels_and_money_are_of_what_is_decided_and_not_of_what_is_stated() -> None:
    problem, before, after = one_and_two()
    assert after.cost is not None
    boast = replace(
        after,
        cost=replace(after.cost, total_pence=0),
        envelope_uses=tuple(replace(row, spent_pence=0) for row in after.envelope_uses),
        fleet_years=(),
    )

    assert compare(problem, before, boast) == compare(problem, before, after)


def test_every_kind_of_decision_is_set_side_by_side() -> None:
    order = replace(a_commitment(FIRST, 2), cancellable=True)
    problem = a_problem(
        trusts=(RYA, RYD),
        cohorts=(*boxes({1: 9}), *cohorts({1: 1}, RYD)),
        commitments=(order,),
        hires=(a_hire(5, 5, 5),),
        reserves=(a_reserve(5),),
        transfer_routes=(a_route(RYA, RYD),),
        remount_offers=(an_offer(),),
        charging_sites=(a_site(1, 1, 1, maximum=(5, 5, 5), price=1000),),
    )
    old = FIRST - 1
    rows = (
        bought(FIRST),
        replace(gone(FIRST), box_entry_year=old),
        replace(given(FIRST), box_entry_year=old),
        replace(reserved(FIRST), box_entry_year=old),
        remounted(FIRST),
        hired(FIRST),
        wired(FIRST),
        cancelled(),
    )

    comparison = compare(problem, stated(problem, decided()), stated(problem, decided(*rows)))

    assert [row.verb for row in comparison.decisions] == list(Verb)
    assert {(row.before, row.after) for row in comparison.decisions} == {(0, 1)}
    told = {row.verb: row.what for row in comparison.decisions}
    boxed = "DCA DIESEL of 2025/26 at RYA, with boxes of 2025/26"
    assert told[Verb.GIVE] == f"{boxed} to RYD"
    assert told[Verb.CANCEL] == "of on-order"
    assert comparison.levels != ()


def test_any_plan_can_be_compared_by_any_problem() -> None:
    seeds, reckoned = range(40), 0
    problems = [a_mixed_random_problem(seed) for seed in seeds]
    plans = [solve(problem, replace(EXACT, gap_ppm=100_000)) for problem in problems]

    for problem in problems:
        for before, after in pairwise(plans):
            reckoned += bool(compare(problem, before, after).levels)

    sys.stdout.write(f"seeds {seeds}: {reckoned} pairs of plans with figures\n")
    assert reckoned
