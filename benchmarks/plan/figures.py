"""What the synthetic problems are made of: trusts, vehicle types, prices, and where they are from.

[P] is published, [D] follows from published figures, [E] is an estimate made for the benchmark.
Nothing here is a trust's own data.
"""

from csv import DictReader
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from services.capital.optimiser.problem import TechnologyCode, TrustCode, TypeCode

HERE: Final = Path(__file__).parent
FIRST_YEAR: Final = 2026
DIESEL: Final = TechnologyCode("DIESEL")
BEV: Final = TechnologyCode("BEV")
DCA: Final = TypeCode("DCA")
PTS: Final = TypeCode("PTS")

# Share of the time off the road in the 1st to 10th year of life [E], in thousandths.
OFF_ROAD_PERMILLE: Final = (80, 100, 130, 160, 200, 240, 290, 340, 390, 440)
# A year: vehicles 4 %, all else 3 % [E]; 3.5 %, the Green Book's.
VEHICLE_INFLATION: Final = 1.04
PRICE_INFLATION: Final = 1.03
DISCOUNT: Final = 1.035
# Electric ambulances cost as much as diesel ones from 2030/31, as NHS England expects [P].
PARITY_YEARS: Final = 4
# £412m for ambulances over the four years from 2026/27 [P]; four fifths of it afterwards [E].
NATIONAL_POUNDS: Final = 103_000_000
NATIONAL_FIRM_YEARS: Final = 4
NATIONAL_AMBULANCES: Final = 4_294
DECOMMISSIONING_POUNDS: Final = 1_800
# 22 miles a gallon at £1.25 a litre; 1.6 miles a kWh at £0.22 [E].
DIESEL_PENCE_PER_MILE: Final = 26
BEV_PENCE_PER_MILE: Final = 14

# All new vehicles but ambulances are zero emission from 2027, new ambulances from 2030 [P].
CARS: Final = tuple(map(TypeCode, ("RRV", "CMD", "LOG", "MHV")))
AMBULANCES: Final = (DCA, PTS)


class Kind(NamedTuple):
    """A vehicle type, priced in the pounds of 2026/27.

    Diesel ambulances: £139,000 to £155,000 in three deals of 2025/26 [P]; electric response cars:
    £83,000 with a charger [P]; the other prices [E]. Maintenance of a mile grows by `slope_pence`
    for each year of age: 8p [P] of ambulances. Lives, lost days, minimum orders [E]. `line` is who
    converts it; empty: it comes ready-made, in the year of order.
    """

    code: TypeCode
    diesel_pounds: int
    bev_pounds: int
    target_age: int
    lost_day_pounds: int
    miles: int
    slope_pence: int
    minimum_order: int
    line: str


class Trust(NamedTuple):
    """A trust, its vehicles by type and its ambulances' ages.

    Ambulances: West Midlands, South East Coast, East of England, East Midlands, Yorkshire and North
    West [P], the others [E]. `target_age` of ambulances: West Midlands 5, East Midlands and North
    West 7, North East 9 [P], Yorkshire 7 [D], the others [E]. `ages` in hundredths at 1 April 2026,
    0-1 to 7-8, 8-10 and over 10 years [E, on published deliveries]. Other types [E]. `system` was
    its capital's host to 2025/26. `mileage_percent`: less in towns, more in the country [E].
    """

    code: TrustCode
    name: str
    system: str
    region: str
    target_age: int
    ages: tuple[int, ...]
    mileage_percent: int
    bev_ambulances: int
    bev_on_order: int
    vehicles: dict[TypeCode, int]

    @property
    def ambulances(self) -> int:
        return self.vehicles[DCA]

    def target_age_of(self, kind: Kind) -> int:
        """Return the age in years at which the trust's policy replaces the type."""
        return self.target_age if kind.code == DCA else kind.target_age

    def yearly_renewals(self, kind: Kind) -> float:
        """Return the vehicles a year that keep the type at its target age for ever."""
        return self.vehicles[kind.code] / self.target_age_of(kind)


@cache
def kinds() -> tuple[Kind, ...]:
    return tuple(map(_kind, _rows("kinds.csv")))


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        code=TypeCode(row["code"]),
        diesel_pounds=int(row["diesel_pounds"]),
        bev_pounds=int(row["bev_pounds"]),
        target_age=int(row["target_age"]),
        lost_day_pounds=int(row["lost_day_pounds"]),
        miles=int(row["miles"]),
        slope_pence=int(row["slope_pence"]),
        minimum_order=int(row["minimum_order"]),
        line=row["line"],
    )


@cache
def trusts() -> dict[str, Trust]:
    return {row["code"]: _trust(row) for row in _rows("trusts.csv")}


def _trust(row: dict[str, str]) -> Trust:
    return Trust(
        code=TrustCode(row["code"]),
        name=row["name"],
        system=row["system"],
        region=row["region"],
        target_age=int(row["target_age"]),
        ages=tuple(map(int, row["ages"].split())),
        mileage_percent=int(row["mileage_percent"]),
        bev_ambulances=int(row["bev_ambulances"]),
        bev_on_order=int(row["bev_on_order"]),
        vehicles={
            kind.code: int(row["ambulances" if kind.code == DCA else kind.code]) for kind in kinds()
        },
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(DictReader(file))


def price_pounds(kind: Kind, technology: TechnologyCode, year: int) -> float:
    """Return the price in the pounds of the year; electric ones come down to parity."""
    premium = max(0, PARITY_YEARS - year) / PARITY_YEARS * (kind.bev_pounds - kind.diesel_pounds)
    inflation: float = VEHICLE_INFLATION**year
    return inflation * (kind.diesel_pounds + premium * (technology == BEV))
