"""Renewal problems to time the optimiser on: synthetic, seeded, with the shape of real fleets.

Counts, prices, lives and off-road shares follow the demonstration parameters of the West Midlands'
published figures where there are any, and are estimates elsewhere.
"""

from random import Random
from typing import Final, NamedTuple

from services.capital.optimiser.problem import (
    AgeProfile,
    Cohort,
    Commissioning,
    Envelope,
    EnvelopeId,
    LifePolicy,
    LineId,
    Mandate,
    MandateBasis,
    MandateId,
    Need,
    Option,
    OptionId,
    Problem,
    SupplyKind,
    SupplyLine,
    Technology,
    TechnologyCode,
    TrustCode,
    TypeCode,
    VehicleType,
)

TRUST: Final = TrustCode("RYA")
DIESEL: Final = TechnologyCode("DIESEL")
BEV: Final = TechnologyCode("BEV")
CONVERTER: Final = LineId("converter-a")
FIRST_YEAR: Final = 2026
OFF_ROAD_PERMILLE: Final = (80, 100, 130, 160, 200, 240, 290, 340, 390, 440)


class Kind(NamedTuple):
    """A vehicle type: how many there are, what one costs, how long it is kept and made."""

    code: TypeCode
    vehicles: int
    diesel_pounds: int
    bev_pounds: int
    target_age: int
    lost_day_pounds: int
    yearly_pounds: int
    conversion_years: int


KINDS: Final = (
    Kind(TypeCode("DCA"), 500, 150_000, 195_000, 5, 900, 4_000, 1),
    Kind(TypeCode("RRV"), 90, 55_000, 78_000, 5, 300, 2_500, 0),
    Kind(TypeCode("PTS"), 350, 82_000, 98_000, 7, 250, 2_800, 1),
    Kind(TypeCode("UCS"), 20, 95_000, 120_000, 7, 400, 3_000, 1),
    Kind(TypeCode("HART"), 24, 130_000, 175_000, 8, 500, 3_000, 1),
    Kind(TypeCode("SORT"), 14, 110_000, 150_000, 10, 200, 2_000, 1),
    Kind(TypeCode("BAR"), 8, 165_000, 215_000, 8, 500, 3_500, 1),
    Kind(TypeCode("CCV"), 10, 62_000, 85_000, 5, 400, 2_500, 0),
    Kind(TypeCode("MHV"), 6, 48_000, 60_000, 6, 250, 2_000, 0),
    Kind(TypeCode("DTV"), 30, 60_000, 80_000, 9, 50, 2_500, 0),
    Kind(TypeCode("CMD"), 110, 42_000, 52_000, 6, 50, 1_800, 0),
    Kind(TypeCode("LOG"), 57, 38_000, 47_000, 8, 50, 1_600, 0),
)

MANDATES: Final = (
    Mandate(
        mandate_id=MandateId("cars-2027"),
        vehicle_types=(TypeCode("RRV"), TypeCode("CMD"), TypeCode("LOG"), TypeCode("MHV")),
        from_financial_year=2027,
        share_permille=1000,
        basis=MandateBasis.DELIVERIES,
    ),
    Mandate(
        mandate_id=MandateId("ambulances-2030"),
        vehicle_types=(TypeCode("DCA"), TypeCode("PTS")),
        from_financial_year=2030,
        share_permille=1000,
        basis=MandateBasis.ORDERS,
    ),
)


def wmas(years: int = 10, seed: int = 1, budget_share: float = 0.9) -> Problem:
    """Return one trust of 1,219 vehicles, with `budget_share` of a steady renewal's money."""
    random = Random(seed)
    return Problem(
        description=f"Synthetic: West Midlands, {years} years, seed {seed}",
        first_financial_year=FIRST_YEAR,
        years=years,
        trusts=(TRUST,),
        vehicle_types=tuple(
            VehicleType(code=kind.code, lost_day_cost_pence=kind.lost_day_pounds * 100)
            for kind in KINDS
        ),
        technologies=(
            Technology(code=DIESEL),
            Technology(code=BEV, zero_emission=True),
        ),
        age_profiles=tuple(profile(kind, code) for kind in KINDS for code in (DIESEL, BEV)),
        cohorts=tuple(row for kind in KINDS for row in cohorts(kind, random)),
        options=tuple(option(kind, code, years) for kind in KINDS for code in (DIESEL, BEV)),
        envelopes=tuple(
            row for year in range(years) for row in envelopes(year, random, budget_share)
        ),
        needs=tuple(row for kind in KINDS for row in needs(kind, years)),
        life_policies=tuple(map(policy, KINDS)),
        supply_lines=(
            SupplyLine(line_id=CONVERTER, kind=SupplyKind.CONVERTER, vehicles=(160,) * years),
        ),
        commissioning=(Commissioning(trust=TRUST, vehicles=(260,) * years),),
        mandates=MANDATES,
        discount_ppm=tuple(round(1_000_000 / 1.035**year) for year in range(years + 1)),
        price_index_permille=tuple(round(1000 * 1.03**year) for year in range(years + 1)),
    )


