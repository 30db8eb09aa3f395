"""One trust or several with shared money, converters and mandates, as one renewal problem."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from benchmarks.plan import fleets, market, money
from benchmarks.plan.figures import (
    BEV,
    DIESEL,
    DISCOUNT,
    FIRST_YEAR,
    PRICE_INFLATION,
    Trust,
    kinds,
    trusts,
)
from benchmarks.plan.market import charged, tiered
from services.capital.optimiser.problem import Envelope, Problem, Technology, VehicleType

WEST_MIDLANDS: Final = ("RYA",)
ALLIANCE: Final = ("RYA", "RYD", "RYF")
SMALL: Final = ("RX6", "RYE", "RX9")
# Three small trusts are a fifth of theirs, and order so many at once [E].
SMALL_PERCENT: Final = 20
SMALL_MINIMUM: Final = 6
# They are a small part of what their converters do, and take in an order as it comes [E].
SMALL_PLACES: Final = 60
TECHNOLOGIES: Final = (Technology(code=DIESEL), Technology(code=BEV, zero_emission=True))


# West Midlands keeps no vehicle past five years [P]; this much of a diesel renewal pays for that.
KEEPS_POLICY: Final = 1.15
# Money that keeps no policy, so that choices are hard; over age is then worth this much [E].
TIGHT: Final = 0.95
OVER_AGE_POUNDS: Final = 10_000


def wmas(years: int = 10, seed: int = 1, budget_share: float = KEEPS_POLICY) -> Problem:
    """Return one trust of 1,219 vehicles, its levels in order."""
    return alliance("West Midlands", _trusts(WEST_MIDLANDS), years, seed, budget_share)


def three_trusts(years: int = 10, seed: int = 1, budget_share: float = TIGHT) -> Problem:
    """Return the alliance of West Midlands, South East Coast and South Western."""
    problem = alliance("Alliance of three trusts", _trusts(ALLIANCE), years, seed, budget_share)
    return replace(problem, over_age_price_pence=100 * OVER_AGE_POUNDS)


def england(years: int = 10, seed: int = 1, budget_share: float = TIGHT) -> Problem:
    """Return the ten ambulance trusts of England, with charges for orders and prices by volume."""
    problem = alliance("England's ten trusts", _trusts(trusts()), years, seed, budget_share)
    return replace(
        problem,
        options=tuple(charged(tiered(row)) for row in problem.options),
        over_age_price_pence=100 * OVER_AGE_POUNDS,
    )


def lumpy(years: int = 10, seed: int = 1, budget_share: float = 0.9) -> Problem:
    """Return three small trusts that must order many at once, with charges for placing orders."""
    members = [_small(trust) for trust in _trusts(SMALL)]
    problem = alliance("Three small trusts", members, years, seed, budget_share)
    options = (replace(row, minimum_order=SMALL_MINIMUM) for row in problem.options)
    places = (SMALL_PLACES,) * years
    return replace(
        problem,
        options=tuple(map(charged, options)),
        envelopes=tuple(map(_kept, problem.envelopes)),
        supply_lines=tuple(replace(row, vehicles=places) for row in problem.supply_lines),
        commissioning=(),
    )


def _trusts(codes: Iterable[str]) -> list[Trust]:
    return [trusts()[code] for code in codes]


def _small(trust: Trust) -> Trust:
    """Return a trust with a part of the vehicles, and of the types only those it has many of."""
    parts = {code: count * SMALL_PERCENT // 100 for code, count in trust.vehicles.items()}
    many = {code: count if count >= SMALL_MINIMUM else 0 for code, count in parts.items()}
    return trust._replace(vehicles=many, bev_ambulances=0, bev_on_order=0)


def _kept(envelope: Envelope) -> Envelope:
    """Return the envelope with half of it free to wait a year: an order takes most of one."""
    return replace(envelope, carry_forward_pence=envelope.allocation_pence // 2)


def alliance(
    name: str, members: Sequence[Trust], years: int, seed: int, budget_share: float
) -> Problem:
    """Return the trusts' problem, with `budget_share` of a steady renewal's money."""
    random = Random(seed)
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
