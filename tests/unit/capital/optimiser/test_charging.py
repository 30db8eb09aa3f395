"""Chargers and grids of hubs: where a plan's vehicles charge, and which hubs make no sense."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from services.capital.optimiser.check import broken_rules, violations
from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Decisions
from services.capital.optimiser.problem import (
    ChargingSite,
    HubId,
    Problem,
    SiteId,
    TrustCode,
    TypeCode,
    VehicleType,
)
from services.capital.optimiser.reasons import Reason, Reasons
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms, Vintage
from services.capital.optimiser.validate import check_problem
from services.capital.plan_wire import plan_from_json, plan_to_json
from services.capital.problem_wire import problem_from_json, problem_to_json
from services.capital.solve_report import report
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    RYA,
    YEARS,
    a_policy,
    a_problem,
    a_profile,
    a_site,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
    decided,
    gone,
    is_in_model,
    rules_broken,
    stated,
    wired,
)
from tests.unit.capital.optimiser.cases.sites import a_grid, at_hub, powered
from tests.unit.capital.optimiser.mutants import altered
from tests.unit.capital.optimiser.oracle_judge import Judge

OLD = Vintage(RYA, DCA, DIESEL, FIRST - 1)


def test_a_plan_says_how_many_vehicles_charge_at_each_hub() -> None:
    rapid, slow = a_site(1, 1, 1, name="rapid"), a_site(1, 1, 1, each=2500, name="slow")
    problem = a_problem(
        options=(an_option(BEV, price=100_000),),
        cohorts=cohorts({1: 3}),
        envelopes=budgets(3, 3, 3),
        charging_sites=(at_hub("north", rapid), at_hub("south", slow)),
    )

    plan = solve(problem, Limits(seconds=5, gap_ppm=0))

    last = [row for row in plan.stationed if row.financial_year == FIRST + YEARS - 1]
    assert [(row.site_id, row.vehicles) for row in last] == [("rapid", 1), ("slow", 2)]
    said = [" ".join(line.split()) for line in report(problem, plan).splitlines()]
    assert said[-2:] == ["RYA north (rapid) 1 1 1", "RYA south (slow) 2 2 2"]
    assert violations(problem, plan) == []
    assert plan_from_json(plan_to_json(plan)) == plan
    assert problem_from_json(problem_to_json(problem)) == problem


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param(("site_id", SiteId("south")), id="to a hub that is full"),
        pytest.param(("site_id", SiteId("")), id="to where there is no charger"),
        pytest.param(("site_id", SiteId("nowhere")), id="to no site"),
        pytest.param(("vehicles", 2), id="and another that is not there"),
        pytest.param(("trust", TrustCode("RYD")), id="to another trust"),
        pytest.param(("financial_year", FIRST + YEARS), id="out of the horizon"),
    ],
)
def test_a_plan_that_stations_a_vehicle_where_it_cannot_charge_is_refused(
    moved: tuple[str, object],
) -> None:
    sites = at_hub("north", a_site(1, 1, 1)), at_hub("south", a_site(1, 1, 1, name="south"))
    problem = a_problem(options=(an_option(BEV),), charging_sites=sites)
    plan = stated(problem, decided(gone(FIRST, 2), bought(FIRST, 2, BEV)))
    first, *others = plan.stationed

    mutant = replace(plan, stationed=(altered(first, *moved), *others))

    assert broken_rules(Terms(problem), plan) == []
    assert violations(problem, mutant)


@pytest.mark.parametrize("seed", range(40))
def test_model_checker_and_oracle_agree_where_vehicles_of_several_hubs_can_charge(
    seed: int,
) -> None:
    problem, decisions = a_random_charging_problem(Random(seed))

    broken = Judge(problem).broken(decisions)

    assert rules_broken(problem, decisions) == broken
    assert is_in_model(problem, decisions) == (not broken)


def a_random_charging_problem(random: Random) -> tuple[Problem, Decisions]:
    """Return electric vehicles of two types, sites at two hubs and at none, and what is bought."""
    types, years = (DCA, TypeCode("RRV")), 2
    sites = tuple(
        ChargingSite(
            site_id=SiteId(str(n)),
            trust=RYA,
            chargers=tuple(random.choices((0, 1, 2), k=years)),
            vehicles_per_charger_permille=random.choice((500, 1000, 1500, 2500)),
            maximum=tuple(random.choices((1, 2, 3), k=years)) if hub != "north" else (),
            price_pence=(1,) * years,
            hub_id=HubId(hub) if hub else None,
            vehicle_types=random.choice(((), types[:1], types[1:])) if hub else (),
            kilowatts=random.choice((7, 50)) if hub == "north" else 0,
        )
        for n, hub in enumerate(("north", random.choice(("north", "south")), "south", ""))
    )
    problem = a_problem(
        years=years,
        vehicle_types=tuple(VehicleType(code=code) for code in types),
        age_profiles=tuple(replace(a_profile(BEV), vehicle_type=code) for code in types),
        cohorts=tuple(
            replace(row, vehicle_type=code, technology=BEV, vehicles=random.randint(1, 2))
            for code in types
            for row in cohorts({1: 1})
        ),
        options=(),
        envelopes=(an_envelope(FIRST, 100), an_envelope(FIRST + 1, 100)),
        charging_sites=sites,
        grid_connections=(a_grid(*random.choices((100, 157, 207), k=years)),),
    )
    bought_in = random.sample([*product((FIRST, FIRST + 1), sites)], random.randint(0, 2))
    return problem, decided(
        *(wired(year, random.choice((1, 2)), site.site_id) for year, site in bought_in)
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"charging_sites": (replace(a_site(1, 1, 1), vehicle_types=(DCA,)),)},
            "charging_sites[0].vehicle_types",
        ),
        (
            {"charging_sites": (at_hub("north", a_site(1, 1, 1), takes=(TypeCode("TANK"),)),)},
            "charging_sites[0].vehicle_types[0]",
        ),
        (
            {"charging_sites": (at_hub("north", a_site(1, 1, 1)),)}
            | {"grid_connections": (a_grid(1, 1, 1),)},
            "charging_sites[0].kilowatts",
        ),
        ({"charging_sites": (powered(50, "rapid"),)}, "charging_sites[0].kilowatts"),
        ({"grid_connections": (a_grid(1, 1, 1),)}, "grid_connections[0].hub_id"),
        (
            {"charging_sites": (powered(50, "rapid"),), "grid_connections": (a_grid(1, 1),)},
            "grid_connections[0].kilowatts",
        ),
        (
            {"charging_sites": (powered(50, "rapid"),)}
            | {"grid_connections": (a_grid(1, 1, 1), a_grid(2, 2, 2))},
            "grid_connections[1]",
        ),
        (
            {"charging_sites": (powered(1001, "rapid"),), "grid_connections": (a_grid(1, 1, 1),)},
            "charging_sites[0].kilowatts",
        ),
    ],
)
def test_chargers_of_hubs_that_cannot_be_meant_are_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert field in [fault.field for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("sites", "why"),
    [
        pytest.param(
            (at_hub("north", a_site(0, 0, 0)), at_hub("south", a_site(0, 0, 0, name="south"))),
            "chargers at north, south serve no more DCA in 2026/27",
            id="every hub is full",
        ),
        pytest.param(
            (a_site(0, 0, 0),), "chargers of RYA serve no more DCA in 2026/27", id="of no hub"
        ),
    ],
)
def test_a_vehicle_that_stays_for_want_of_a_charger_is_told_at_which_hubs(
    sites: tuple[ChargingSite, ...], why: str
) -> None:
    problem = a_problem(
        options=(an_option(BEV),), life_policies=(a_policy(target=1),), charging_sites=sites
    )

    reasons = Reasons(Terms(problem), stated(problem, decided())).for_staying(OLD)

    assert reasons[0] == Reason(rule=Rule.CHARGER_CAPACITY, sentence=why)


def test_what_charges_already_leaves_its_charger_to_what_comes() -> None:
    electric = tuple(replace(row, technology=BEV) for row in cohorts({1: 2}))
    problem = a_problem(
        cohorts=electric,
        options=(an_option(BEV),),
        life_policies=(a_policy(target=1),),
        charging_sites=(at_hub("north", a_site(2, 2, 2)),),
    )

    reasons = Reasons(Terms(problem), stated(problem, decided())).for_staying(
        OLD._replace(technology=BEV)
    )

    assert Rule.CHARGER_CAPACITY not in {reason.rule for reason in reasons}
