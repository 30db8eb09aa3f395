"""Rows about money: what is committed, and what may be spent."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Allocation,
    CommitmentId,
    EnvelopeId,
    LineId,
    Name,
    Positive,
    TechnologyCode,
    TrustCode,
    TypeCode,
    UnitPence,
    Year,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Vehicles on order. `envelope_id` None: paid outside every envelope of the problem."""

    commitment_id: CommitmentId
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    financial_year: Year
    vehicles: Positive
    price_pence: UnitPence
    envelope_id: EnvelopeId | None = None
    supply_lines: tuple[LineId, ...] = ()

    @property
    def cost_pence(self) -> int:
        return self.vehicles * self.price_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One holder's money of one fund in one year. An empty list of codes: every one."""

    envelope_id: EnvelopeId
    holder: Name = ""
    fund: Name = ""
    financial_year: Year
    allocation_pence: Allocation
    trusts: tuple[TrustCode, ...] = ()
    vehicle_types: tuple[TypeCode, ...] = ()
    technologies: tuple[TechnologyCode, ...] = ()
