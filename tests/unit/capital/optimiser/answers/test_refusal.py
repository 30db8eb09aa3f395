"""The price of a no, and the price of each level."""

import sys
from dataclasses import replace

from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.level_prices import level_prices
from services.capital.optimiser.answers.refusal import (
    Ruling,
    departure_other_way,
    price_of_no,
    purchase_other_way,
    refusals,
    ruled,
)
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import OptionId, OrderRuling, Problem
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Vintage
from tests.unit.capital.optimiser.build import (
    DCA,
    DIESEL,
    FIRST,
    RYA,
    a_policy,
    a_problem,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.random_problems import a_random_problem

EXACT = Limits(seconds=20, gap_ppm=0)
AMBULANCE = OptionId("DCA-DIESEL")


def workshop() -> Workshop:
    return Workshop("why not", Effort(seconds=100, each=EXACT))


def tight() -> Problem:
    return a_problem(
        cohorts=cohorts({3: 2, 4: 2}),
        life_policies=(a_policy(target=4),),
        envelopes=budgets(1, 0, 1),
    )


def test_a_refused_purchase_costs_the_years_it_would_have_saved() -> None:
    problem = tight()
    plan = solve(problem, EXACT)
    ruling = purchase_other_way(problem, plan, RYA, AMBULANCE, FIRST)

    refusal = price_of_no(problem, plan, ruling, workshop())

    assert refusal.sentence == "no DCA-DIESEL for RYA in 2026/27"
    over_age = refusal.levels[1]
    assert (over_age.found, over_age.least, over_age.most) == (3, 3, 3)


def test_what_is_not_bought_is_forced_to_be_at_its_minimum_order() -> None:
    problem = replace(tight(), options=(replace(tight().options[0], minimum_order=2),))
    plan = solve(problem, EXACT)

    ruling = purchase_other_way(problem, plan, RYA, AMBULANCE, FIRST)
    refusal = price_of_no(problem, plan, ruling, workshop())

    assert (ruling.minimum, refusal.outcome) == (2, Outcome.INFEASIBLE)
    assert refusal.sentence == "at least 2 DCA-DIESEL for RYA in 2026/27"


def test_a_vehicle_that_goes_can_be_made_to_stay_and_one_that_stays_to_go() -> None:
    problem = tight()
    plan = solve(problem, EXACT)
    old = Vintage(RYA, DCA, DIESEL, FIRST - 4)
    leaving = next(row for row in plan.disposals if row.financial_year == FIRST)

    stay = departure_other_way(plan, leaving.vintage, FIRST)
    go = departure_other_way(plan, old, FIRST + 1)

    assert (stay.minimum, go.minimum, go.maximum) == (2, 0, 0)
    for ruling in (stay, go):
        refusal = price_of_no(problem, plan, ruling, workshop())
        assert [row.found for row in refusal.levels] == changes(problem, ruled(problem, ruling))
    assert changes(problem, ruled(problem, stay))[:2] == [0, 1]
    assert changes(problem, ruled(problem, go))[:2] == [1, -1]


def changes(problem: Problem, other: Problem) -> list[int]:
    """Return what each level gains from one problem's best plan to another's; both have plans."""
    before, after = best(problem), best(other)
    assert before is not None
    assert after is not None
    return [second - first for first, second in zip(before, after, strict=True)]


def test_every_no_lies_within_its_interval() -> None:
    seeds, looked = range(60), 0

    for seed in seeds:
        problem = a_random_problem(seed)
        plan = solve(problem, replace(EXACT, gap_ppm=50_000))
        before = best(problem)
        for ruling in rulings_against(problem, plan):
            refusal = price_of_no(problem, plan, ruling, workshop())
            after = best(ruled(problem, ruling))
            looked += 1
            assert (after is None) == (refusal.plan is None), (seed, ruling)
            if after is None or before is None:
                continue
            for row in refusal.levels:
                place = tuple(Level).index(row.level)
                change = after[place] - before[place]
                assert row.least is None or row.least <= change, (seed, ruling)
                assert row.most is None or change <= row.most, (seed, ruling)

    sys.stdout.write(f"seeds {seeds}: {looked} refusals\n")
    assert looked >= 30


def rulings_against(problem: Problem, plan: Plan) -> list[Ruling]:
    """Return one ruling against a purchase, and one against a departure, where there are any."""
    rulings: list[Ruling] = [
        purchase_other_way(problem, plan, row.trust, row.option_id, row.delivery_year)
        for row in plan.purchases[:1]
    ]
    rulings += [
        departure_other_way(plan, row.vintage, row.financial_year) for row in plan.disposals[:1]
    ]
    return rulings


def test_a_no_to_what_was_ruled_tells_what_lifting_the_ruling_saves() -> None:
    order = OrderRuling(trust=RYA, option_id=AMBULANCE, financial_year=FIRST, minimum=1)
    problem = a_problem(order_rulings=(order,))
    plan = solve(problem, EXACT)

    ruling = purchase_other_way(problem, plan, RYA, AMBULANCE, FIRST)
    refusal = price_of_no(problem, plan, ruling, workshop())

    assert refusal.sentence == "no DCA-DIESEL for RYA in 2026/27 (ruled at least 1)"
    cost = refusal.levels[2]
    assert cost.found == changes(problem, replace(problem, order_rulings=()))[2] < 0
    assert cost.least is not None
    assert cost.most is not None
    assert cost.least <= cost.found <= cost.most < 0


def test_each_purchase_of_a_plan_has_its_price() -> None:
    problem = tight()
    plan = solve(problem, EXACT)

    rows = list(refusals(problem, plan, workshop()))

    assert [row.ruling.financial_year for row in rows] == [FIRST, FIRST + 2]
    assert [row.levels[1].found for row in rows] == [3, 1]


def test_the_price_of_a_level_is_the_cost_with_it_less_the_cost_without() -> None:
    problem = replace(tight(), envelopes=budgets(2, 2, 2))
    plan = solve(problem, EXACT)

    rows = {row.level: row for row in level_prices(problem, plan, workshop())}

    over_age = rows[Level.OVER_AGE]
    ageless = solve(replace(problem, life_policies=()), EXACT)
    assert over_age.held == plan.level(Level.OVER_AGE).value
    assert over_age.let_go > over_age.held
    assert plan.cost is not None
    assert ageless.cost is not None
    assert over_age.found_pence == plan.cost.total_pence - ageless.cost.total_pence > 0
    assert over_age.least_pence is not None
    assert over_age.most_pence is not None
    assert over_age.least_pence <= over_age.found_pence <= over_age.most_pence


def test_a_ruling_replaces_one_on_the_same_thing() -> None:
    first = OrderRuling(trust=RYA, option_id=AMBULANCE, financial_year=FIRST, maximum=1)
    second = replace(first, maximum=0)

    assert ruled(ruled(a_problem(), first), second).order_rulings == (second,)
