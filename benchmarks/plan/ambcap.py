"""AMB-CAP: eleven organisations under one ceiling, drawn by a recipe that others can repeat.

One draw of numpy's default_rng, in this order: for each organisation its size, its split over types
and, type by type, ages; then each organisation's budgets. In thousands of pounds:

    least  sum of d^t (price x bought + charge x orders + running x kept - salvage x disposed of)
           - d^T x salvage at the next age x kept in the last year

A fleet's size is constant, and vehicles that reach the last age leave without salvage. Prices rise
by 2.5 % a year and nothing else does; d is 0.965. Three things are not the recipe's own, and move
its linear bound by less than seven parts in a million: money is in pence and discounts in
millionths; an envelope buys whole vehicles, so that its money over the price is rounded down; and
shortfall, which costs 10,000 in the recipe, is avoided at any price.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.capital.optimiser.problem import (
    AgeProfile,
    Ceiling,
    CeilingId,
    Cohort,
    Envelope,
    EnvelopeId,
    LifePolicy,
    Option,
    OptionId,
    Problem,
    Technology,
    TechnologyCode,
    TrustCode,
    TypeCode,
    VehicleType,
)

Counts: TypeAlias = NDArray[np.int64]

ORGANISATIONS: Final = 11
FIRST_YEAR: Final = 2026
DIESEL: Final = TechnologyCode("DIESEL")
PENCE: Final = 100_000
PRICE_GROWTH: Final = 1.025
DISCOUNT: Final = 0.965
SALVAGE_LEFT: Final = 0.72
BUDGET_SHARE: Final = 0.75
CEILING_PERCENT: Final = 92
SPLIT: Final = (9, 4, 6, 4)
FEWEST: Final = 4
ORDER_CHARGE: Final = 120
MINIMUM_ORDER: Final = 5


class Kind(NamedTuple):
    """A type: its price and first year's running cost in thousands, and what years do to both."""

    code: TypeCode
    price: int
    last_age: int
    running: float
    growth: float
    salvage: float
    life: int

    def running_pence(self, organisation: int, age: int) -> int:
        local = 1 + 0.1 * ((7 * organisation) % 5 - 2) / 2
        return round(PENCE * self.running * local * (1 + self.growth) ** age)

    def salvage_pence(self, age: int) -> int:
        return round(PENCE * self.price * self.salvage * SALVAGE_LEFT**age)


KINDS: Final = (
    Kind(TypeCode("DCA"), 140, 10, 9.0, 0.22, 0.40, 5),
    Kind(TypeCode("RRV"), 48, 9, 3.0, 0.25, 0.45, 5),
    Kind(TypeCode("PTS"), 62, 12, 4.0, 0.16, 0.40, 7),
    Kind(TypeCode("SUP"), 35, 14, 2.0, 0.12, 0.50, 8),
)


class Draw(NamedTuple):
    """What is random: vehicles by organisation, type and age; budgets by organisation and year."""

    fleets: tuple[tuple[Counts, ...], ...]
    budgets: tuple[tuple[int, ...], ...]


def ambcap(years: int, seed: int = 1, *, lumpy: bool = False) -> Problem:
    """Return the problem; `lumpy`: orders have a charge, and a minimum of five."""
    draw = drawn(years, seed)
    return Problem(
        description=f"Synthetic: AMB-CAP{'-F' * lumpy}, {years} years, seed {seed}",
        first_financial_year=FIRST_YEAR,
        years=years,
        trusts=tuple(map(_code, range(ORGANISATIONS))),
        vehicle_types=tuple(VehicleType(code=kind.code) for kind in KINDS),
        technologies=(Technology(code=DIESEL),),
        age_profiles=tuple(_profile(o, kind) for o in range(ORGANISATIONS) for kind in KINDS),
        cohorts=tuple(_cohorts(draw)),
        options=tuple(_option(kind, years, lumpy=lumpy) for kind in KINDS),
        envelopes=tuple(_envelopes(draw)),
        ceilings=tuple(_ceilings(draw, years)),
        life_policies=tuple(_policy(o, kind) for o in range(ORGANISATIONS) for kind in KINDS),
        discount_ppm=tuple(round(10**6 * DISCOUNT**year) for year in range(years + 1)),
    )


