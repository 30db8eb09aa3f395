"""From what is known to the problem: tiny fleets, each rule of the freezing by itself."""

from dataclasses import replace
from typing import Final

import pytest

from services.capital.domain.envelope import Envelope, Fund
from services.capital.domain.freeze import frozen, types_covered
from services.capital.domain.inputs import LifeAges
from services.capital.domain.market import worth_by_age
from services.capital.domain.scenario import (
    CatalogueIncomplete,
    EnvelopeChange,
    PriceChange,
    ProblemTooLarge,
    ScenarioChange,
    TargetAgeChange,
)
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.problem import Mandate, MandateBasis, MandateId, TrustCode, TypeCode
from services.kernel.errors import Malformed
from services.kernel.vehicle import Technology, VehicleType
from tests.unit.capital.build import (
    BEV_DCA,
    DCA,
    DIESEL_PTS,
    RYA,
    RYE,
    a_catalogue,
    a_profile,
    a_question,
    a_requirement,
    a_serving_vehicle,
    an_envelope,
    an_option,
    some_inputs,
)

BOTH: Final = (a_profile(), a_profile(BEV_DCA))


def test_alike_vehicles_are_counted_together_by_age() -> None:
    vehicles = (
        a_serving_vehicle(1, entered=2022),
        a_serving_vehicle(2, entered=2022),
        a_serving_vehicle(3, entered=2019),
    )

    problem = frozen(some_inputs(*vehicles), a_question())

    assert [(row.age_years, row.vehicles) for row in problem.cohorts] == [(4, 2), (7, 1)]


def test_prices_are_those_of_the_year_of_delivery() -> None:
    late = replace(an_option("DCA-BEV", BEV_DCA), first_delivery_year=2027, price_change_permille=0)
    catalogue = a_catalogue((an_option(), late), BOTH)

    problem = frozen(some_inputs(catalogue=catalogue), a_question())

    assert {row.option_id: row.price_pence for row in problem.options} == {
        "DCA-VAN": (15_000_000, 15_600_000, 16_224_000),
        "DCA-BEV": (0, 15_000_000, 15_000_000),
    }


def test_running_costs_are_at_the_first_year_s_prices() -> None:
    older = replace(a_catalogue(), price_year=2025)

    problem = frozen(some_inputs(catalogue=older), a_question())

    [profile] = problem.age_profiles
    assert profile.running_cost_pence == (412_000, 700_400, 988_800)
    assert problem.price_index_permille == (1000, 1030, 1061, 1093)
    assert problem.vehicle_types[0].lost_day_cost_pence == 92_700


def test_a_vehicle_at_the_horizon_s_end_is_worth_the_service_it_has_left() -> None:
    worth = worth_by_age((90, 50, 10), price_pence=110, life_years=5)

    assert worth == (110, 90, 70, 50, 30, 10)


def test_a_vehicle_is_never_worth_less_than_it_fetches() -> None:
    worth = worth_by_age((90, 80, 60), price_pence=100, life_years=2)

    assert worth == (100, 80, 60)


def test_what_is_sold_nowhere_is_worth_what_it_fetches() -> None:
    assert worth_by_age((90, 50), price_pence=0, life_years=3) == (90, 50, 50, 50)


def test_only_supply_that_something_on_offer_needs_is_told() -> None:
    catalogue = a_catalogue((replace(an_option(), supply_lines=()),))

    assert frozen(some_inputs(catalogue=catalogue), a_question()).supply_lines == ()


def test_a_requirement_holds_until_the_next_one() -> None:
    inputs = replace(some_inputs(), requirements=(a_requirement(2020, 9), a_requirement(2027, 15)))

    problem = frozen(inputs, a_question())

    assert [(row.financial_year, row.required_available) for row in problem.needs] == [
        (2026, 8),
        (2027, 8),
        (2028, 8),
    ]
    assert [(row.from_financial_year, row.maximum) for row in problem.establishments] == [
        (2020, 9),
        (2027, 15),
    ]


def test_a_requirement_after_the_horizon_says_nothing_yet() -> None:
    inputs = replace(some_inputs(), requirements=(a_requirement(2029),))

    problem = frozen(inputs, a_question())

    assert (problem.needs, problem.establishments) == ((), ())


def test_an_envelope_is_told_of_the_trusts_and_kinds_of_the_question_alone() -> None:
    shared = replace(
        an_envelope(trusts=(RYA, RYE)), vehicle_types=(DCA, VehicleType.PTS), technologies=()
    )

    problem = frozen(replace(some_inputs(), envelopes=(shared,)), a_question())

    [envelope] = problem.envelopes
    assert (envelope.trusts, envelope.vehicle_types) == (("RYA",), ("DCA",))


@pytest.mark.parametrize(
    "useless",
    [
        replace(an_envelope(), vehicle_types=(VehicleType.PTS,)),
        replace(an_envelope(), technologies=(Technology.BEV,)),
        replace(an_envelope(), trusts=(RYE,)),
        an_envelope(2031),
    ],
)
def test_money_that_can_buy_nothing_here_is_left_out(useless: Envelope) -> None:
    inputs = replace(some_inputs(), envelopes=(useless,))

    assert frozen(inputs, a_question()).envelopes == ()


def test_hubs_commission_fifty_two_weeks_a_year_and_unmeasured_ones_set_no_limit() -> None:
    question = a_question(trusts=(RYA, RYE))
    inputs = some_inputs(a_serving_vehicle(1), a_serving_vehicle(2, trust=RYE))

    problem = frozen(inputs, question)

    assert [(row.trust, row.vehicles) for row in problem.commissioning] == [
        ("RYA", (104, 104, 104))
    ]


