"""A trust's vehicles: how old they are, what they cost by age, how many are needed, its policy."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

from benchmarks.plan.figures import (
    BEV,
    BEV_PENCE_PER_MILE,
    DCA,
    DECOMMISSIONING_POUNDS,
    DIESEL,
    DIESEL_PENCE_PER_MILE,
    FIRST_YEAR,
    OFF_ROAD_PERMILLE,
    Kind,
    Trust,
    kinds,
)
from services.capital.optimiser.problem import (
    AgeProfile,
    Cohort,
    LifePolicy,
    Need,
    TechnologyCode,
)

AGES: Final = range(15)
# Electric vehicles are recent.
OLDEST_BEV: Final = 2
FIRST_MAINTENANCE_PENCE_PER_MILE: Final = 11
# Years served at most beyond the target; and in which, beyond it, a vehicle is still worth money.
GRACE_YEARS: Final = 5
RESIDUAL_YEARS: Final = 2
# Needed on the road, in hundredths of what the fleet can put there as the horizon begins [E].
AMBULANCES_PERCENT: Final = 98
OTHERS_PERCENT: Final = 90


def kinds_of(trust: Trust) -> Iterator[Kind]:
    """Yield the types the trust has any of."""
    return (kind for kind in kinds() if trust.vehicles[kind.code])


def cohorts(trust: Trust, random: Random) -> Iterator[Cohort]:
    for kind in kinds_of(trust):
        electric = trust.bev_ambulances if kind.code == DCA else 0
        for age, vehicles in sorted(_by_age(trust, kind, random).items()):
            clean = min(vehicles, electric) if age <= OLDEST_BEV else 0
            electric -= clean
            yield from _cohort(trust, kind, DIESEL, age, vehicles - clean)
            yield from _cohort(trust, kind, BEV, age, clean)


def _by_age(trust: Trust, kind: Kind, random: Random) -> Counter[int]:
    """Return vehicles by age in the first year; types without published ages are spread evenly."""
    if kind.code == DCA:
        return _ambulances_by_age(trust)
    return Counter(
        random.randrange(1, kind.target_age + 2) for _ in range(trust.vehicles[kind.code])
    )


def _ambulances_by_age(trust: Trust) -> Counter[int]:
    # In service for less than a year on 1 April: of age 1 in the year that begins. 8-10 is halved.
    *yearly, eight_to_ten, older = trust.ages
    shares = [*yearly, eight_to_ten / 2, eight_to_ten / 2, older]
    ends = [
        round(trust.ambulances * sum(shares[: place + 1]) / 100) for place in range(len(shares))
    ]
    return Counter(
        {
            place + 1: end - start
            for place, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
            if end > start
        }
    )


def _cohort(
    trust: Trust, kind: Kind, technology: TechnologyCode, age: int, vehicles: int
) -> Iterator[Cohort]:
    if vehicles:
        yield Cohort(
            trust=trust.code,
            vehicle_type=kind.code,
            technology=technology,
            age_years=age,
            vehicles=vehicles,
        )


def profiles(trust: Trust) -> Iterator[AgeProfile]:
    """Yield what the trust's own mileage makes of running costs, and its lives of values."""
    for kind in kinds_of(trust):
        for technology in (DIESEL, BEV):
            yield AgeProfile(
                trust=trust.code,
                vehicle_type=kind.code,
                technology=technology,
                running_cost_pence=tuple(_running(trust, kind, technology, age) for age in AGES),
                off_road_permille=OFF_ROAD_PERMILLE,
                resale_pence=tuple(_resale(kind, age) for age in AGES),
                terminal_value_pence=tuple(_worth(trust, kind, age) for age in AGES),
            )


def _running(trust: Trust, kind: Kind, technology: TechnologyCode, age: int) -> int:
    energy = BEV_PENCE_PER_MILE if technology == BEV else DIESEL_PENCE_PER_MILE
    per_mile = energy + FIRST_MAINTENANCE_PENCE_PER_MILE + kind.slope_pence * age
    return per_mile * kind.miles * trust.mileage_percent // 100


def _resale(kind: Kind, age: int) -> int:
    """Return what a vehicle fetches: of an ambulance £16,000 at four, £4,000 at nine [E]."""
    return round(100 * (kind.diesel_pounds * 0.4 * 0.72**age - DECOMMISSIONING_POUNDS))


def _worth(trust: Trust, kind: Kind, age: int) -> int:
    """Return the value of the years of service left, in equal parts, and resale after them."""
    life = trust.target_age_of(kind) + RESIDUAL_YEARS
    return max(100 * kind.diesel_pounds * (life - age) // life, _resale(kind, age))


def needs(trust: Trust, rows: list[Cohort], years: int) -> Iterator[Need]:
    available: Counter[str] = Counter()
    for row in rows:
        off_road = OFF_ROAD_PERMILLE[min(row.age_years, len(OFF_ROAD_PERMILLE) - 1)]
        available[row.vehicle_type] += row.vehicles * (1000 - off_road)
    for kind in kinds_of(trust):
        percent = AMBULANCES_PERCENT if kind.code == DCA else OTHERS_PERCENT
        for year in range(years):
            yield Need(
                trust=trust.code,
                vehicle_type=kind.code,
                financial_year=FIRST_YEAR + year,
                required_available=available[kind.code] * percent // 100_000,
            )


def policies(trust: Trust) -> Iterator[LifePolicy]:
    for kind in kinds_of(trust):
        target = trust.target_age_of(kind)
        yield LifePolicy(
            trust=trust.code,
            vehicle_type=kind.code,
            from_financial_year=2020,
            target_age_years=target,
            maximum_age_years=target + GRACE_YEARS,
        )
