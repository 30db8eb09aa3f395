"""Where vehicles are brought into service and charge, and what electric ones can do."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from benchmarks.plan.complete.codes import SOUTH_EAST, URGENT, WEST_MIDLANDS, at_prices
from benchmarks.plan.figures import AMBULANCES, BEV, DCA, FIRST_YEAR
from services.capital.optimiser.problem import (
    ChargingSite,
    Commissioning,
    DutyFit,
    GridConnection,
    HubId,
    Problem,
    SiteId,
    TypeCode,
)

ERDINGTON, HOLLYMOOR = HubId("erdington"), HubId("hollymoor")
# What each hub brings into service, of what its trust does, in hundredths; one only ambulances.
HUBS: Final = ((ERDINGTON, 55, AMBULANCES), (HOLLYMOOR, 60, ()))
# For each kind of charger: at which hub, for what, how many there are and may be, and its power.
CHARGERS: Final = (
    (ERDINGTON, "bays", AMBULANCES, 60, 260, 50),
    (ERDINGTON, "yard", (), 40, 160, 22),
    (HOLLYMOOR, "bays", AMBULANCES, 60, 260, 50),
    (HOLLYMOOR, "yard", (), 40, 200, 22),
)
CHARGER_POUNDS: Final = 14_000
PER_CHARGER_PERMILLE: Final = 2_500
# What a hub's connection carries: what all of its chargers take, in hundredths, and more by year.
FIRST_GRID_PERCENT: Final = 45
MORE_GRID_PERCENT: Final = 7
# Of one trust's vehicles together, at no hub.
ELSEWHERE_AT_FIRST: Final = 150
ELSEWHERE_AT_MOST: Final = 900
# What electric ambulances can do of a fleet's duties, from a year of the horizon on.
DUTIES: Final = ((0, 350), (4, 700), (8, 1000))


def commissioned_at_hubs(problem: Problem) -> Problem:
    """West Midlands brings vehicles into service at two hubs, one of them for ambulances alone."""
    whole = {row.trust: row.vehicles for row in problem.commissioning}[WEST_MIDLANDS]
    hubs = (
        Commissioning(
            trust=WEST_MIDLANDS,
            hub_id=hub,
            vehicles=tuple(most * percent // 100 for most in whole),
            vehicle_types=kinds,
        )
        for hub, percent, kinds in HUBS
    )
    others = (row for row in problem.commissioning if row.trust != WEST_MIDLANDS)
    return replace(problem, commissioning=(*others, *hubs))


def with_chargers(problem: Problem) -> Problem:
    """West Midlands charges at two hubs on their grid connections, South East Coast anywhere."""
    sites = (_at_hub(problem, *row) for row in CHARGERS)
    return replace(
        problem,
        charging_sites=(*sites, _elsewhere(problem)),
        grid_connections=tuple(_connections(problem)),
    )


def _at_hub(
    problem: Problem,
    hub: HubId,
    name: str,
    kinds: tuple[TypeCode, ...],
    there: int,
    most: int,
    kilowatts: int,
) -> ChargingSite:
    return ChargingSite(
        site_id=SiteId(f"{hub}-{name}"),
        trust=WEST_MIDLANDS,
        hub_id=hub,
        vehicle_types=kinds,
        chargers=(there,) * problem.years,
        maximum=(most,) * problem.years,
        vehicles_per_charger_permille=PER_CHARGER_PERMILLE,
        price_pence=at_prices(CHARGER_POUNDS, problem),
        kilowatts=kilowatts,
    )


def _elsewhere(problem: Problem) -> ChargingSite:
    return ChargingSite(
        site_id=SiteId("south-east"),
        trust=SOUTH_EAST,
        chargers=(ELSEWHERE_AT_FIRST,) * problem.years,
        maximum=(ELSEWHERE_AT_MOST,) * problem.years,
        vehicles_per_charger_permille=1_500,
        price_pence=at_prices(CHARGER_POUNDS, problem),
    )


def _connections(problem: Problem) -> Iterator[GridConnection]:
    for hub in (ERDINGTON, HOLLYMOOR):
        every = sum(most * kilowatts for at, _, _, _, most, kilowatts in CHARGERS if at == hub)
        percents = (
            min(100, FIRST_GRID_PERCENT + MORE_GRID_PERCENT * year) for year in range(problem.years)
        )
        yield GridConnection(
            trust=WEST_MIDLANDS,
            hub_id=hub,
            kilowatts=tuple(every * percent // 100 for percent in percents),
        )


def with_duties(problem: Problem) -> Problem:
    """Electric ambulances cannot do every duty yet; at South East Coast urgent care vans, too."""
    fits = tuple(
        DutyFit(
            trust=trust,
            vehicle_type=kind,
            technology=BEV,
            from_financial_year=FIRST_YEAR + year,
            share_permille=permille,
        )
        for trust, kind in ((None, DCA), (SOUTH_EAST, URGENT))
        for year, permille in DUTIES
    )
    return replace(problem, duty_fits=fits)
