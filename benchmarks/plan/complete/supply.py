"""What can be had and on what terms: parts of a price, charges, volumes, leases, new chassis."""

from dataclasses import replace
from typing import Final

from benchmarks.plan.complete.codes import LEASED, RRV, SOUTH_WEST, at_prices
from benchmarks.plan.figures import AMBULANCES, BEV, DCA, DIESEL
from benchmarks.plan.market import CONVERTERS, charged, line_of
from services.capital.optimiser.problem import (
    ConcentrationId,
    ConcentrationLimit,
    Instalment,
    Lease,
    LineId,
    Option,
    OptionId,
    PriceTier,
    Problem,
    Remount,
    SupplyKind,
    SupplyLine,
    Technology,
    TypeCode,
)

# A chassis is two fifths of an ambulance, paid for when it is ordered.
CHASSIS: Final = (Instalment(years_before_delivery=1, permille=400),)
# By volume, of what one trust has in a year, and of what all have together.
OWN_TIERS: Final = (PriceTier(from_vehicles=40, price_permille=985),)
JOINT_TIERS: Final = (PriceTier(from_vehicles=30, price_permille=970),)
COMMAND: Final = TypeCode("CMD")
LEASE_YEARS: Final = 4
LEASE_POUNDS: Final = 17_500
# What a right of use scores of its payments: the rest is interest and service.
RIGHT_OF_USE_PERCENT: Final = 85
WORKSHOP: Final = LineId("remounts")
WORKSHOP_PLACES: Final = 24
REMOUNT_POUNDS: Final = 92_000
MOST_OF_ONE_PERMILLE: Final = 600


def in_parts(problem: Problem) -> Problem:
    """The chassis of converted ambulances score a year before their conversion."""
    return replace(
        problem,
        options=tuple(
            replace(row, instalments=CHASSIS)
            if row.vehicle_type in AMBULANCES and row.lead_time_years
            else row
            for row in problem.options
        ),
    )


def charged_and_tiered(problem: Problem) -> Problem:
    """Orders cost something to place; each trust pays by volume, or all together for one car."""

    def priced(option: Option) -> Option:
        if option.vehicle_type == COMMAND:
            return charged(replace(option, price_tiers=JOINT_TIERS, joint_tiers=True))
        is_ambulance = option.vehicle_type == DCA
        return charged(replace(option, price_tiers=OWN_TIERS) if is_ambulance else option)

    return replace(problem, options=tuple(map(priced, problem.options)))


def leased(problem: Problem) -> Problem:
    """Electric response cars can be leased as well as bought, under a technology of their own."""
    bought = next(
        row for row in problem.options if (row.vehicle_type, row.technology) == (RRV, BEV)
    )
    payments = at_prices(LEASE_POUNDS, problem)
    right_of_use = tuple(n * LEASE_YEARS * RIGHT_OF_USE_PERCENT // 100 for n in payments)
    option = replace(
        bought,
        option_id=OptionId(f"{RRV}-{LEASED}"),
        technology=LEASED,
        price_pence=right_of_use,
        price_tiers=(),
        lease=Lease(term_years=LEASE_YEARS, yearly_payment_pence=payments),
    )
    profiles = (
        # What goes back to its lessor fetches nothing, and is worth nothing when the horizon ends.
        replace(row, technology=LEASED, resale_pence=(0,), terminal_value_pence=(0,))
        for row in problem.age_profiles
        if (row.vehicle_type, row.technology) == (RRV, BEV)
    )
    return replace(
        problem,
        technologies=(*problem.technologies, Technology(code=LEASED, zero_emission=True)),
        age_profiles=(*problem.age_profiles, *profiles),
        options=(*problem.options, option),
    )


def with_remounts(problem: Problem) -> Problem:
    """South Western's boxes go on new chassis, once, in a workshop of so many places."""
    offer = Remount(
        trust=SOUTH_WEST,
        vehicle_type=DCA,
        technology=DIESEL,
        price_pence=at_prices(REMOUNT_POUNDS, problem),
        maximum_remounts=1,
        maximum_box_age_years=10,
        weeks_out=12,
        supply_lines=(WORKSHOP,),
    )
    workshop = SupplyLine(
        line_id=WORKSHOP, kind=SupplyKind.CONVERTER, vehicles=(WORKSHOP_PLACES,) * problem.years
    )
    return replace(
        problem,
        remount_offers=(offer,),
        supply_lines=(*problem.supply_lines, workshop),
    )


def of_many_makers(problem: Problem) -> Problem:
    """No trust has most of its ambulances from the largest converter."""
    limit = ConcentrationLimit(
        limit_id=ConcentrationId("largest-converter"),
        vehicle_types=(DCA,),
        supply_lines=(line_of(CONVERTERS[0]),),
        share_permille=MOST_OF_ONE_PERMILLE,
    )
    return replace(problem, concentration_limits=(limit,))
