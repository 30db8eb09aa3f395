"""Scenarios: what is live, frozen with named changes, known by the hash of its content."""

import pytest
from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.plan_pb2 import (
    EnvelopeChange,
    PriceChange,
    Scenario,
    ScenarioChange,
    TargetAgeChange,
)
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem
from makeready.common.v1.vehicle_kind_pb2 import TECHNOLOGY_BEV, VEHICLE_TYPE_DCA

from demo.client import Client, Refused
from services.capital.optimiser.hashing import problem_hash
from services.capital.problem_wire import problem_from_proto
from services.capital.subscriptions import VEHICLES
from tests.delivery import Delivery
from tests.integration.capital import toy
from tests.served import Served


async def ready(capital: Served) -> Client:
    """Return a planner who can freeze a scenario of the toy fleet."""
    planner = capital.client("capital.planner")
    await toy.tell_of_the_fleet(capital.database)
    await toy.set_the_terms(planner)
    return planner


async def problem_of(reader: Client, scenario: Scenario) -> RenewalProblem:
    request = pb.GetScenarioProblemRequest(scenario_id=scenario.scenario_id)
    return (await reader(reader.capital.GetScenarioProblem, request)).problem


async def test_a_scenario_freezes_fleet_money_needs_policy_and_hubs(capital: Served) -> None:
    planner = await ready(capital)

    scenario = await toy.a_scenario(planner)
    problem = await problem_of(planner, scenario)

    ages = {row.age_years: row.vehicles for row in problem.cohorts}
    assert ages == {1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2}
    assert [row.financial_year for row in problem.envelopes] == [2026, 2027, 2028]
    assert [row.required_available for row in problem.needs] == [8, 8, 8]
    assert [(row.target_age_years, row.maximum_age_years) for row in problem.life_policies] == [
        (5, 0)
    ]
    assert [list(row.vehicles) for row in problem.commissioning] == [[104, 104, 104]]
    assert [list(row.vehicles) for row in problem.supply_lines] == [[28, 28, 28]]
    assert list(problem.options[0].price_pence) == [15_000_000, 15_600_000, 16_224_000]
    assert (scenario.vehicles, scenario.created_by) == (12, "test")


async def test_the_hash_is_that_of_the_problem_and_of_every_equal_one(capital: Served) -> None:
    planner = await ready(capital)

    first = await toy.a_scenario(planner)
    second = await toy.a_scenario(planner)
    problem = await problem_of(planner, first)

    assert first.scenario_id != second.scenario_id
    assert first.content_hash == second.content_hash == problem_hash(problem_from_proto(problem))


async def test_changes_are_made_in_their_order_and_told_again(capital: Served) -> None:
    planner = await ready(capital)
    changes = [
        ScenarioChange(envelope=EnvelopeChange(financial_year=2027, permille=800)),
        ScenarioChange(target_age=TargetAgeChange(vehicle_type=VEHICLE_TYPE_DCA, years=7)),
        ScenarioChange(price=PriceChange(option_id="DCA-DIESEL-VAN", permille=1100)),
        ScenarioChange(price=PriceChange(permille=500)),
    ]

    scenario = await toy.a_scenario(planner, changes=changes)
    problem = await problem_of(planner, scenario)
    listed = await planner(planner.capital.ListScenarios, pb.ListScenariosRequest())

    assert [row.allocation_pence for row in problem.envelopes] == [
        54_000_000,
        43_200_000,
        54_000_000,
    ]
    assert [row.target_age_years for row in problem.life_policies] == [7]
    assert problem.options[0].price_pence[0] == 8_250_000
    assert list(listed.scenarios) == [scenario]
    assert list(scenario.changes) == changes


async def test_a_price_of_no_option_cannot_be_changed(capital: Served) -> None:
    planner = await ready(capital)
    change = ScenarioChange(price=PriceChange(option_id="DCA-BOX", permille=900))

    with pytest.raises(Refused) as refused:
        await toy.a_scenario(planner, changes=[change])

    assert refused.value.message == (
        "changes[0].price.option_id: must be an option of the catalogue"
    )


async def test_without_vehicles_there_is_nothing_to_plan(capital: Served) -> None:
    planner = capital.client("capital.planner")
    await toy.set_the_terms(planner)

    with pytest.raises(Refused) as refused:
        await toy.a_scenario(planner)

    assert refused.value.reason == "NOTHING_TO_PLAN"


async def test_a_vehicle_without_profile_makes_the_catalogue_incomplete(capital: Served) -> None:
    planner = await ready(capital)
    electric = toy.registered(13, 2024)
    electric.message.vehicle.technology = TECHNOLOGY_BEV  # type: ignore[attr-defined]
    await Delivery(capital.database, VEHICLES).deliver(electric)

    with pytest.raises(Refused) as refused:
        await toy.a_scenario(planner)

    assert refused.value.reason == "CATALOGUE_INCOMPLETE"
    assert refused.value.message == "the catalogue has no profile of DCA BEV"


async def test_a_trust_outside_the_scope_cannot_be_planned_for(capital: Served) -> None:
    planner = await ready(capital)

    with pytest.raises(Refused) as refused:
        await planner(
            planner.capital.CreateScenario,
            pb.CreateScenarioRequest(
                holder="RYA",
                name="Two trusts",
                trusts=["RYA", "RYE"],
                first_financial_year=2026,
                years=3,
            ),
        )

    assert refused.value.reason == "ORGANISATION_OUT_OF_SCOPE"


async def test_a_scenario_of_another_organisation_does_not_exist(capital: Served) -> None:
    scenario = await toy.a_scenario(await ready(capital))
    stranger = capital.client("capital.planner", orgs=["RYE"])

    with pytest.raises(Refused) as refused:
        await problem_of(stranger, scenario)

    assert refused.value.reason == "SCENARIO_NOT_FOUND"


async def test_scenarios_come_newest_first_a_page_at_a_time(capital: Served) -> None:
    planner = await ready(capital)
    made = [await toy.a_scenario(planner) for _ in range(3)]

    request = pb.ListScenariosRequest(holder="RYA", page_size=2)
    first = await planner(planner.capital.ListScenarios, request)
    request.page_token = first.next_page_token
    rest = await planner(planner.capital.ListScenarios, request)

    assert [*first.scenarios, *rest.scenarios] == made[::-1]
