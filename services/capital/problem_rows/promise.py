"""Messages of promises as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import Guarantee, TrustCode


def guarantee(row: RenewalProblem.Guarantee) -> Guarantee:
    return Guarantee(
        trust=TrustCode(row.trust),
        most_shortfall=row.most_shortfall,
        most_over_age=row.most_over_age,
    )