def profile(kind: Kind, technology: TechnologyCode) -> AgeProfile:
    pounds = kind.bev_pounds if technology == BEV else kind.diesel_pounds
    fuel = kind.yearly_pounds // 2 if technology == BEV else kind.yearly_pounds
    ages = range(15)
    return AgeProfile(
        vehicle_type=kind.code,
        technology=technology,
        running_cost_pence=tuple(100 * (fuel + kind.yearly_pounds * 7 * age // 10) for age in ages),
        off_road_permille=OFF_ROAD_PERMILLE,
        resale_pence=tuple(round(pounds * 40 * 0.72**age) for age in ages),
        terminal_value_pence=tuple(
            100 * pounds * max(0, kind.target_age + 2 - age) // (kind.target_age + 2)
            for age in ages
        ),
    )


def policy(kind: Kind) -> LifePolicy:
    return LifePolicy(
        trust=TRUST,
        vehicle_type=kind.code,
        from_financial_year=2020,
        target_age_years=kind.target_age,
        maximum_age_years=kind.target_age + 4,
    )


def cohorts(kind: Kind, random: Random) -> list[Cohort]:
    """Spread the type's vehicles over the ages below its target, and a few years beyond it."""
    ages = [random.randrange(1, kind.target_age + 2) for _ in range(kind.vehicles)]
    return [
        Cohort(
            trust=TRUST,
            vehicle_type=kind.code,
            technology=DIESEL,
            age_years=age,
            vehicles=ages.count(age),
        )
        for age in sorted(set(ages))
    ]


def option(kind: Kind, technology: TechnologyCode, years: int) -> Option:
    is_bev = technology == BEV
    pounds = kind.bev_pounds if is_bev else kind.diesel_pounds
    growth = 1.01 if is_bev else 1.04
    return Option(
        option_id=OptionId(f"{kind.code}-{technology}"),
        vehicle_type=kind.code,
        technology=technology,
        lead_time_years=kind.conversion_years,
        minimum_order=min(5, max(1, kind.vehicles // 8)),
        price_pence=tuple(100 * round(pounds * growth**year) for year in range(years)),
        supply_lines=(CONVERTER,) if kind.conversion_years else (),
    )


def envelopes(year: int, random: Random, share: float) -> list[Envelope]:
    """Return the provider's operational capital, and national money for ambulances."""
    steady = sum(kind.vehicles * kind.diesel_pounds / kind.target_age for kind in KINDS)
    pounds = steady * share * 1.03**year * random.uniform(0.85, 1.15)
    return [
        Envelope(
            envelope_id=EnvelopeId(f"provider-{FIRST_YEAR + year}"),
            holder="West Midlands Ambulance Service",
            fund="operational capital",
            financial_year=FIRST_YEAR + year,
            allocation_pence=100 * round(pounds * 0.85),
        ),
        Envelope(
            envelope_id=EnvelopeId(f"national-{FIRST_YEAR + year}"),
            holder="NHS England",
            fund="public dividend capital",
            financial_year=FIRST_YEAR + year,
            allocation_pence=100 * round(pounds * 0.15),
            vehicle_types=(TypeCode("DCA"),),
        ),
    ]


def needs(kind: Kind, years: int) -> list[Need]:
    return [
        Need(
            trust=TRUST,
            vehicle_type=kind.code,
            financial_year=FIRST_YEAR + year,
            required_available=kind.vehicles * 8 // 10,
        )
        for year in range(years)
    ]
