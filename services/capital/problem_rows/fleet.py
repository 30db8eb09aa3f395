"""Messages of vehicles as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import (
    AgeProfile,
    BandCode,
    Cohort,
    DisposalFreeze,
    Establishment,
    LifePolicy,
    Need,
    Technology,
    TechnologyCode,
    TrustCode,
    TypeCode,
    VehicleType,
)


def vehicle_type(row: RenewalProblem.VehicleType) -> VehicleType:
    return VehicleType(
        code=TypeCode(row.code),
        lost_day_cost_pence=row.lost_day_cost_pence,
    )


def technology(row: RenewalProblem.Technology) -> Technology:
    return Technology(
        code=TechnologyCode(row.code),
        zero_emission=row.zero_emission,
    )


def age_profile(row: RenewalProblem.AgeProfile) -> AgeProfile:
    resale = tuple(row.resale_pence) or (0,)
    return AgeProfile(
        trust=TrustCode(row.trust) if row.trust else None,
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        band=BandCode(row.band) if row.band else None,
        running_cost_pence=tuple(row.running_cost_pence),
        off_road_permille=tuple(row.off_road_permille),
        resale_pence=resale,
        terminal_value_pence=tuple(row.terminal_value_pence) or resale,
    )


def cohort(row: RenewalProblem.Cohort) -> Cohort:
    return Cohort(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        age_years=row.age_years,
        vehicles=row.vehicles,
        in_reserve=row.in_reserve,
        box_body=row.box_body,
        box_age_years=row.box_age_years,
        remounts=row.remounts,
        band=BandCode(row.band) if row.band else None,
    )


def need(row: RenewalProblem.Need) -> Need:
    return Need(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
        required_available=row.required_available,
    )


def establishment(row: RenewalProblem.Establishment) -> Establishment:
    return Establishment(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        from_financial_year=row.from_financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def life_policy(row: RenewalProblem.LifePolicy) -> LifePolicy:
    return LifePolicy(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        from_financial_year=row.from_financial_year,
        target_age_years=row.target_age_years,
        maximum_age_years=row.maximum_age_years,
    )


def disposal_freeze(row: RenewalProblem.DisposalFreeze) -> DisposalFreeze:
    return DisposalFreeze(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
    )
