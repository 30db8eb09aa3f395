"""Renewal problems between protobuf and the optimiser's values, and to and from problem files.

What a message can say and a problem cannot is refused with the field's path; whether the rest
makes sense is the optimiser's to say.
"""

from collections.abc import Mapping
from dataclasses import asdict
from enum import Enum
from itertools import count
from typing import Final

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.messages import known, parse_json, stated, to_json
from services.capital.optimiser.problem import (
    AgeProfile,
    Cohort,
    Commissioning,
    Commitment,
    CommitmentId,
    DisposalFreeze,
    Envelope,
    EnvelopeId,
    Establishment,
    LifePolicy,
    LineId,
    Mandate,
    MandateBasis,
    MandateId,
    Need,
    Option,
    OptionId,
    Problem,
    SupplyKind,
    SupplyLine,
    Technology,
    TechnologyCode,
    TrustCode,
    TypeCode,
    VehicleType,
)

# An unspecified value has no meaning here, and so is refused.
KINDS: Final[Mapping[int, SupplyKind]] = {
    RenewalProblem.SupplyLine.KIND_CONVERTER: SupplyKind.CONVERTER,
    RenewalProblem.SupplyLine.KIND_CHASSIS: SupplyKind.CHASSIS,
}
BASES: Final[Mapping[int, MandateBasis]] = {
    RenewalProblem.Mandate.BASIS_DELIVERIES: MandateBasis.DELIVERIES,
    RenewalProblem.Mandate.BASIS_ORDERS: MandateBasis.ORDERS,
}
NUMBERS: Final[dict[Enum, int]] = {
    **{kind: number for number, kind in KINDS.items()},
    **{basis: number for number, basis in BASES.items()},
}


def problem_from_json(text: str | bytes) -> Problem:
    """Read a problem file; raises InvalidProblem with the path of what cannot be read."""
    return problem_from_proto(parse_json(text, RenewalProblem()))


def problem_to_json(problem: Problem) -> str:
    """Write a problem file, its fields named as in the proto."""
    return to_json(problem_to_proto(problem))


def problem_to_proto(problem: Problem) -> RenewalProblem:
    fields = asdict(problem, dict_factory=lambda pairs: stated(pairs, NUMBERS))
    return RenewalProblem(**fields)


def problem_from_proto(message: RenewalProblem) -> Problem:
    """Read a problem; raises InvalidProblem for an enum value that is not stated or not known."""
    return Problem(
        description=message.description,
        first_financial_year=message.first_financial_year,
        years=message.years,
        trusts=tuple(map(TrustCode, message.trusts)),
        vehicle_types=tuple(map(_vehicle_type, message.vehicle_types)),
        technologies=tuple(map(_technology, message.technologies)),
        age_profiles=tuple(map(_age_profile, message.age_profiles)),
        cohorts=tuple(map(_cohort, message.cohorts)),
        commitments=tuple(map(_commitment, message.commitments)),
        options=tuple(map(_option, message.options)),
        envelopes=tuple(map(_envelope, message.envelopes)),
        needs=tuple(map(_need, message.needs)),
        establishments=tuple(map(_establishment, message.establishments)),
        life_policies=tuple(map(_life_policy, message.life_policies)),
        disposal_freezes=tuple(map(_disposal_freeze, message.disposal_freezes)),
        supply_lines=tuple(map(_supply_line, message.supply_lines, count())),
        commissioning=tuple(map(_commissioning, message.commissioning)),
        mandates=tuple(map(_mandate, message.mandates, count())),
        discount_ppm=tuple(message.discount_ppm),
        price_index_permille=tuple(message.price_index_permille),
    )


def _vehicle_type(row: RenewalProblem.VehicleType) -> VehicleType:
    return VehicleType(
        code=TypeCode(row.code),
        lost_day_cost_pence=row.lost_day_cost_pence,
    )


def _technology(row: RenewalProblem.Technology) -> Technology:
    return Technology(
        code=TechnologyCode(row.code),
        zero_emission=row.zero_emission,
    )


def _age_profile(row: RenewalProblem.AgeProfile) -> AgeProfile:
    resale = tuple(row.resale_pence) or (0,)
    return AgeProfile(
        trust=TrustCode(row.trust) if row.trust else None,
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        running_cost_pence=tuple(row.running_cost_pence),
        off_road_permille=tuple(row.off_road_permille),
        resale_pence=resale,
        terminal_value_pence=tuple(row.terminal_value_pence) or resale,
    )


def _cohort(row: RenewalProblem.Cohort) -> Cohort:
    return Cohort(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        age_years=row.age_years,
        vehicles=row.vehicles,
    )


def _commitment(row: RenewalProblem.Commitment) -> Commitment:
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
    )


def _option(row: RenewalProblem.Option) -> Option:
    return Option(
        option_id=OptionId(row.option_id),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        lead_time_years=row.lead_time_years,
        minimum_order=row.minimum_order,
        price_pence=tuple(row.price_pence),
        supply_lines=tuple(map(LineId, row.supply_lines)),
    )


def _envelope(row: RenewalProblem.Envelope) -> Envelope:
    return Envelope(
        envelope_id=EnvelopeId(row.envelope_id),
        holder=row.holder,
        fund=row.fund,
        financial_year=row.financial_year,
        allocation_pence=row.allocation_pence,
        trusts=tuple(map(TrustCode, row.trusts)),
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
        technologies=tuple(map(TechnologyCode, row.technologies)),
    )


def _need(row: RenewalProblem.Need) -> Need:
    return Need(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
        required_available=row.required_available,
    )


def _establishment(row: RenewalProblem.Establishment) -> Establishment:
    return Establishment(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        from_financial_year=row.from_financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def _life_policy(row: RenewalProblem.LifePolicy) -> LifePolicy:
    return LifePolicy(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        from_financial_year=row.from_financial_year,
        target_age_years=row.target_age_years,
        maximum_age_years=row.maximum_age_years,
    )


def _disposal_freeze(row: RenewalProblem.DisposalFreeze) -> DisposalFreeze:
    return DisposalFreeze(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
    )


def _supply_line(row: RenewalProblem.SupplyLine, place: int) -> SupplyLine:
    return SupplyLine(
        line_id=LineId(row.line_id),
        kind=known(KINDS, row.kind, f"supply_lines[{place}].kind"),
        vehicles=tuple(row.vehicles),
    )


def _commissioning(row: RenewalProblem.Commissioning) -> Commissioning:
    return Commissioning(
        trust=TrustCode(row.trust),
        vehicles=tuple(row.vehicles),
    )


def _mandate(row: RenewalProblem.Mandate, place: int) -> Mandate:
    return Mandate(
        mandate_id=MandateId(row.mandate_id),
        trusts=tuple(map(TrustCode, row.trusts)),
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
        from_financial_year=row.from_financial_year,
        share_permille=row.share_permille,
        basis=known(BASES, row.basis, f"mandates[{place}].basis"),
    )
