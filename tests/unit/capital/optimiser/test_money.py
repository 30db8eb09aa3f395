"""What money comes to in a plan: charges, what is carried forward, what a ceiling leaves."""

from dataclasses import replace

from services.capital.optimiser.account import account_for
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Plan, Replacement
from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Instalment,
    Lease,
    PriceTier,
    RevenueBudget,
)
from services.capital.optimiser.reasons import Reasons
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_policy,
    a_problem,
    a_profile,
    a_size,
    an_envelope,
    an_option,
    bought,
    budgets,
    cancelled,
    cohorts,
    decided,
    gone,
    stated,
)

SECOND = FIRST + 1
THIRD = FIRST + 2
CHARGE = 700_000


def test_an_order_is_charged_once_however_many_vehicles_it_is_of() -> None:
    charged = replace(an_option(lead=1), order_charge_pence=(0, CHARGE, CHARGE))
    problem = a_problem(options=(charged,), discount_ppm=(1_000_000, 900_000, 800_000, 700_000))
    decisions = decided(
        gone(SECOND), bought(SECOND, lead=1), gone(FIRST + 2), bought(FIRST + 2, lead=1)
    )
    together = decided(gone(SECOND, 2), bought(SECOND, 2, lead=1))

    # Ordered in the first year and in the second, and charged then.
    apart = CHARGE + CHARGE * 9 // 10
    assert account_for(Terms(problem), decisions).cost.ordering_pence == apart
    assert account_for(Terms(problem), together).cost.ordering_pence == CHARGE


def test_orders_are_put_together_where_a_charge_makes_it_pay() -> None:
    due = {"cohorts": cohorts({3: 1, 4: 1}), "life_policies": (a_policy(maximum=5),)}
    free = a_problem(**due, options=(an_option(price=1000),))
    charged = replace(an_option(price=1000), order_charge_pence=(CHARGE,) * 3)

    apart = solve(free, Limits(seconds=5, gap_ppm=0))
    together = solve(replace(free, options=(charged,)), Limits(seconds=5, gap_ppm=0))

    assert len({row.order_year for row in apart.purchases}) > 1
    assert len({row.order_year for row in together.purchases}) == 1


def test_a_plan_tells_what_each_envelope_receives_and_carries_on() -> None:
    first = replace(an_envelope(FIRST, 3 * PRICE), carry_forward_pence=PRICE)
    problem = a_problem(envelopes=(first, an_envelope(SECOND, 0)))

    uses = account_for(Terms(problem), decided(gone(FIRST), bought(FIRST))).envelope_uses

    assert [(use.carried_in_pence, use.carried_out_pence) for use in uses] == [
        (0, PRICE),
        (PRICE, 0),
    ]
    assert [use.headroom_pence for use in uses] == [2 * PRICE, PRICE]


def test_money_carried_forward_buys_what_no_year_alone_could() -> None:
    problem = a_problem(
        cohorts=cohorts({3: 2}),
        life_policies=(a_policy(target=5),),
        options=(an_option(minimum=2),),
        envelopes=budgets(1, 1, 0),
    )
    carrying = tuple(replace(row, carry_forward_pence=PRICE) for row in problem.envelopes)

    alone = solve(problem, Limits(seconds=5, gap_ppm=0))
    helped = solve(replace(problem, envelopes=carrying), Limits(seconds=5, gap_ppm=0))

    assert alone.level(Level.OVER_AGE).value == 2
    assert helped.level(Level.OVER_AGE).value == 0
    assert helped.purchases == (bought(SECOND, 2),)


def test_a_plan_tells_what_each_ceiling_leaves() -> None:
    ceiling = Ceiling(
        ceiling_id=CeilingId("system"),
        limit_pence=5 * PRICE,
        envelope_ids=tuple(row.envelope_id for row in budgets(2, 2, 2)),
    )
    problem = a_problem(ceilings=(ceiling,))

    (use,) = account_for(Terms(problem), decided(gone(FIRST), bought(FIRST))).ceiling_uses

    assert (use.spent_pence, use.headroom_pence) == (PRICE, 4 * PRICE)


def test_each_part_of_a_price_is_discounted_from_its_own_year() -> None:
    chassis = Instalment(years_before_delivery=1, permille=400)
    option = replace(an_option(lead=1, price=1_000_001), instalments=(chassis,))
    problem = a_problem(options=(option,), discount_ppm=(1_000_000, 500_000, 250_000, 125_000))

    account = account_for(Terms(problem), decided(gone(SECOND), bought(SECOND, lead=1)))

    # The chassis is rounded down; the conversion is the rest.
    assert account.cost.capital_pence == 400_000 + 600_001 // 2
    assert [use.spent_pence for use in account.envelope_uses] == [400_000, 600_001, 0]


def test_a_lease_scores_its_right_of_use_and_costs_its_payments() -> None:
    lease = Lease(term_years=2, yearly_payment_pence=(0, 300_000, 500_000))
    option = replace(an_option(BEV), lease=lease)
    problem = a_problem(options=(option,), discount_ppm=(1_000_000, 900_000, 800_000, 700_000))
    decisions = decided(gone(SECOND), bought(SECOND, 1, BEV), gone(THIRD), bought(THIRD, 1, BEV))

    account = account_for(Terms(problem), decisions)

    # The second vehicle's second payment falls past the horizon.
    assert account.cost.lease_pence == 3 * (90_000 + 80_000) + 5 * 80_000
    assert account.cost.capital_pence == 0
    assert [use.spent_pence for use in account.envelope_uses] == [0, PRICE, PRICE]