def test_a_mandate_is_told_of_the_trusts_and_types_it_binds_here() -> None:
    mandate = Mandate(
        mandate_id=MandateId("ZE"),
        trusts=(TrustCode("RYA"), TrustCode("RX9")),
        vehicle_types=(TypeCode("DCA"), TypeCode("RRV")),
        from_financial_year=2027,
        share_permille=500,
        basis=MandateBasis.DELIVERIES,
    )
    elsewhere = replace(mandate, mandate_id=MandateId("ZE-CARS"), vehicle_types=(TypeCode("RRV"),))
    catalogue = replace(a_catalogue(), mandates=(mandate, elsewhere))

    problem = frozen(some_inputs(catalogue=catalogue), a_question())

    [told] = problem.mandates
    assert (told.mandate_id, told.trusts, told.vehicle_types) == ("ZE", ("RYA",), ("DCA",))


def test_a_kind_in_use_without_profile_is_refused_by_its_name() -> None:
    inputs = some_inputs(a_serving_vehicle(1, kind=DIESEL_PTS))

    with pytest.raises(CatalogueIncomplete, match="no profile of PTS DIESEL"):
        frozen(inputs, a_question())


def test_a_price_beyond_all_bounds_is_refused() -> None:
    dear = replace(an_option(), price_pence=10**10)

    with pytest.raises(CatalogueIncomplete, match="price_pence"):
        frozen(some_inputs(catalogue=a_catalogue((dear,))), a_question())


def test_a_problem_beyond_one_solve_says_how_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.capital.optimiser.validate.MOST_VARIABLES", 1)

    with pytest.raises(ProblemTooLarge) as refused:
        frozen(some_inputs(), a_question())

    assert int(refused.value.metadata["variables"]) > 1
    assert refused.value.retry_after is None


@pytest.mark.parametrize(
    ("change", "allocations"),
    [
        (EnvelopeChange(fund=None, financial_year=None, permille=800), [40, 40, 40]),
        (EnvelopeChange(fund=None, financial_year=2027, permille=0), [50, 0, 50]),
        (EnvelopeChange(fund=Fund.GRANT, financial_year=None, permille=0), [50, 50, 50]),
        (
            EnvelopeChange(fund=Fund.OPERATIONAL, financial_year=2028, permille=10_000),
            [50, 50, 500],
        ),
    ],
)
def test_envelopes_are_scaled_where_the_change_means_them(
    change: ScenarioChange, allocations: list[int]
) -> None:
    problem = frozen(some_inputs(), a_question(change))

    assert [row.allocation_pence // 1_000_000 for row in problem.envelopes] == allocations


def test_another_target_age_raises_a_maximum_below_it() -> None:
    problem = frozen(some_inputs(), a_question(TargetAgeChange(vehicle_type=DCA, years=9)))

    [policy] = problem.life_policies
    assert (policy.target_age_years, policy.maximum_age_years) == (9, 9)


def test_a_target_age_can_be_set_where_there_was_no_policy() -> None:
    inputs = replace(some_inputs(), life_ages=())

    problem = frozen(inputs, a_question(TargetAgeChange(vehicle_type=DCA, years=5)))

    [policy] = problem.life_policies
    assert (policy.trust, policy.target_age_years, policy.maximum_age_years) == ("RYA", 5, 0)


def test_changes_follow_one_another() -> None:
    half = PriceChange(option_id="DCA-VAN", permille=500)

    problem = frozen(some_inputs(), a_question(half, PriceChange(option_id=None, permille=500)))

    assert problem.options[0].price_pence[0] == 3_750_000


def test_a_price_falls_to_a_penny_and_not_to_nothing() -> None:
    cheap = a_catalogue((replace(an_option(), price_pence=3),))

    problem = frozen(
        some_inputs(catalogue=cheap), a_question(PriceChange(option_id=None, permille=1))
    )

    assert problem.options[0].price_pence[0] == 1


def test_a_price_of_an_unknown_option_is_refused_at_its_place() -> None:
    age = TargetAgeChange(vehicle_type=DCA, years=5)

    with pytest.raises(Malformed, match=r"changes\[1\].price.option_id: must be an option"):
        frozen(some_inputs(), a_question(age, PriceChange(option_id="RRV", permille=900)))


def test_the_same_content_has_the_same_hash_and_other_content_another() -> None:
    vehicles = (a_serving_vehicle(1), a_serving_vehicle(2, entered=2019))

    first = frozen(some_inputs(*vehicles), a_question())
    again = frozen(some_inputs(*reversed(vehicles)), a_question())
    other = frozen(replace(some_inputs(*vehicles), life_ages=()), a_question())

    assert problem_hash(first) == problem_hash(again) != problem_hash(other)


def test_the_types_covered_are_those_asked_for_or_those_there_are() -> None:
    inputs = some_inputs(a_serving_vehicle(1), a_serving_vehicle(2, kind=DIESEL_PTS))
    asked = replace(a_question(), vehicle_types=(VehicleType.RRV,))

    assert types_covered(inputs, a_question()) == (DCA, VehicleType.PTS)
    assert types_covered(inputs, asked) == (VehicleType.RRV,)


def test_a_policy_of_another_type_is_left_out() -> None:
    cars = LifeAges(trust=RYA, vehicle_type=VehicleType.RRV, target_years=4)
    inputs = replace(some_inputs(), life_ages=(cars,))

    assert frozen(inputs, a_question()).life_policies == ()
