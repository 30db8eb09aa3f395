"""Messages of hire as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import Hire, TrustCode, TypeCode


def hire(row: RenewalProblem.Hire) -> Hire:
    return Hire(
        trust=TrustCode(row.trust) if row.trust else None,
        vehicle_type=TypeCode(row.vehicle_type),
        price_pence=tuple(row.price_pence),
        available_permille=row.available_permille,
        vehicles=tuple(row.vehicles),
    )