def test_a_plan_tells_what_disposals_return_to_an_envelope() -> None:
    problem = a_problem(
        age_profiles=(replace(a_profile(), resale_pence=(0, 0, 333)), a_profile(BEV)),
        price_index_permille=(1000, 1100, 1000, 1000),
        envelopes=(replace(an_envelope(SECOND, 0), proceeds_permille=500),),
    )

    (use,) = account_for(Terms(problem), decided(gone(SECOND, 2))).envelope_uses

    # A vehicle of two years: £3.33 at the year's prices is £3.66, and half of that £1.83.
    assert (use.proceeds_pence, use.headroom_pence) == (2 * 183, 2 * 183)


def test_a_plan_tells_what_a_trust_spends_in_revenue() -> None:
    budget = RevenueBudget(trust=RYA, financial_year=SECOND, limit_pence=100_000)
    problem = a_problem(
        age_profiles=(a_profile(running=1), a_profile(BEV)),
        price_index_permille=(1000, 1001, 1000, 1000),
        revenue_budgets=(budget,),
    )

    (use,) = account_for(Terms(problem), decided()).revenue_uses

    # Two of age 2, at three pence each and the year's prices: rounded up.
    assert (use.used_pence, use.headroom_pence) == (7, 100_000 - 7)


def test_trusts_put_their_orders_together_where_a_lower_price_makes_it_pay() -> None:
    tier = PriceTier(from_vehicles=4, price_permille=600)
    apart = replace(an_option(), price_tiers=(tier,))
    due = a_problem(
        trusts=(RYA, RYD),
        cohorts=(*cohorts({5: 2}), *cohorts({5: 2}, RYD)),
        life_policies=(a_policy(target=6), replace(a_policy(target=6), trust=RYD)),
        options=(apart,),
        envelopes=budgets(4, 4, 0),
    )

    alone = solve(due, Limits(seconds=5, gap_ppm=0))
    together = solve(
        replace(due, options=(replace(apart, joint_tiers=True),)), Limits(seconds=5, gap_ppm=0)
    )

    assert alone.cost is not None
    assert together.cost is not None
    assert alone.cost.capital_pence == 4 * PRICE
    assert together.cost.capital_pence == 4 * PRICE * 6 // 10
    assert len({row.delivery_year for row in together.purchases}) == 1


def test_an_order_is_cancelled_where_that_costs_less_than_taking_it() -> None:
    order = replace(a_commitment(SECOND, 2), cancellable=True, cancellation_price_pence=PRICE // 3)
    problem = a_problem(
        cohorts=cohorts({1: 2}),
        commitments=(order,),
        discount_ppm=(1_000_000, 900_000, 800_000, 700_000),
        establishments=(a_size(0, 3),),
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))
    firm = replace(problem, commitments=(replace(a_commitment(SECOND, 1)),))

    assert plan.cancellations == (cancelled(2),)
    assert plan.cost is not None
    assert plan.cost.cancelling_pence == 2 * (PRICE // 3)
    assert plan.cost.capital_pence == 0
    assert solve(firm, Limits(seconds=5, gap_ppm=0)).cancellations == ()


def test_a_full_ceiling_is_the_reason_where_envelopes_have_room() -> None:
    ceiling = Ceiling(
        ceiling_id=CeilingId("system-2027"),
        limit_pence=PRICE,
        envelope_ids=tuple(row.envelope_id for row in budgets(0, 1, 0)[1:2]),
    )
    problem = a_problem(
        cohorts=cohorts({3: 3}),
        life_policies=(a_policy(target=4),),
        envelopes=budgets(0, 3, 3),
        ceilings=(ceiling,),
    )
    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    reasons = Reasons(Terms(problem), plan).for_leaving(who_goes(plan, THIRD))

    assert [row.delivery_year for row in plan.purchases] == [SECOND, THIRD]
    assert Rule.SPENDING_CEILING in [row.rule for row in reasons]
    assert reasons[1].sentence == (
        "system-2027 leaves no room for one more DCA-DIESEL at £100,000 in 2027/28"
    )


def test_a_lease_that_is_over_is_the_reason_to_let_go() -> None:
    lease = Lease(term_years=4, yearly_payment_pence=(1, 1, 1))
    problem = a_problem(cohorts=cohorts({3: 2}), options=(replace(an_option(), lease=lease),))
    plan = stated(problem, decided(gone(SECOND, 2, entry=FIRST - 3), bought(SECOND, 2)))

    reasons = Reasons(Terms(problem), plan).for_leaving(who_goes(plan, SECOND))

    assert reasons[0].sentence == "its lease is over in 2027/28"


def who_goes(plan: Plan, year: int) -> Replacement:
    """Return vehicles of those there at first that go in the year."""
    rows = (row for row in plan.replacements if row.entry_year == FIRST - 3)
    return next(row for row in rows if row.financial_year == year)
