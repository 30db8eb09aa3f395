"""What can be bought: options of each converter, places, chassis, mandates; and what hubs take."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final, NamedTuple

from benchmarks.plan.figures import (
    AMBULANCES,
    BEV,
    CARS,
    DCA,
    DIESEL,
    PRICE_INFLATION,
    Kind,
    Trust,
    kinds,
    price_pounds,
)
from services.capital.optimiser.problem import (
    Commissioning,
    LineId,
    Mandate,
    MandateBasis,
    MandateId,
    Option,
    OptionId,
    PriceTier,
    SupplyKind,
    SupplyLine,
    TechnologyCode,
)

BEV_CHASSIS: Final = LineId("bev-chassis")
# Places for a little more than steady renewal, as large converters claim to have [P, E].
SLOTS: Final = 1.1
# What an order costs to tender, specify and accept: of conversions, of cars [E].
CONVERTED_CHARGE_POUNDS: Final = 25_000
CAR_CHARGE_POUNDS: Final = 5_000
# What many at once cost of the price of few: bought by all together, or by one trust [E].
JOINT_TIERS: Final = (
    PriceTier(from_vehicles=100, price_permille=970),
    PriceTier(from_vehicles=200, price_permille=950),
)
# New vehicles the hubs can bring into service, of steady renewal [E].
HUBS: Final = 1.3
# Electric chassis to be had, in hundredths of the ambulances renewed each year [E].
BEV_CHASSIS_PERCENT: Final = (10, 15, 25, 40, 60, 120)


class Converter(NamedTuple):
    """Who converts: for which lines, at what price against list, with what share of the places."""

    name: str
    lines: tuple[str, ...]
    price_percent: int
    share_percent: int


# Shares after the capacities two converters claim, and a third of many small ones [P, E].
CONVERTERS: Final = (
    Converter("a", ("van", "minibus"), 100, 50),
    Converter("b", ("van", "special"), 102, 30),
    Converter("c", ("minibus", "special"), 99, 20),
)

MANDATES: Final = (
    Mandate(
        mandate_id=MandateId("cars-2027"),
        vehicle_types=CARS,
        from_financial_year=2027,
        share_permille=1000,
        basis=MandateBasis.DELIVERIES,
    ),
    Mandate(
        mandate_id=MandateId("ambulances-2030"),
        vehicle_types=AMBULANCES,
        from_financial_year=2030,
        share_permille=1000,
        basis=MandateBasis.ORDERS,
    ),
)


def line_of(converter: Converter) -> LineId:
    return LineId(f"converter-{converter.name}")


def options(years: int) -> Iterator[Option]:
    """Yield each type in each technology, from each converter that builds it."""
    for kind, technology in product(kinds(), (DIESEL, BEV)):
        if not kind.line:
            yield _option(kind, technology, years, None)
        for converter in (row for row in CONVERTERS if kind.line in row.lines):
            yield _option(kind, technology, years, converter)


def _option(
    kind: Kind, technology: TechnologyCode, years: int, converter: Converter | None
) -> Option:
    percent = converter.price_percent if converter else 100
    needs_chassis = technology == BEV and kind.code in AMBULANCES
    lines = ((line_of(converter),) if converter else ()) + (BEV_CHASSIS,) * needs_chassis
    return Option(
        option_id=OptionId(
            f"{kind.code}-{technology}" + (f"-{converter.name}" if converter else "")
        ),
        vehicle_type=kind.code,
        technology=technology,
        lead_time_years=1 if converter else 0,
        minimum_order=kind.minimum_order,
        price_pence=tuple(
            percent * round(price_pounds(kind, technology, year)) for year in range(years)
        ),
        supply_lines=lines,
    )


def charged(option: Option) -> Option:
    """Return the option with what placing an order of it costs, by delivery year."""
    pounds = CONVERTED_CHARGE_POUNDS if option.lead_time_years else CAR_CHARGE_POUNDS
    return replace(
        option,
        order_charge_pence=tuple(
            round(100 * pounds * PRICE_INFLATION ** (year - option.lead_time_years))
            for year in range(len(option.price_pence))
        ),
    )


def tiered(option: Option) -> Option:
    """Return the option cheaper by volume over all trusts, where all buy to one standard."""
    if option.vehicle_type != DCA:
        return option
    return replace(option, price_tiers=JOINT_TIERS, joint_tiers=True)


def supply_lines(trusts: Sequence[Trust], years: int) -> Iterator[SupplyLine]:
    converted = steady(trusts, [kind for kind in kinds() if kind.line])
    for converter in CONVERTERS:
        yield SupplyLine(
            line_id=line_of(converter),
            kind=SupplyKind.CONVERTER,
            vehicles=(round(converted * SLOTS * converter.share_percent / 100),) * years,
        )
    ambulances = steady(trusts, [kind for kind in kinds() if kind.code in AMBULANCES])
    yield SupplyLine(
        line_id=BEV_CHASSIS,
        kind=SupplyKind.CHASSIS,
        vehicles=tuple(
            round(ambulances * BEV_CHASSIS_PERCENT[min(year, len(BEV_CHASSIS_PERCENT) - 1)] / 100)
            for year in range(years)
        ),
    )


def commissioning(trust: Trust, years: int) -> Commissioning:
    capacity = round(HUBS * steady([trust], kinds()))
    return Commissioning(trust=trust.code, vehicles=(capacity,) * years)


def steady(trusts: Iterable[Trust], of: Iterable[Kind]) -> float:
    """Return the vehicles a year that keep the types at their target ages for ever."""
    of = list(of)
    return sum(trust.yearly_renewals(kind) for trust in trusts for kind in of)
