"""Messages of rulings as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import (
    ApprovedOrder,
    BandCode,
    OptionId,
    OrderRuling,
    ServiceRuling,
    TechnologyCode,
    TrustCode,
    TypeCode,
)


def order_ruling(row: RenewalProblem.OrderRuling) -> OrderRuling:
    return OrderRuling(
        trust=TrustCode(row.trust),
        option_id=OptionId(row.option_id),
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def service_ruling(row: RenewalProblem.ServiceRuling) -> ServiceRuling:
    return ServiceRuling(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        entry_year=row.entry_year,
        band=BandCode(row.band) if row.band else None,
        in_reserve=row.in_reserve,
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def approved_order(row: RenewalProblem.ApprovedOrder) -> ApprovedOrder:
    return ApprovedOrder(
        trust=TrustCode(row.trust),
        option_id=OptionId(row.option_id),
        financial_year=row.financial_year,
        vehicles=row.vehicles,
    )
