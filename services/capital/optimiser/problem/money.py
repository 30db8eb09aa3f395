"""Rows about money: what is committed, and what may be spent."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    Allocation,
    CeilingId,
    CommitmentId,
    EnvelopeId,
    LineId,
    Name,
    Permille,
    Positive,
    TechnologyCode,
    TrustCode,
    TypeCode,
    UnitPence,
    Year,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Vehicles on order. `envelope_id` None: paid outside every envelope of the problem.

    Those that are cancellable need not come, at so much each.
    """

    commitment_id: CommitmentId
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    financial_year: Year
    vehicles: Positive
    price_pence: UnitPence
    envelope_id: EnvelopeId | None = None
    supply_lines: tuple[LineId, ...] = ()
    box_body: bool = False
    cancellable: bool = False
    cancellation_price_pence: UnitPence = 0

    @property
    def cost_pence(self) -> int:
        return self.vehicles * self.price_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One holder's money of one fund in one year. An empty list of codes: every one.

    What it may pay is its allocation, less a haircut where it is indicative, and more by what may
    be planned over it; and what the year before carries forward to it.
    """

    envelope_id: EnvelopeId
    holder: Name = ""
    fund: Name = ""
    financial_year: Year
    allocation_pence: Allocation
    trusts: tuple[TrustCode, ...] = ()
    vehicle_types: tuple[TypeCode, ...] = ()
    technologies: tuple[TechnologyCode, ...] = ()
    carry_forward_pence: Allocation = 0
    over_planning_permille: Permille = 0
    indicative: bool = False
    haircut_permille: Permille = 0
    proceeds_permille: Permille = 0

    @property
    def usable_pence(self) -> int:
        """The most that may be planned against it, but for what is carried forward to it."""
        par = 1000
        shares = (par - self.haircut_permille) * (par + self.over_planning_permille)
        return self.allocation_pence * shares // par**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The most that several envelopes together may spend, whatever each has."""

    ceiling_id: CeilingId
    holder: Name = ""
    limit_pence: Allocation
    envelope_ids: tuple[EnvelopeId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueBudget:
    """The most one trust may spend in one year to run, lease, hire, order and receive vehicles."""

    trust: TrustCode
    financial_year: Year
    limit_pence: Allocation
