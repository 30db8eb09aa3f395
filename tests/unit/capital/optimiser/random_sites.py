"""Random problems with a second vehicle type, hubs and chargers for some types, and duties."""

from dataclasses import replace
from random import Random
from typing import Final

from services.capital.optimiser.problem import (
    ChargingSite,
    Cohort,
    Commissioning,
    DutyFit,
    GridConnection,
    HubId,
    LifePolicy,
    Option,
    OptionId,
    Problem,
    SiteId,
    TypeCode,
    VehicleType,
)
from tests.unit.capital.optimiser.build import BEV, DCA, DIESEL, FIRST, RYA
from tests.unit.capital.optimiser.random_problems import UNIT_PENCE

RRV: Final = TypeCode("RRV")


def with_a_second_type(dice: Random, problem: Problem) -> Problem:
    """Return the problem with an old response car at RYA, and one for sale."""
    if any(row.code == RRV for row in problem.vehicle_types):
        return problem
    car = Option(
        option_id=OptionId("RRV-new"),
        vehicle_type=RRV,
        technology=dice.choice((DIESEL, BEV)),
        price_pence=tuple(UNIT_PENCE * dice.choice((4, 6)) for _ in problem.horizon),
    )
    cohort = Cohort(trust=RYA, vehicle_type=RRV, technology=DIESEL, age_years=4, vehicles=1)
    policy = LifePolicy(
        trust=RYA, vehicle_type=RRV, from_financial_year=FIRST - 2, target_age_years=4
    )
    profiles = (replace(row, vehicle_type=RRV) for row in problem.age_profiles if not row.band)
    return replace(
        problem,
        vehicle_types=(*problem.vehicle_types, VehicleType(code=RRV, lost_day_cost_pence=100)),
        age_profiles=(*problem.age_profiles, *profiles),
        cohorts=(*problem.cohorts, cohort),
        options=(*problem.options, car),
        life_policies=(*problem.life_policies, policy),
    )


def with_hubs(dice: Random, problem: Problem) -> Problem:
    """Return the problem with two hubs at RYA, of which one takes some types only."""
    problem = with_a_second_type(dice, problem)
    takes = dice.choice((((DCA,), ()), ((RRV,), ()), ((DCA,), (RRV,)), ((RRV,), (RRV,))))
    hubs = tuple(
        Commissioning(
            trust=RYA,
            hub_id=HubId(name),
            vehicle_types=types,
            vehicles=tuple(dice.choice((0, 0, 1)) for _ in problem.horizon),
        )
        for name, types in zip(("north", "south"), takes, strict=True)
    )
    return replace(problem, commissioning=(*problem.commissioning, *hubs))


def with_duties(dice: Random, problem: Problem) -> Problem:
    """Return the problem with duties that a technology cannot do, for everyone or a trust."""
    rows = tuple(
        DutyFit(
            trust=trust,
            vehicle_type=DCA,
            technology=dice.choice((BEV, BEV, DIESEL)),
            from_financial_year=FIRST + dice.choice((-1, 0, 1)),
            share_permille=dice.choice((0, 333, 500, 667)),
        )
        for trust in dice.choice(((None,), (RYA,), (None, RYA)))
    )
    return replace(problem, duty_fits=rows)


def with_chargers(dice: Random, problem: Problem) -> Problem:
    """Return the problem with clean vehicles at a low price, and few chargers at RYA."""

    def clean(option: Option) -> Option:
        price = tuple(UNIT_PENCE * dice.choice((7, 8)) for _ in problem.horizon)
        return replace(option, technology=BEV, price_pence=price, lease=None)

    wanted = replace(
        problem,
        options=tuple(clean(row) if row.vehicle_type == DCA else row for row in problem.options),
    )
    wired = dice.choice((_at_no_hub, _at_a_hub, _on_one_grid))
    return wired(dice, wanted)


def _at_no_hub(dice: Random, problem: Problem) -> Problem:
    return replace(problem, charging_sites=(_a_site(dice, problem, "yard"),))


def _at_a_hub(dice: Random, problem: Problem) -> Problem:
    """Return the problem with chargers at a hub, for some types only, beside others of no hub."""
    problem = with_a_second_type(dice, problem)
    takes = dice.choice(((), (DCA,), (RRV,)))
    site = replace(_a_site(dice, problem, "rapid"), hub_id=HubId("north"), vehicle_types=takes)
    elsewhere = replace(_a_site(dice, problem, "yard"), maximum=(), price_pence=())
    return replace(problem, charging_sites=dice.choice(((site,), (site, elsewhere))))


def _on_one_grid(dice: Random, problem: Problem) -> Problem:
    """Return the problem with two kinds of chargers at a hub, on one connection."""
    sites = tuple(
        replace(
            _a_site(dice, problem, name),
            hub_id=HubId("north"),
            kilowatts=kilowatts,
            maximum=(),
        )
        for name, kilowatts in (("rapid", 50), ("slow", 20))
    )
    carried = tuple(dice.choice((40, 60, 90)) for _ in problem.horizon)
    grid = GridConnection(trust=RYA, hub_id=HubId("north"), kilowatts=carried)
    return replace(problem, charging_sites=sites, grid_connections=(grid,))


def _a_site(dice: Random, problem: Problem, name: str) -> ChargingSite:
    return ChargingSite(
        site_id=SiteId(name),
        trust=RYA,
        chargers=tuple(dice.choice((0, 0, 1)) for _ in problem.horizon),
        vehicles_per_charger_permille=dice.choice((500, 1000, 1500, 2000)),
        maximum=tuple(dice.choice((1, 2)) for _ in problem.horizon),
        price_pence=tuple(UNIT_PENCE * dice.choice((0, 1, 1, 2)) for _ in problem.horizon),
    )
