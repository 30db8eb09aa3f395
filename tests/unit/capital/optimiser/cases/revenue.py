"""Cases of money over years: parts of a price, leases, proceeds, and budgets of revenue."""

from dataclasses import replace

from services.capital.optimiser.plan import Disposal
from services.capital.optimiser.problem import (
    Instalment,
    Lease,
    Option,
    Problem,
    RevenueBudget,
    TrustCode,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_problem,
    a_profile,
    a_route,
    a_size,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
    decided,
    given,
    gone,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1
THIRD = FIRST + 2


def in_parts(permille: int) -> Option:
    """Return ambulances ordered a year ahead, whose chassis are paid for when ordered."""
    chassis = Instalment(years_before_delivery=1, permille=permille)
    return replace(an_option(lead=1), instalments=(chassis,))


def leased(term: int, *payments: int) -> Option:
    """Return electric ambulances had for a term of years."""
    payments = payments or (0, 0, 0)
    return replace(an_option(BEV), lease=Lease(term_years=term, yearly_payment_pence=payments))


def a_budget(pence: int, year: int = FIRST, trust: TrustCode = RYA) -> tuple[RevenueBudget, ...]:
    return (RevenueBudget(trust=trust, financial_year=year, limit_pence=pence),)


def tied(cost: int, **rest: tuple[RevenueBudget, ...]) -> Problem:
    """Return two trusts, one of which may give vehicles that cost nothing to run, at a cost."""
    return a_problem(
        trusts=(RYA, RYD),
        cohorts=cohorts({1: 3}),
        age_profiles=(a_profile(running=0), a_profile(BEV)),
        establishments=(a_size(0, 3), a_size(0, 3, trust=RYD)),
        transfer_routes=(replace(a_route(RYA, RYD), cost_pence=cost),),
        price_index_permille=(1000, 1500, 1000, 1000),
        **rest,
    )


def returned(year: int, vehicles: int = 1) -> Disposal:
    """Return electric ambulances delivered in the first year that go in another."""
    return replace(gone(year, vehicles, entry=FIRST), technology=BEV)


CASES = (
    Case(
        because="a chassis scores in its own year",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            options=(in_parts(400),),
            envelopes=(an_envelope(FIRST, PRICE * 4 // 10), an_envelope(SECOND, PRICE * 2)),
        ),
        kept=decided(gone(SECOND), bought(SECOND, lead=1)),
        broken=decided(gone(SECOND, 2), bought(SECOND, 2, lead=1)),
    ),
    Case(
        because="a conversion scores in its own year",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            options=(in_parts(400),),
            envelopes=(an_envelope(FIRST, PRICE), an_envelope(SECOND, PRICE * 6 // 10)),
        ),
        kept=decided(gone(SECOND), bought(SECOND, lead=1)),
        broken=decided(gone(SECOND, 2), bought(SECOND, 2, lead=1)),
    ),
    Case(
        because="somebody pays for every part",
        rule=Rule.ENVELOPE_ELIGIBILITY,
        problem=a_problem(
            options=(in_parts(400),),
            envelopes=(
                an_envelope(FIRST, PRICE),
                replace(an_envelope(SECOND, PRICE), fund="another"),
                an_envelope(THIRD, PRICE),
                replace(an_envelope(SECOND, PRICE, "same"), financial_year=SECOND),
            ),
        ),
        kept=decided(gone(SECOND), bought(SECOND, lead=1, envelope="same")),
        broken=decided(gone(SECOND), bought(SECOND, lead=1)),
    ),
    Case(
        because="a leased vehicle leaves when its term is over",
        rule=Rule.LEASE_TERM,
        problem=a_problem(options=(leased(1),)),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV), returned(SECOND)),
        broken=decided(gone(FIRST), bought(FIRST, 1, BEV)),
    ),
    Case(
        because="a right of use scores whole when it begins",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(options=(leased(3),), envelopes=budgets(1, 1, 1)),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2, BEV)),
    ),
    Case(
        because="what disposals fetch pays in its year",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            cohorts=cohorts({1: 4}),
            age_profiles=(replace(a_profile(), resale_pence=(PRICE,)), a_profile(BEV)),
            envelopes=(replace(an_envelope(FIRST, 0), proceeds_permille=500),),
        ),
        kept=decided(gone(FIRST, 2), bought(FIRST)),
        broken=decided(gone(FIRST, 3), bought(FIRST, 2)),
    ),
    Case(
        because="running cost stays within revenue",
        rule=Rule.REVENUE_BUDGET,
        problem=a_problem(
            age_profiles=(a_profile(running=1001), a_profile(BEV)),
            price_index_permille=(1000, 1500, 1000, 1000),
            revenue_budgets=a_budget(4505, SECOND),
        ),
        # One of age 2 costs 3 x £10.01 at the prices of the first year.
        kept=decided(gone(FIRST)),
        broken=decided(),
    ),
    Case(
        because="payments for leases are revenue in every year of their term",
        rule=Rule.REVENUE_BUDGET,
        problem=a_problem(
            options=(leased(2, 70_000, 0, 0),),
            age_profiles=(a_profile(running=0), a_profile(BEV, running=0)),
            revenue_budgets=a_budget(70_000, SECOND),
        ),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV), returned(THIRD)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2, BEV), returned(THIRD, 2)),
    ),
    Case(
        because="charges for orders are revenue when the order is placed",
        rule=Rule.REVENUE_BUDGET,
        problem=a_problem(
            options=(replace(an_option(lead=1), order_charge_pence=(5, 5, 5)),),
            age_profiles=(a_profile(running=0), a_profile(BEV)),
            revenue_budgets=a_budget(4, SECOND),
        ),
        kept=decided(gone(SECOND, 2), bought(SECOND, 2, lead=1)),
        broken=decided(gone(THIRD), bought(THIRD, lead=1)),
    ),
    Case(
        because="what a given vehicle costs is its receiver's revenue, at the year's prices",
        rule=Rule.REVENUE_BUDGET,
        problem=tied(
            # At half as much again, two come to £20.01 in the second year.
            cost=667,
            revenue_budgets=(*a_budget(2000, SECOND, RYD), *a_budget(0, SECOND)),
        ),
        kept=decided(given(FIRST, 2), given(SECOND)),
        broken=decided(given(SECOND, 2)),
    ),
)
