"""One trust or several with shared money, converters and mandates, as one renewal problem."""

from collections.abc import Sequence
from random import Random
from typing import Final

from benchmarks.plan import fleets, market, money
from benchmarks.plan.figures import (
    BEV,
    DIESEL,
    DISCOUNT,
    FIRST_YEAR,
    PRICE_INFLATION,
    kinds,
    trusts,
)
from services.capital.optimiser.problem import Problem, Technology, VehicleType

WEST_MIDLANDS: Final = ("RYA",)
ALLIANCE: Final = ("RYA", "RYD", "RYF")
TECHNOLOGIES: Final = (Technology(code=DIESEL), Technology(code=BEV, zero_emission=True))


def wmas(years: int = 10, seed: int = 1, budget_share: float = 0.9) -> Problem:
    """Return one trust of 1,219 vehicles."""
    return alliance("West Midlands", WEST_MIDLANDS, years, seed, budget_share)


def three_trusts(years: int = 10, seed: int = 1, budget_share: float = 0.9) -> Problem:
    """Return the alliance of West Midlands, South East Coast and South Western."""
    return alliance("Alliance of three trusts", ALLIANCE, years, seed, budget_share)


def england(years: int = 10, seed: int = 1, budget_share: float = 0.9) -> Problem:
    """Return the ten ambulance trusts of England."""
    return alliance("England's ten trusts", tuple(trusts()), years, seed, budget_share)


def alliance(
    name: str, codes: Sequence[str], years: int, seed: int, budget_share: float
) -> Problem:
    """Return the trusts' problem, with `budget_share` of a steady renewal's money."""
    random = Random(seed)
    members = [trusts()[code] for code in codes]
    cohorts = {trust.code: list(fleets.cohorts(trust, random)) for trust in members}
    return Problem(
        description=f"Synthetic: {name}, {years} years, seed {seed}",
        first_financial_year=FIRST_YEAR,
        years=years,
        trusts=tuple(trust.code for trust in members),
        vehicle_types=tuple(
            VehicleType(code=kind.code, lost_day_cost_pence=100 * kind.lost_day_pounds)
            for kind in kinds()
        ),
        technologies=TECHNOLOGIES,
        age_profiles=tuple(row for trust in members for row in fleets.profiles(trust)),
        cohorts=tuple(row for rows in cohorts.values() for row in rows),
        commitments=tuple(money.commitments(members)),
        options=tuple(market.options(years)),
        envelopes=tuple(money.envelopes(members, years, random, budget_share)),
        needs=tuple(
            row for trust in members for row in fleets.needs(trust, cohorts[trust.code], years)
        ),
        life_policies=tuple(row for trust in members for row in fleets.policies(trust)),
        supply_lines=tuple(market.supply_lines(members, years)),
        commissioning=tuple(market.commissioning(trust, years) for trust in members),
        mandates=market.MANDATES,
        discount_ppm=tuple(round(1_000_000 / DISCOUNT**year) for year in range(years + 1)),
        price_index_permille=tuple(
            round(1000 * PRICE_INFLATION**year) for year in range(years + 1)
        ),
    )
