"""Messages of sites and duties as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import (
    ChargingSite,
    DutyFit,
    GridConnection,
    HubId,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)


def charging_site(row: RenewalProblem.ChargingSite) -> ChargingSite:
    return ChargingSite(
        site_id=SiteId(row.site_id),
        trust=TrustCode(row.trust),
        chargers=tuple(row.chargers),
        vehicles_per_charger_permille=row.vehicles_per_charger_permille,
        maximum=tuple(row.maximum),
        price_pence=tuple(row.price_pence),
        hub_id=HubId(row.hub_id) if row.hub_id else None,
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
        kilowatts=row.kilowatts,
    )


def grid_connection(row: RenewalProblem.GridConnection) -> GridConnection:
    return GridConnection(
        trust=TrustCode(row.trust),
        hub_id=HubId(row.hub_id),
        kilowatts=tuple(row.kilowatts),
    )


def duty_fit(row: RenewalProblem.DutyFit) -> DutyFit:
    return DutyFit(
        trust=TrustCode(row.trust) if row.trust else None,
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        from_financial_year=row.from_financial_year,
        share_permille=row.share_permille,
    )
