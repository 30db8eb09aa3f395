"""A renewal plan: decisions, what they come to, how good they are proved to be. Values only.

The meaning of each field is that of `makeready/capital/v1/renewal_plan.proto`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, assert_never

from services.capital.optimiser.problem import (
    BandCode,
    CeilingId,
    CommitmentId,
    EnvelopeId,
    OptionId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms import NO_BAND, Fleet, Move, MoveKind, Vintage


class Outcome(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """What is minimised, first to last; a later level never worsens an earlier one."""

    SHORTFALL = "shortfall"
    OVER_AGE = "over_age"
    COST = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelResult:
    """Vehicle-years, or pence for COST. `bound` holds for plans as good at every earlier level."""

    level: Level
    value: int
    bound: int
    proved: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Purchase:
    trust: TrustCode
    option_id: OptionId
    order_year: int
    delivery_year: int
    envelope_id: EnvelopeId
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OfVintage:
    """The fields of whatever is said of one vintage."""

    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    entry_year: int
    band: BandCode = NO_BAND
    in_reserve: bool = False

    @property
    def vintage(self) -> Vintage:
        return Vintage(
            self.trust,
            self.vehicle_type,
            self.technology,
            self.entry_year,
            self.band,
            self.in_reserve,
        )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class InYear(OfVintage):
    financial_year: int
    vehicles: int

    @classmethod
    def of(cls, vintage: Vintage, year: int, vehicles: int) -> Self:
        return cls(
            trust=vintage.trust,
            vehicle_type=vintage.vehicle_type,
            technology=vintage.technology,
            entry_year=vintage.entry_year,
            band=vintage.band,
            in_reserve=vintage.in_reserve,
            financial_year=year,
            vehicles=vehicles,
        )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Disposal(InYear):
    """Vehicles that go as the year begins."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stock(InYear):
    """Vehicles that serve the year."""


STAYS: Final = TrustCode("")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Moved:
    """Vehicles that become another vintage's. `to_trust` empty: they stay where they are."""

    kind: MoveKind
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    entry_year: int
    band: BandCode = NO_BAND
    financial_year: int
    to_trust: TrustCode = STAYS
    vehicles: int

    @property
    def source(self) -> Vintage:
        return Vintage(self.trust, self.vehicle_type, self.technology, self.entry_year, self.band)

    @property
    def move(self) -> Move:
        return Move(self.kind, self.source, self.financial_year, self.target)

    @property
    def target(self) -> Vintage:
        match self.kind:
            case MoveKind.TRANSFER:
                return self.source._replace(trust=self.to_trust)
            case MoveKind.RESERVE:
                return self.source._replace(in_reserve=True)
        assert_never(self.kind)


def moved(move: Move, vehicles: int) -> Moved:
    """Return the statement that so many vehicles make the move."""
    source = move.source
    return Moved(
        kind=move.kind,
        trust=source.trust,
        vehicle_type=source.vehicle_type,
        technology=source.technology,
        entry_year=source.entry_year,
        band=source.band,
        financial_year=move.year,
        to_trust=move.target.trust if move.kind is MoveKind.TRANSFER else STAYS,
        vehicles=vehicles,
    )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Hired:
    trust: TrustCode
    vehicle_type: TypeCode
    financial_year: int
    vehicles: int

    @property
    def fleet(self) -> Fleet:
        return Fleet(self.trust, self.vehicle_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """All that is decided; a plan's other figures follow. In order, each key once."""

    purchases: tuple[Purchase, ...] = ()
    disposals: tuple[Disposal, ...] = ()
    hires: tuple[Hired, ...] = ()
    moves: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement(OfVintage):
    """What takes the place of vehicles disposed of; neither option nor commitment: nothing does."""

    financial_year: int
    vehicles: int
    option_id: OptionId | None
    envelope_id: EnvelopeId | None
    commitment_id: CommitmentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetYear:
    trust: TrustCode
    vehicle_type: TypeCode
    financial_year: int
    vehicles: int
    over_age: int
    delivered: int
    disposed: int
    required_available: int
    available_permille: int
    shortfall: int
    vacancies: int
    hired: int = 0
    in_reserve: int = 0
    received: int = 0
    given: int = 0

    @property
    def fleet(self) -> Fleet:
        return Fleet(self.trust, self.vehicle_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeUse:
    envelope_id: EnvelopeId
    financial_year: int
    allocation_pence: int
    committed_pence: int
    spent_pence: int
    headroom_pence: int
    vehicles: int
    indicative: bool = False
    usable_pence: int = 0
    carried_in_pence: int = 0
    carried_out_pence: int = 0
    proceeds_pence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingUse:
    ceiling_id: CeilingId
    limit_pence: int
    committed_pence: int
    spent_pence: int
    headroom_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueUse:
    trust: TrustCode
    financial_year: int
    limit_pence: int
    used_pence: int
    headroom_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Discounted pence. Parts are rounded down each, `total_pence` once over their exact sum."""

    capital_pence: int
    running_pence: int
    lost_days_pence: int
    resale_pence: int
    terminal_value_pence: int
    ordering_pence: int = 0
    lease_pence: int = 0
    total_pence: int
    hire_pence: int = 0
    shortfall_pence: int = 0
    over_age_pence: int = 0
    transfer_pence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer to one problem. Without decisions, and `cost` None, when no plan was found."""

    problem_hash: str
    outcome: Outcome
    levels: tuple[LevelResult, ...] = ()
    cost_gap_ppm: int = 0
    purchases: tuple[Purchase, ...] = ()
    disposals: tuple[Disposal, ...] = ()
    hires: tuple[Hired, ...] = ()
    moves: tuple[Moved, ...] = ()
    stock: tuple[Stock, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    fleet_years: tuple[FleetYear, ...] = ()
    envelope_uses: tuple[EnvelopeUse, ...] = ()
    ceiling_uses: tuple[CeilingUse, ...] = ()
    revenue_uses: tuple[RevenueUse, ...] = ()
    cost: Cost | None = None
    engine: str = ""
    seed: int = 0

    @property
    def decisions(self) -> Decisions:
        return Decisions(
            purchases=self.purchases,
            disposals=self.disposals,
            hires=self.hires,
            moves=self.moves,
        )

    @property
    def has_decisions(self) -> bool:
        return self.cost is not None

    def level(self, level: Level) -> LevelResult:
        """Return what the level came to; the plan must have decisions."""
        return next(row for row in self.levels if row.level is level)
