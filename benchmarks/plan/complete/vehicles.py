"""Vehicles that are driven more, have boxes, are given, held in reserve or hired."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from benchmarks.plan.complete.codes import (
    RRV,
    SOUTH_EAST,
    SOUTH_WEST,
    URGENT,
    WEST_MIDLANDS,
    at_prices,
    in_horizon,
)
from benchmarks.plan.figures import DCA, DIESEL, FIRST_YEAR
from services.capital.optimiser.problem import (
    AgeProfile,
    BandCode,
    Cohort,
    DisposalFreeze,
    Establishment,
    Hire,
    Problem,
    Reserve,
    TransferRoute,
)

COUNTRY: Final = BandCode("country")
# Of its vehicles of an age, how many are driven in the country, and so much farther, in hundredths.
COUNTRY_PERCENT: Final = 40
FARTHER_PERCENT: Final = 130
# A box is worth a second chassis; some have had it.
WORN_YEARS: Final = 6
RESERVED: Final = 12
LIVERY_POUNDS: Final = 3_000
# A giver keeps nearly all of what it has, in hundredths.
KEPT_PERCENT: Final = 94
FEWER, MORE = 4, 6


def in_bands(problem: Problem) -> Problem:
    """South East Coast's diesel ambulances are in two bands by their miles."""
    profiles = [
        replace(
            row,
            band=COUNTRY,
            running_cost_pence=tuple(n * FARTHER_PERCENT // 100 for n in row.running_cost_pence),
        )
        for row in problem.age_profiles
        if (row.vehicle_type, row.technology) == (DCA, DIESEL)
    ]
    return replace(
        problem,
        age_profiles=(*problem.age_profiles, *profiles),
        cohorts=tuple(part for row in problem.cohorts for part in _parted(row)),
    )


def _parted(row: Cohort) -> Iterator[Cohort]:
    far = row.vehicles * COUNTRY_PERCENT // 100
    if (row.trust, row.vehicle_type, row.technology) != (SOUTH_EAST, DCA, DIESEL) or not far:
        yield row
        return
    yield replace(row, vehicles=row.vehicles - far)
    yield replace(row, vehicles=far, band=COUNTRY)


def with_boxes(problem: Problem) -> Problem:
    """South Western's diesel ambulances, old and new, are boxes; its oldest have had a chassis."""

    def boxed(row: Cohort) -> Cohort:
        if (row.trust, row.vehicle_type, row.technology) != (SOUTH_WEST, DCA, DIESEL):
            return row
        is_second = row.age_years == 1
        return replace(
            row,
            box_body=True,
            box_age_years=row.age_years + WORN_YEARS * is_second,
            remounts=int(is_second),
        )

    return replace(
        problem,
        cohorts=tuple(map(boxed, problem.cohorts)),
        options=tuple(
            replace(row, box_body=(row.vehicle_type, row.technology) == (DCA, DIESEL))
            for row in problem.options
        ),
    )


def with_a_reserve(problem: Problem) -> Problem:
    """Every trust may hold old ambulances in reserve; West Midlands more, and has some there."""
    everyone = Reserve(
        vehicle_type=DCA,
        from_age_years=5,
        maximum_age_years=13,
        available_permille=600,
        running_saved_permille=700,
        maximum=20,
    )
    held = Cohort(
        trust=WEST_MIDLANDS,
        vehicle_type=DCA,
        technology=DIESEL,
        age_years=8,
        vehicles=RESERVED,
        in_reserve=True,
    )
    return replace(
        problem,
        reserves=(everyone, replace(everyone, trust=WEST_MIDLANDS, maximum=40)),
        cohorts=(*problem.cohorts, held),
    )


def with_routes(problem: Problem) -> Problem:
    """West Midlands may give urgent care vans to South Western, and South East Coast cars to it."""
    there = _there(problem)
    ways = ((WEST_MIDLANDS, SOUTH_WEST, URGENT), (SOUTH_EAST, WEST_MIDLANDS, RRV))
    routes = tuple(
        TransferRoute(
            from_trust=giver,
            to_trust=receiver,
            vehicle_type=kind,
            cost_pence=100 * LIVERY_POUNDS,
            minimum_remaining=there[giver, kind] * KEPT_PERCENT // 100,
        )
        for giver, receiver, kind in ways
    )
    return replace(problem, transfer_routes=routes)


def with_sizes(problem: Problem) -> Problem:
    """Ambulances may be some fewer or more, as may what is given; in one year no car goes."""
    there = _there(problem)
    sizes = tuple(
        Establishment(
            trust=trust,
            vehicle_type=kind,
            from_financial_year=FIRST_YEAR,
            minimum=there[trust, kind] - FEWER,
            maximum=there[trust, kind] + MORE,
        )
        for trust, kind in product(problem.trusts, (DCA, URGENT, RRV))
    )
    freeze = DisposalFreeze(
        trust=SOUTH_EAST, vehicle_type=RRV, financial_year=in_horizon(problem, FIRST_YEAR + 2)
    )
    return replace(problem, establishments=sizes, disposal_freezes=(freeze,))


def for_hire(problem: Problem) -> Problem:
    """Ambulances may be hired dearly for a year, and urgent care vans by South Western."""
    rows = ((None, DCA, 60_000, 8), (SOUTH_WEST, URGENT, 35_000, 4))
    hires = tuple(
        Hire(
            trust=trust,
            vehicle_type=kind,
            price_pence=at_prices(pounds, problem),
            available_permille=950,
            vehicles=(most,) * problem.years,
        )
        for trust, kind, pounds, most in rows
    )
    return replace(problem, hires=hires)


def running_pence(problem: Problem, row: Cohort) -> int:
    """Return what the cohort costs to run in its trust's tables, in a year at its age."""
    profile = next(p for p in problem.age_profiles if _is_of(p, row))
    table = profile.running_cost_pence
    return row.vehicles * table[min(row.age_years, len(table) - 1)]


def _is_of(profile: AgeProfile, row: Cohort) -> bool:
    kind = row.trust, row.vehicle_type, row.technology, row.band
    return (profile.trust, profile.vehicle_type, profile.technology, profile.band) == kind


def _there(problem: Problem) -> Counter[tuple[str, str]]:
    there: Counter[tuple[str, str]] = Counter()
    for row in problem.cohorts:
        there[row.trust, row.vehicle_type] += 0 if row.in_reserve else row.vehicles
    return there
