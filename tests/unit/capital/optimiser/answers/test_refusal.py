"""The price of a no, and the price of each level."""

import sys
from collections import Counter
from dataclasses import replace

from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.level_prices import level_prices
from services.capital.optimiser.answers.other_way import other_way, subjects
from services.capital.optimiser.answers.refusal import price_of_no, refusals
from services.capital.optimiser.answers.rulings import ruled, rulings_of
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import (
    ChargerRuling,
    MoveKind,
    MoveRuling,
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    SiteId,
)
from services.capital.optimiser.problem.ruling import Ruling
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Vintage
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    RYA,
    a_policy,
    a_problem,
    a_site,
    an_option,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.random_problems import a_random_problem
from tests.unit.capital.optimiser.random_ruled import a_random_problem_with_a_ruling

EXACT = Limits(seconds=20, gap_ppm=0)
AMBULANCE = OptionId("DCA-DIESEL")
ORDER = OrderRuling(trust=RYA, option_id=AMBULANCE, financial_year=FIRST)


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
    ruling = other_way(problem, plan, ORDER)

    refusal = price_of_no(problem, plan, ruling, workshop())

    assert refusal.sentence == "no DCA-DIESEL for RYA in 2026/27"
    over_age = refusal.levels[1]
    assert (over_age.found, over_age.least, over_age.most) == (3, 3, 3)


def test_what_is_not_bought_is_forced_to_be_at_its_minimum_order() -> None:
    problem = replace(tight(), options=(replace(tight().options[0], minimum_order=2),))
    plan = solve(problem, EXACT)

    ruling = other_way(problem, plan, ORDER)
    refusal = price_of_no(problem, plan, ruling, workshop())

    assert (ruling.minimum, refusal.outcome) == (2, Outcome.INFEASIBLE)
    assert refusal.sentence == "at least 2 DCA-DIESEL for RYA in 2026/27"


def test_a_vehicle_that_goes_can_be_made_to_stay_and_one_that_stays_to_go() -> None:
    problem = tight()
    plan = solve(problem, EXACT)
    old = Vintage(RYA, DCA, DIESEL, FIRST - 4)
    leaving = next(row for row in plan.disposals if row.financial_year == FIRST)

    stay = other_way(problem, plan, departure(leaving.vintage, FIRST))
    go = other_way(problem, plan, departure(old, FIRST + 1))

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
        for ruling in rulings_against(problem, plan):
            looked += 1
            assert_is_what_trying_says(problem, plan, ruling, seed)

    sys.stdout.write(f"seeds {seeds}: {looked} refusals\n")
    assert looked >= 30


def test_a_no_to_every_kind_of_decision_costs_what_trying_every_plan_says() -> None:
    seeds, looked = range(48), Counter[str]()

    for seed in seeds:
        given = a_random_problem_with_a_ruling(seed)
        problem = without_rulings(given)
        plan = solve(problem, EXACT)
        made = [row for row in subjects(problem, plan) if not isinstance(row, OrderRuling)]
        asked = rulings_of(given)[-1]
        for subject in (asked, *made[:2]) if plan.has_decisions else ():
            ruling = other_way(problem, plan, subject)
            kind = subject.kind if isinstance(subject, MoveRuling) else type(subject).__name__
            looked[f"{'at least one' if ruling.minimum else 'no'} {kind}"] += 1
            assert_is_what_trying_says(problem, plan, ruling, seed)
        if plan.has_decisions:
            assert_is_what_trying_says(problem, plan, asked, seed)

    sys.stdout.write(f"seeds {seeds}: {dict(looked)}\n")
    for kind in (*MoveKind, "HireRuling", "CancellationRuling"):
        assert looked[f"no {kind}"], kind
        assert looked[f"at least one {kind}"], kind


def test_a_no_to_chargers_costs_the_years_that_vehicles_wait_for_them() -> None:
    problem = a_problem(
        cohorts=cohorts({4: 1}),
        options=(an_option(BEV),),
        life_policies=(a_policy(target=4),),
        charging_sites=(a_site(0, 0, 0, maximum=(2, 2, 2), price=1000),),
    )
    plan = solve(problem, EXACT)
    subject = ChargerRuling(site_id=SiteId("site"), financial_year=FIRST)

    refused = price_of_no(problem, plan, other_way(problem, plan, subject), workshop())
    another = price_of_no(problem, plan, replace(subject, minimum=2), workshop())

    assert refused.sentence == "no chargers bought for site in 2026/27"
    assert (refused.levels[1].least, refused.levels[1].most) == (1, 1)
    assert another.sentence == "at least 2 chargers bought for site in 2026/27"
    assert [row.found for row in another.levels] == [0, 0, 1000]


def test_fewer_of_an_order_than_planned_have_their_price_too() -> None:
    problem = replace(tight(), envelopes=budgets(2, 0, 1))
    plan = solve(problem, EXACT)
    fewer = replace(ORDER, maximum=1)

    refusal = price_of_no(problem, plan, fewer, workshop())

    assert refusal.sentence == "at most 1 DCA-DIESEL for RYA in 2026/27"
    assert [row.found for row in refusal.levels] == changes(problem, ruled(problem, fewer))
    assert refusal.levels[1].least == 3


def assert_is_what_trying_says(problem: Problem, plan: Plan, ruling: Ruling, seed: int) -> None:
    """Compare what a ruling is said to cost with the best of all plans, with it and without."""
    refusal = price_of_no(problem, plan, ruling, workshop())
    before, after = best(problem), best(ruled(problem, ruling))
    assert (after is None) == (refusal.plan is None), (seed, ruling)
    if after is None or before is None:
        return
    for row in refusal.levels:
        place = tuple(Level).index(row.level)
        change = after[place] - before[place]
        assert row.least is None or row.least <= change, (seed, ruling)
        assert row.most is None or change <= row.most, (seed, ruling)


def without_rulings(problem: Problem) -> Problem:
    return replace(
        problem,
        order_rulings=(),
        service_rulings=(),
        move_rulings=(),
        hire_rulings=(),
        charger_rulings=(),
        cancellation_rulings=(),
    )


def rulings_against(problem: Problem, plan: Plan) -> list[Ruling]:
    """Return one ruling against a purchase, and one against a departure, where there are any."""
    purchases: list[Ruling] = [
        OrderRuling(trust=row.trust, option_id=row.option_id, financial_year=row.delivery_year)
        for row in plan.purchases[:1]
    ]
    departures: list[Ruling] = [
        departure(row.vintage, row.financial_year) for row in plan.disposals[:1]
    ]
    return [other_way(problem, plan, row) for row in (*purchases, *departures)]


def departure(vintage: Vintage, year: int) -> ServiceRuling:
    """Return what can be ruled on the vehicles in the year."""
    return ServiceRuling(
        trust=vintage.trust,
        vehicle_type=vintage.vehicle_type,
        technology=vintage.technology,
        entry_year=vintage.entry_year,
        financial_year=year,
        band=vintage.band or None,
        in_reserve=vintage.in_reserve,
    )


def test_a_no_to_what_was_ruled_tells_what_lifting_the_ruling_saves() -> None:
    order = OrderRuling(trust=RYA, option_id=AMBULANCE, financial_year=FIRST, minimum=1)
    problem = a_problem(order_rulings=(order,))
    plan = solve(problem, EXACT)

    ruling = other_way(problem, plan, ORDER)
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

    assert [row.ruling.subject for row in rows] == [
        (RYA, AMBULANCE, FIRST),
        (RYA, AMBULANCE, FIRST + 2),
    ]
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
