"""A named vehicle, as a file or the register describes it. Values only."""

from dataclasses import dataclass
from datetime import date

from services.capital.optimiser.problem import BandCode, Cohort, TechnologyCode, TrustCode, TypeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle in service when the horizon begins, described as its cohort is; miles to date."""

    vehicle_id: str
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    age_years: int
    in_service_on: date
    miles: int
    in_reserve: bool = False
    band: BandCode | None = None
    box_body: bool = False
    box_age_years: int = 0
    remounts: int = 0

    @property
    def cohort(self) -> Cohort:
        """The vehicle as a cohort of one."""
        return Cohort(
            trust=self.trust,
            vehicle_type=self.vehicle_type,
            technology=self.technology,
            age_years=self.age_years,
            vehicles=1,
            in_reserve=self.in_reserve,
            band=self.band,
            box_body=self.box_body,
            box_age_years=self.box_age_years,
            remounts=self.remounts,
        )
