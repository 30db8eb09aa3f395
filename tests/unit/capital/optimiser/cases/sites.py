"""Cases of sites and duties: hubs, chargers, and what a technology can do."""

from dataclasses import replace

from services.capital.optimiser.problem import (
    ChargingSite,
    Commissioning,
    DutyFit,
    GridConnection,
    HubId,
    Problem,
    TypeCode,
    VehicleType,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    a_problem,
    a_site,
    an_envelope,
    an_option,
    bought,
    budgets,
    cohorts,
    decided,
    gone,
    wired,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1
THIRD = FIRST + 2
BOTH = (an_option(), an_option(BEV))


def a_hub(name: str, *vehicles: int, takes: tuple[TypeCode, ...] = ()) -> Commissioning:
    return Commissioning(trust=RYA, hub_id=HubId(name), vehicles=vehicles, vehicle_types=takes)


def at_hub(hub: str, site: ChargingSite, *, takes: tuple[TypeCode, ...] = ()) -> ChargingSite:
    return replace(site, hub_id=HubId(hub), vehicle_types=takes)


def a_grid(*kilowatts: int, hub: str = "north") -> GridConnection:
    return GridConnection(trust=RYA, hub_id=HubId(hub), kilowatts=kilowatts)


def powered(kilowatts: int, name: str) -> ChargingSite:
    """Return a site at the hub north without chargers, and one more for sale each year."""
    site = a_site(0, 0, 0, price=1000, name=name)
    return replace(at_hub("north", site), kilowatts=kilowatts)


def a_duty(share: int, since: int = FIRST) -> DutyFit:
    return DutyFit(
        vehicle_type=DCA, technology=BEV, from_financial_year=since, share_permille=share
    )


def a_problem_of_sites(**changes: object) -> Problem:
    """Return two diesels over three years, and money for two new ambulances a year of any kind."""
    return a_problem(options=BOTH, **changes)


CASES = (
    Case(
        because="two hubs bring into service what both can",
        rule=Rule.HUB_COMMISSIONING,
        problem=a_problem(
            commissioning=(a_hub("north", 1, 0, 0), a_hub("south", 1, 1, 0)),
        ),
        kept=decided(gone(FIRST, 2), bought(FIRST, 2)),
        broken=decided(gone(SECOND, 2), bought(SECOND, 2)),
    ),
    Case(
        because="a hub brings into service only the types it takes",
        rule=Rule.HUB_COMMISSIONING,
        problem=a_problem(
            vehicle_types=(VehicleType(code=DCA), VehicleType(code=TypeCode("RRV"))),
            commissioning=(
                a_hub("north", 2, 2, 2, takes=(TypeCode("RRV"),)),
                a_hub("south", 1, 1, 1),
            ),
        ),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="zero-emission vehicles are no more than chargers serve",
        rule=Rule.CHARGER_CAPACITY,
        problem=a_problem_of_sites(charging_sites=(a_site(1, 1, 1, each=1500),)),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2, BEV)),
    ),
    Case(
        because="chargers that are bought serve from their year on",
        rule=Rule.CHARGER_CAPACITY,
        problem=a_problem_of_sites(
            charging_sites=(a_site(0, 0, 0, maximum=(2, 2, 2), price=1000),),
            envelopes=(an_envelope(FIRST, 2 * PRICE), an_envelope(SECOND, 2 * PRICE)),
        ),
        kept=decided(wired(FIRST, 2), gone(SECOND), bought(SECOND, 1, BEV)),
        broken=decided(wired(SECOND), gone(FIRST), bought(FIRST, 1, BEV)),
    ),
    Case(
        because="chargers are paid for like vehicles",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            charging_sites=(a_site(0, 0, 0, maximum=(2, 2, 2), price=1000),),
            envelopes=(an_envelope(FIRST, PRICE + 1000),),
        ),
        kept=decided(wired(FIRST), gone(FIRST), bought(FIRST)),
        broken=decided(wired(FIRST, 2), gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="an envelope for some vehicles buys no chargers",
        rule=Rule.ENVELOPE_ELIGIBILITY,
        problem=a_problem(
            charging_sites=(a_site(0, 0, 0, maximum=(2, 2, 2), price=1000),),
            envelopes=(
                an_envelope(FIRST, PRICE),
                an_envelope(SECOND, PRICE, technologies=(DIESEL,)),
            ),
        ),
        kept=decided(wired(FIRST)),
        broken=decided(wired(SECOND)),
    ),
    Case(
        because="a grid carries so many chargers",
        rule=Rule.GRID_CAPACITY,
        problem=a_problem(
            charging_sites=(a_site(1, 1, 1, maximum=(2, 2, 3), price=1000),),
            envelopes=budgets(1, 1, 1),
        ),
        kept=decided(wired(FIRST), wired(THIRD)),
        broken=decided(wired(FIRST), wired(SECOND)),
    ),
    Case(
        because="a grid carries so many chargers in each year from the one they are bought in",
        rule=Rule.GRID_CAPACITY,
        problem=a_problem(
            charging_sites=(a_site(1, 0, 0, maximum=(3, 1, 1), price=1000),),
            envelopes=budgets(1, 1, 1),
        ),
        kept=decided(wired(FIRST)),
        broken=decided(wired(FIRST, 2)),
    ),
    Case(
        because="each hub charges whole vehicles",
        rule=Rule.CHARGER_CAPACITY,
        problem=a_problem_of_sites(
            cohorts=cohorts({1: 3}),
            envelopes=budgets(3, 0, 0),
            charging_sites=(
                at_hub("north", a_site(1, 1, 1, each=1500, name="north")),
                at_hub("south", a_site(1, 1, 1, each=1500, name="south")),
            ),
        ),
        kept=decided(gone(FIRST, 2), bought(FIRST, 2, BEV)),
        broken=decided(gone(FIRST, 3), bought(FIRST, 3, BEV)),
    ),
    Case(
        because="chargers bought at a hub serve whole vehicles there",
        rule=Rule.CHARGER_CAPACITY,
        problem=a_problem_of_sites(
            cohorts=cohorts({1: 3}),
            envelopes=(an_envelope(FIRST, 3 * PRICE + 2000),),
            charging_sites=(
                at_hub("north", a_site(0, 0, 0, each=1500, maximum=(2, 2, 2), price=1000)),
                at_hub("south", a_site(1, 1, 1, each=1500, name="south")),
            ),
        ),
        kept=decided(wired(FIRST), gone(FIRST, 2), bought(FIRST, 2, BEV)),
        broken=decided(wired(FIRST), gone(FIRST, 3), bought(FIRST, 3, BEV)),
    ),
    Case(
        because="vehicles charge only at hubs that take their type",
        rule=Rule.CHARGER_CAPACITY,
        problem=a_problem_of_sites(
            vehicle_types=(VehicleType(code=DCA), VehicleType(code=TypeCode("RRV"))),
            charging_sites=(
                at_hub("north", a_site(2, 2, 2, name="north"), takes=(TypeCode("RRV"),)),
                at_hub("south", a_site(1, 1, 1, name="south"), takes=(DCA,)),
            ),
        ),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2, BEV)),
    ),
    Case(
        because="what finds no charger at a hub charges at the trust's own",
        rule=Rule.CHARGER_CAPACITY,
        problem=a_problem_of_sites(
            cohorts=cohorts({1: 3}),
            envelopes=budgets(3, 0, 0),
            charging_sites=(
                at_hub("north", a_site(1, 1, 1, name="north")),
                a_site(1, 1, 1, each=500, name="elsewhere"),
                a_site(1, 1, 1, each=500, name="beyond"),
            ),
        ),
        kept=decided(gone(FIRST, 2), bought(FIRST, 2, BEV)),
        broken=decided(gone(FIRST, 3), bought(FIRST, 3, BEV)),
    ),
    Case(
        because="all chargers of a hub share its grid connection",
        rule=Rule.GRID_CAPACITY,
        problem=a_problem(
            charging_sites=(powered(50, "rapid"), powered(7, "slow")),
            grid_connections=(a_grid(60, 60, 100),),
            envelopes=budgets(1, 1, 1),
        ),
        kept=decided(wired(FIRST, 1, "rapid"), wired(SECOND, 1, "slow")),
        broken=decided(wired(FIRST, 1, "rapid"), wired(SECOND, 2, "slow")),
    ),
    Case(
        because="a technology does no more duties than it fits",
        rule=Rule.DUTY_FIT,
        problem=a_problem_of_sites(duty_fits=(a_duty(500),)),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2, BEV)),
    ),
    Case(
        because="what a technology can do holds from its own year",
        rule=Rule.DUTY_FIT,
        problem=a_problem_of_sites(duty_fits=(a_duty(0), a_duty(1000, since=SECOND))),
        kept=decided(gone(SECOND), bought(SECOND, 1, BEV)),
        broken=decided(gone(FIRST), bought(FIRST, 1, BEV)),
    ),
)
