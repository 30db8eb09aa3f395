"""Problems and limits that make no sense, and what is said of them."""

from dataclasses import replace

import pytest

from services.capital.optimiser.faults import InvalidProblem, TooLarge
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.problem import (
    Cohort,
    Commissioning,
    DisposalFreeze,
    LifePolicy,
    LineId,
    OptionId,
    SupplyKind,
    SupplyLine,
    Technology,
    TrustCode,
    TypeCode,
    VehicleType,
)
from services.capital.optimiser.solve import solve
from services.capital.optimiser.validate import check_limits, check_problem
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    RYD,
    YEARS,
    a_commitment,
    a_hire,
    a_mandate,
    a_need,
    a_policy,
    a_problem,
    a_profile,
    a_size,
    an_envelope,
    an_option,
    cohorts,
)

LINE = SupplyLine(line_id=LineId("line"), kind=SupplyKind.CONVERTER, vehicles=(1,) * YEARS)
FREEZE = DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=FIRST)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        # nothing to plan
        ({"trusts": ()}, "trusts"),
        ({"vehicle_types": ()}, "vehicle_types"),
        ({"technologies": ()}, "technologies"),
        ({"age_profiles": ()}, "age_profiles"),
        ({"cohorts": ()}, "cohorts"),
        ({"years": 0}, "years"),
        # outside its range
        ({"years": 41}, "years"),
        ({"first_financial_year": 1999}, "first_financial_year"),
        ({"description": "x" * 501}, "description"),
        ({"cohorts": cohorts({1: 0})}, "cohorts[0].vehicles"),
        ({"cohorts": cohorts({1: 1, 61: 1})}, "cohorts[1].age_years"),
        ({"cohorts": cohorts({1: 100_001})}, "cohorts[0].vehicles"),
        ({"years": True}, "years"),
        ({"years": 1.5}, "years"),
        ({"years": float("nan")}, "years"),
        ({"envelopes": (an_envelope(FIRST, -1),)}, "envelopes[0].allocation_pence"),
        ({"envelopes": (an_envelope(FIRST, 10**13 + 1),)}, "envelopes[0].allocation_pence"),
        ({"options": (an_option(lead=11),)}, "options[0].lead_time_years"),
        ({"options": (an_option(price=10**10 + 1),)}, "options[0].price_pence[0]"),
        ({"mandates": (a_mandate(FIRST, share=0),)}, "mandates[0].share_permille"),
        ({"mandates": (a_mandate(FIRST, share=1001),)}, "mandates[0].share_permille"),
        ({"discount_ppm": (1_000_000, 0, 1, 1)}, "discount_ppm[1]"),
        (
            {"age_profiles": (replace(a_profile(), off_road_permille=(0, 1001)), a_profile(BEV))},
            "age_profiles[0].off_road_permille[1]",
        ),
        # not a code
        ({"trusts": (RYA, TrustCode("two words"))}, "trusts[1]"),
        ({"trusts": (RYA, TrustCode(""))}, "trusts[1]"),
        ({"vehicle_types": (VehicleType(code=TypeCode("D" * 65)),)}, "vehicle_types[0].code"),
        # tables of the wrong length
        ({"options": (an_option(price=(PRICE,)),)}, "options[0].price_pence"),
        ({"supply_lines": (replace(LINE, vehicles=(1,)),)}, "supply_lines[0].vehicles"),
        (
            {"commissioning": (Commissioning(trust=RYA, vehicles=(1, 1, 1, 1)),)},
            "commissioning[0].vehicles",
        ),
        ({"discount_ppm": (1_000_000,) * YEARS}, "discount_ppm"),
        ({"price_index_permille": (1000,) * YEARS}, "price_index_permille"),
        (
            {"age_profiles": (replace(a_profile(), running_cost_pence=()), a_profile(BEV))},
            "age_profiles[0].running_cost_pence",
        ),
        # a key twice
        ({"trusts": (RYA, RYA)}, "trusts[1]"),
        ({"options": (an_option(), an_option())}, "options[1]"),
        ({"envelopes": (an_envelope(FIRST, 1), an_envelope(FIRST, 2))}, "envelopes[1]"),
        ({"needs": (a_need(1, FIRST), a_need(2, FIRST))}, "needs[1]"),
        ({"life_policies": (a_policy(target=1), a_policy(target=2))}, "life_policies[1]"),
        ({"establishments": (a_size(0, 1), a_size(0, 2))}, "establishments[1]"),
        ({"disposal_freezes": (FREEZE, FREEZE)}, "disposal_freezes[1]"),
        ({"supply_lines": (LINE, LINE)}, "supply_lines[1]"),
        ({"age_profiles": (a_profile(), a_profile(), a_profile(BEV))}, "age_profiles[1]"),
        # named and not there
        ({"cohorts": cohorts({1: 1}, trust=RYD)}, "cohorts[0].trust"),
        ({"technologies": (Technology(code=DIESEL),)}, "age_profiles[1].technology"),
        ({"options": (an_option(lines=("line",)),)}, "options[0].supply_lines[0]"),
        ({"commitments": (a_commitment(FIRST, envelope="none"),)}, "commitments[0].envelope_id"),
        ({"mandates": (replace(a_mandate(FIRST), trusts=(RYD,)),)}, "mandates[0].trusts[0]"),
        (
            {"envelopes": (an_envelope(FIRST, 1, technologies=("STEAM",)),)},
            "envelopes[0].technologies[0]",
        ),
        # outside the horizon
        ({"needs": (a_need(1, FIRST + YEARS),)}, "needs[0].financial_year"),
        ({"envelopes": (an_envelope(FIRST - 1, 1),)}, "envelopes[0].financial_year"),
        ({"commitments": (a_commitment(FIRST - 1),)}, "commitments[0].financial_year"),
        ({"hires": (a_hire(1, 1),)}, "hires[0].vehicles"),
        ({"hires": (a_hire(1, 1, 100_001),)}, "hires[0].vehicles[2]"),
        ({"hires": (a_hire(1, 1, 1), a_hire(2, 2, 2))}, "hires[1]"),
        ({"hires": (a_hire(1, 1, 1, trust=RYD),)}, "hires[0].trust"),
        # against one another
        ({"shortfall_price_pence": 1}, "over_age_price_pence"),
        ({"establishments": (a_size(3, 2),)}, "establishments[0].minimum"),
        ({"life_policies": (a_policy(target=5, maximum=4),)}, "life_policies[0].maximum_age_years"),
        (
            {"commitments": (a_commitment(FIRST, envelope=f"provider-{FIRST + 1}"),)},
            "commitments[0].envelope_id",
        ),
        ({"age_profiles": (a_profile(BEV),)}, "cohorts[0].technology"),
        ({"options": (an_option(BEV),), "age_profiles": (a_profile(),)}, "options[0].technology"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert field in [fault.field for fault in refusal.value.faults]


def test_all_faults_are_reported_at_once() -> None:
    problem = a_problem(years=0, cohorts=cohorts({1: -1, 99: 1}))

    with pytest.raises(InvalidProblem) as refusal:
        check_problem(problem)

    named = {fault.field for fault in refusal.value.faults}
    assert {"years", "cohorts[0].vehicles", "cohorts[1].age_years"} <= named


def test_at_most_fifty_faults_are_reported() -> None:
    problem = a_problem(cohorts=tuple(row for _ in range(60) for row in cohorts({1: -1})))

    with pytest.raises(InvalidProblem) as refusal:
        check_problem(problem)

    assert len(refusal.value.faults) == 50


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(seconds=0), "limits.seconds"),
        (Limits(seconds=-1), "limits.seconds"),
        (Limits(seconds=1801), "limits.seconds"),
        (Limits(gap_ppm=-1), "limits.gap_ppm"),
        (Limits(gap_ppm=1_000_001), "limits.gap_ppm"),
        (Limits(seed=-1), "limits.seed"),
        (Limits(seed=2**31), "limits.seed"),
        (Limits(nodes=0), "limits.nodes"),
    ],
)
def test_limits_out_of_range_are_refused_by_field(limits: Limits, field: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_limits(limits)

    assert [fault.field for fault in refusal.value.faults] == [field]


def test_a_problem_beyond_one_solve_is_refused_with_its_size_and_the_limit() -> None:
    trusts = tuple(TrustCode(f"T{number}") for number in range(100))
    types = tuple(TypeCode(f"K{number}") for number in range(20))
    problem = a_problem(
        years=30,
        trusts=trusts,
        vehicle_types=tuple(VehicleType(code=code) for code in types),
        age_profiles=tuple(replace(a_profile(), vehicle_type=code) for code in types),
        cohorts=tuple(
            Cohort(trust=trust, vehicle_type=code, technology=DIESEL, age_years=1, vehicles=1)
            for trust in trusts
            for code in types
        ),
        options=tuple(
            replace(an_option(price=(PRICE,) * 30), option_id=OptionId(code), vehicle_type=code)
            for code in types
        ),
        envelopes=(),
    )

    with pytest.raises(TooLarge, match=r"about 2,100,000 variables; the limit is 500,000"):
        solve(problem)


def test_a_problem_whose_cost_could_overflow_is_refused() -> None:
    problem = a_problem(
        vehicle_types=(VehicleType(code=DCA, lost_day_cost_pence=10**9),),
        cohorts=cohorts(dict.fromkeys(range(50), 100_000)),
        price_index_permille=(10_000,) * (YEARS + 1),
    )

    with pytest.raises(TooLarge, match="overflow"):
        check_problem(problem)


def test_need_beyond_all_capacity_is_no_fault_but_a_shortfall() -> None:
    check_problem(a_problem(needs=(a_need(100, FIRST),)))


def test_a_policy_of_no_ages_is_no_fault() -> None:
    none = LifePolicy(trust=RYA, vehicle_type=DCA, from_financial_year=FIRST)

    check_problem(a_problem(life_policies=(none,)))
