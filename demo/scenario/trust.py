"""A trust: its hubs, its vehicles, how they are used and how long they are to serve.

The fields are explained where they are filled in: scenarios/wmas/rya.yaml.
"""

from datetime import date, time
from typing import Annotated, Literal, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field, model_validator

from demo.scenario.parts import Count, FinancialYear, Organisation, Part, Provenance, Share
from services.kernel.vehicle import Technology, VehicleType

Duty = Literal["urban", "mixed", "rural"]


class Hub(Part):
    name: str
    system: Organisation
    duty: Duty
    dca: Count
    bays: Annotated[int, Field(ge=1, le=100)]
    commissioning_bays: Count
    charger_bays: Count
    full_time_staff: Count

    @model_validator(mode="after")
    def _bays_add_up(self) -> Self:
        if max(self.commissioning_bays, self.charger_bays) > self.bays:
            raise ValueError(f"{self.name}: more special bays than bays")
        return self


class Hubs(Part):
    provenance: Provenance
    list: tuple[Hub, ...]


class Roster(Part):
    provenance: Provenance
    hours_per_week: float
    presence: Share
    by_hour: Annotated[tuple[Count, ...], Field(min_length=24, max_length=24)]

    def staff_by_hour(self, full_time_staff: int) -> list[int]:
        """Operatives on duty in each hour; never nobody."""
        daily = full_time_staff * self.hours_per_week * self.presence / 7
        return [max(1, round(daily * share / sum(self.by_hour))) for share in self.by_hour]


class Overrun(Part):
    median_minutes: float
    p95_minutes: float


class CrewStarts(Part):
    provenance: Provenance
    vehicle_type: VehicleType
    peak_share: Share
    shift_hours: Annotated[int, Field(ge=1, le=24)]
    waves: dict[time, Annotated[int, Field(ge=1)]]
    overrun: Overrun


class MakeReady(Part):
    provenance: Provenance
    minutes: dict[str, Annotated[int, Field(ge=1)]]
    sigma: Annotated[float, Field(ge=0, le=2)]
    changeover_minutes: Count
    staff_per_job: Annotated[int, Field(ge=1)]
    contaminated_share: Share
    broken_seal_share: Share
    minor_defect_share: Share
    fuel_percent: tuple[int, int]


class Breakdowns(Part):
    provenance: Provenance
    per_month_at_age_4: float
    growth_per_year: float
    accidents_per_year: float
    on_road_share: Share

    def per_shift(self, age_years: int, shifts_per_day: float) -> float:
        """Return the chance that a vehicle of that age breaks down in one shift."""
        per_month = self.per_month_at_age_4 * self.growth_per_year ** (age_years - 4)
        return per_month * 12 / 365 / shifts_per_day


class VehicleGroup(Part):
    type: VehicleType
    technology: Technology
    count: Count
    ages: tuple[Count, ...]
    base: str
    wmi: Annotated[str, Field(pattern="^[A-HJ-NPR-Z0-9]{3}$")]
    off_road: Share
    annual_miles: dict[str, tuple[int, int]]
    lift: bool = False
    duty: Duty | None = None
    hub: str | None = None
    capabilities: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ages_add_up(self) -> Self:
        if sum(self.ages) != self.count:
            raise ValueError(f"{self.type} {self.technology}: ages add up to {sum(self.ages)}")
        return self


class Vehicles(Part):
    provenance: Provenance
    list: tuple[VehicleGroup, ...]


class Cause(Part):
    share: Annotated[int, Field(ge=1, le=100)]
    median_days: Annotated[float, Field(gt=0)]


class OffRoad(Part):
    provenance: Provenance
    causes: dict[str, Cause]
    sigma: Annotated[float, Field(ge=0, le=2)]


class LifePolicy(Part):
    type: VehicleType
    target_age_months: Annotated[int, Field(ge=1, le=300)]
    maximum_age_months: Annotated[int, Field(ge=0, le=360)] = 0
    target_miles: Count = 0


class LifePolicies(Part):
    provenance: Provenance
    effective_from: date
    planning_window_months: Annotated[int, Field(ge=0, le=120)]
    list: tuple[LifePolicy, ...]


class Requirement(Part):
    type: VehicleType
    required_available: Count
    establishment: Count


class Requirements(Part):
    provenance: Provenance
    from_financial_year: FinancialYear
    list: tuple[Requirement, ...]


class Trust(Part):
    code: Organisation
    name: str
    local_label: str
    hubs: Hubs
    roster: Roster
    crew_starts: CrewStarts
    make_ready: MakeReady
    breakdowns: Breakdowns
    vehicles: Vehicles
    off_road: OffRoad
    life_policies: LifePolicies
    requirements: Requirements

    def hub_id(self, hub: str) -> UUID:
        """The identity a hub is registered with: the same in every run."""
        return uuid5(NAMESPACE_URL, f"makeready:hub:{self.code}/{hub}")
