"""Messages of moves as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import (
    LineId,
    Remount,
    Reserve,
    TechnologyCode,
    TransferRoute,
    TrustCode,
    TypeCode,
)


def transfer_route(row: RenewalProblem.TransferRoute) -> TransferRoute:
    return TransferRoute(
        from_trust=TrustCode(row.from_trust),
        to_trust=TrustCode(row.to_trust),
        vehicle_type=TypeCode(row.vehicle_type),
        cost_pence=row.cost_pence,
        minimum_remaining=row.minimum_remaining,
    )


def reserve(row: RenewalProblem.Reserve) -> Reserve:
    return Reserve(
        trust=TrustCode(row.trust) if row.trust else None,
        vehicle_type=TypeCode(row.vehicle_type),
        from_age_years=row.from_age_years,
        maximum_age_years=row.maximum_age_years,
        available_permille=row.available_permille,
        running_saved_permille=row.running_saved_permille,
        maximum=row.maximum,
    )


def remount(row: RenewalProblem.Remount) -> Remount:
    return Remount(
        trust=TrustCode(row.trust) if row.trust else None,
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        price_pence=tuple(row.price_pence),
        maximum_remounts=row.maximum_remounts,
        maximum_box_age_years=row.maximum_box_age_years,
        weeks_out=row.weeks_out,
        supply_lines=tuple(map(LineId, row.supply_lines)),
    )