def drawn(years: int, seed: int) -> Draw:
    """Draw the fleets, then the budgets."""
    random = np.random.default_rng(seed)
    fleets = tuple(tuple(_fleets(random)) for _ in range(ORGANISATIONS))
    return Draw(fleets, tuple(_budgets(random, fleet, years) for fleet in fleets))


def _fleets(random: np.random.Generator) -> Iterator[Counts]:
    size = int(random.integers(300, 1100))
    for kind, share in zip(KINDS, random.dirichlet(SPLIT), strict=True):
        vehicles = max(FEWEST, int(size * share))
        ages = np.arange(1, kind.last_age)
        weight = np.exp(-(((ages - random.uniform(2, 5)) / 3) ** 2))
        yield random.multinomial(vehicles, weight / weight.sum())


def _budgets(random: np.random.Generator, fleet: tuple[Counts, ...], years: int) -> tuple[int, ...]:
    steady = sum(
        kind.price * int(ages.sum()) / kind.life for kind, ages in zip(KINDS, fleet, strict=True)
    )
    return tuple(
        round(BUDGET_SHARE * steady * random.uniform(0.75, 1.15) * PRICE_GROWTH**year)
        for year in range(years)
    )


def _code(organisation: int) -> TrustCode:
    return TrustCode(f"ORG{organisation:02}")


def _profile(organisation: int, kind: Kind) -> AgeProfile:
    ages = range(kind.last_age + 1)
    return AgeProfile(
        trust=_code(organisation),
        vehicle_type=kind.code,
        technology=DIESEL,
        running_cost_pence=tuple(kind.running_pence(organisation, age) for age in ages),
        off_road_permille=(0,),
        resale_pence=(*(kind.salvage_pence(age) for age in ages[:-1]), 0),
        # The recipe credits even what would leave without salvage the year after.
        terminal_value_pence=tuple(kind.salvage_pence(age) for age in ages),
    )


def _cohorts(draw: Draw) -> Iterator[Cohort]:
    for organisation, fleet in enumerate(draw.fleets):
        for kind, ages in zip(KINDS, fleet, strict=True):
            yield from _by_age(organisation, kind, ages)


def _by_age(organisation: int, kind: Kind, ages: Counts) -> Iterator[Cohort]:
    for age, vehicles in enumerate(ages.tolist(), start=1):
        if vehicles:
            yield Cohort(
                trust=_code(organisation),
                vehicle_type=kind.code,
                technology=DIESEL,
                age_years=age,
                vehicles=vehicles,
            )


def _option(kind: Kind, years: int, *, lumpy: bool) -> Option:
    return Option(
        option_id=OptionId(kind.code),
        vehicle_type=kind.code,
        technology=DIESEL,
        minimum_order=MINIMUM_ORDER if lumpy else 0,
        price_pence=tuple(round(PENCE * kind.price * PRICE_GROWTH**year) for year in range(years)),
        order_charge_pence=(ORDER_CHARGE * PENCE,) * years if lumpy else (),
    )


def _envelopes(draw: Draw) -> Iterator[Envelope]:
    for organisation, budgets in enumerate(draw.budgets):
        for year, thousands in enumerate(budgets, start=FIRST_YEAR):
            yield Envelope(
                envelope_id=_envelope_id(organisation, year),
                holder=f"Organisation {organisation}",
                fund="capital",
                financial_year=year,
                allocation_pence=thousands * PENCE,
                trusts=(_code(organisation),),
            )


def _ceilings(draw: Draw, years: int) -> Iterator[Ceiling]:
    for place in range(years):
        budgets = sum(row[place] for row in draw.budgets)
        yield Ceiling(
            ceiling_id=CeilingId(f"system-{FIRST_YEAR + place}"),
            holder="System",
            limit_pence=budgets * PENCE * CEILING_PERCENT // 100,
            envelope_ids=tuple(
                _envelope_id(organisation, FIRST_YEAR + place)
                for organisation in range(ORGANISATIONS)
            ),
        )


def _envelope_id(organisation: int, year: int) -> EnvelopeId:
    return EnvelopeId(f"{_code(organisation)}-{year}")


def _policy(organisation: int, kind: Kind) -> LifePolicy:
    return LifePolicy(
        trust=_code(organisation),
        vehicle_type=kind.code,
        from_financial_year=2020,
        maximum_age_years=kind.last_age,
    )
