"""The vehicles of a trust, made from a scenario's counts, ages, miles and seed: always the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import count
from math import log
from random import Random
from typing import Final

from demo.scenario.files import Scenario
from demo.scenario.homes import home_hubs
from demo.scenario.identity import mark, vin
from demo.scenario.trust import Hub, Trust, VehicleGroup
from services.kernel.calendar import LONDON, FinancialYear, add_months
from services.kernel.vehicle import Technology, VehicleType

OPENS_AT: Final = time(5)
DAYS_PER_YEAR: Final = 365
MONTHS_PER_YEAR: Final = 12
LIFT_MONTHS: Final = 6
# Nothing lapses in the days around the scenario's: the day is about work, not about paper.
MARGIN: Final = timedelta(days=14)
ANY_DUTY: Final = "any"
FEWEST_ANNUAL_MILES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OffRoad:
    """Why a vehicle stands off the road when the day begins, since when, and when it is back."""

    cause: str
    started_at: datetime
    back_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedVehicle:
    """A vehicle as it is taken into the register, and what the day needs to know of it besides."""

    trust: str
    fleet_number: str
    vrm: str
    vin: str
    type: VehicleType
    technology: Technology
    base: str
    hub: str
    in_service_on: date
    first_registered_on: date
    mot_expires_on: date | None
    lifting_expires_on: date | None
    tax_expires_on: date
    odometer_miles: int
    annual_miles: int
    age_years: int
    capabilities: tuple[str, ...]
    registered_at: datetime
    off_road: OffRoad | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What vehicles of one group have in common."""

    scenario: Scenario
    trust: Trust
    group: VehicleGroup
    random: Random

    @property
    def opens_at(self) -> datetime:
        """When the register is taken over: early on the day before."""
        return datetime.combine(self.scenario.day - timedelta(days=1), OPENS_AT, LONDON)

    @property
    def day_begins_at(self) -> datetime:
        return datetime.combine(self.scenario.day, time(), LONDON)


def vehicles_of(scenario: Scenario, trust: Trust) -> list[SeedVehicle]:
    """Return the trust's vehicles in the order of the file, ambulances of all kinds in one row."""
    serials = count(1)
    numbers: dict[VehicleType, Iterator[int]] = {}
    made: list[SeedVehicle] = []
    for group, homes in zip(trust.vehicles.list, home_hubs(trust), strict=True):
        random = Random(f"{scenario.seed}/{trust.code}/{group.type}/{group.technology}")
        lot = Lot(scenario=scenario, trust=trust, group=group, random=random)
        ages = [age for age, vehicles in enumerate(group.ages) for _ in range(vehicles)]
        random.shuffle(ages)
        standing = _standing(random, ages, round(group.off_road * group.count))
        row = numbers.setdefault(group.type, count(1))
        for index, (age, hub) in enumerate(zip(ages, homes, strict=True)):
            number = f"{group.type}-{next(row):03}"
            off_road = _off_road(lot) if index in standing else None
            made.append(_vehicle(lot, number, next(serials), age, hub, off_road))
    return made


def digest(vehicles: list[SeedVehicle]) -> str:
    """Return what tells one list of vehicles from another."""
    return sha256("\n".join(map(repr, vehicles)).encode()).hexdigest()


def _standing(random: Random, ages: list[int], wanted: int) -> frozenset[int]:
    """Choose who stands off the road: the older, the likelier."""
    keys = [random.random() ** (1 / (age + 2)) for age in ages]
    return frozenset(sorted(range(len(ages)), key=lambda index: -keys[index])[:wanted])


def _vehicle(
    lot: Lot, number: str, serial: int, age: int, hub: Hub, off_road: OffRoad | None
) -> SeedVehicle:
    random, group = lot.random, lot.group
    in_service = _in_service(lot, age)
    registered = in_service - timedelta(days=random.randint(7, 35))
    miles = _annual_miles(lot, hub)
    years = (lot.scenario.day - in_service).days / DAYS_PER_YEAR
    return SeedVehicle(
        trust=lot.trust.code,
        fleet_number=number,
        vrm=mark(serial, registered),
        vin=vin(group.wmi, registered, serial),
        type=group.type,
        technology=group.technology,
        base=group.base,
        hub=hub.name,
        in_service_on=in_service,
        first_registered_on=registered,
        mot_expires_on=_mot(lot, registered),
        lifting_expires_on=_within(lot, LIFT_MONTHS) if group.lift else None,
        tax_expires_on=_within(lot, MONTHS_PER_YEAR),
        odometer_miles=round(miles * years * random.uniform(0.95, 1.05)),
        annual_miles=miles,
        age_years=age,
        capabilities=group.capabilities,
        registered_at=off_road.started_at if off_road else lot.opens_at,
        off_road=off_road,
    )


def _in_service(lot: Lot, age: int) -> date:
    """Return a day in the financial year that makes the vehicle that old on 1 April."""
    year = FinancialYear.of(lot.scenario.day).plus(-1 - age)
    return year.starts_on + timedelta(days=lot.random.randrange(DAYS_PER_YEAR))


def _annual_miles(lot: Lot, hub: Hub) -> int:
    by_duty = lot.group.annual_miles
    mean, spread = by_duty[hub.duty if hub.duty in by_duty else ANY_DUTY]
    return max(FEWEST_ANNUAL_MILES, round(lot.random.gauss(mean, spread)))


def _mot(lot: Lot, registered: date) -> date | None:
    """Return the last day of the MOT: yearly from first registration. None: not due one yet."""
    soonest = lot.scenario.day + MARGIN
    if add_months(registered, MONTHS_PER_YEAR) >= soonest:
        return None
    years = next(n for n in count(1) if add_months(registered, MONTHS_PER_YEAR * n) >= soonest)
    return add_months(registered, MONTHS_PER_YEAR * years)


def _within(lot: Lot, months: int) -> date:
    """Return a day from the margin on, at most `months` after the scenario's."""
    first, last = lot.scenario.day + MARGIN, add_months(lot.scenario.day, months)
    return first + timedelta(days=lot.random.randrange((last - first).days))


def _off_road(lot: Lot) -> OffRoad:
    """Draw an episode that is under way when the day begins; some end in its course."""
    random, table = lot.random, lot.trust.off_road
    causes = sorted(table.causes)
    cause = random.choices(causes, [table.causes[name].share for name in causes])[0]
    # Long episodes are the likelier to be met: the mean of what is met lies that much higher.
    middle = log(table.causes[cause].median_days) + table.sigma**2
    lasts = timedelta(days=random.lognormvariate(middle, table.sigma))
    started = lot.day_begins_at - lasts * random.random()
    return OffRoad(cause=cause, started_at=_second(started), back_at=_second(started + lasts))


def _second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
