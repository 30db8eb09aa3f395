"""Messages of money as the optimiser's rows."""

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Commitment,
    CommitmentId,
    Envelope,
    EnvelopeId,
    LineId,
    RevenueBudget,
    TechnologyCode,
    TrustCode,
    TypeCode,
)


def commitment(row: RenewalProblem.Commitment) -> Commitment:
    return Commitment(
        commitment_id=CommitmentId(row.commitment_id),
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        financial_year=row.financial_year,
        vehicles=row.vehicles,
        price_pence=row.price_pence,
        envelope_id=EnvelopeId(row.envelope_id) if row.envelope_id else None,
        supply_lines=tuple(map(LineId, row.supply_lines)),
        cancellable=row.cancellable,
        cancellation_price_pence=row.cancellation_price_pence,
        box_body=row.box_body,
    )


def envelope(row: RenewalProblem.Envelope) -> Envelope:
    return Envelope(
        envelope_id=EnvelopeId(row.envelope_id),
        holder=row.holder,
        fund=row.fund,
        financial_year=row.financial_year,
        allocation_pence=row.allocation_pence,
        trusts=tuple(map(TrustCode, row.trusts)),
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
        technologies=tuple(map(TechnologyCode, row.technologies)),
        carry_forward_pence=row.carry_forward_pence,
        over_planning_permille=row.over_planning_permille,
        indicative=row.indicative,
        haircut_permille=row.haircut_permille,
        proceeds_permille=row.proceeds_permille,
    )


def ceiling(row: RenewalProblem.Ceiling) -> Ceiling:
    return Ceiling(
        ceiling_id=CeilingId(row.ceiling_id),
        holder=row.holder,
        limit_pence=row.limit_pence,
        envelope_ids=tuple(map(EnvelopeId, row.envelope_ids)),
    )


def revenue_budget(row: RenewalProblem.RevenueBudget) -> RevenueBudget:
    return RevenueBudget(
        trust=TrustCode(row.trust),
        financial_year=row.financial_year,
        limit_pence=row.limit_pence,
    )
