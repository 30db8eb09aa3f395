"""A renewal plan: decisions, what they come to, how good they are proved to be. Values only.

The meaning of each field is that of `makeready/capital/v1/renewal_plan.proto`.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.plan.decided import (
    Cancellation,
    Decisions,
    Disposal,
    Hired,
    Moved,
    OfVintage,
    Purchase,
    Stock,
    moved,
)
from services.capital.optimiser.problem import (
    CeilingId,
    CommitmentId,
    EnvelopeId,
    OptionId,
    SiteId,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms import Fleet

__all__ = (
    "Cancellation",
    "CeilingUse",
    "ChargersBought",
    "Cost",
    "Decisions",
    "Disposal",
    "Ended",
    "EnvelopeUse",
    "FleetYear",
    "Hired",
    "Level",
    "LevelResult",
    "Moved",
    "OfVintage",
    "Outcome",
    "Plan",
    "Purchase",
    "Replacement",
    "RevenueUse",
    "Stationed",
    "Stock",
    "moved",
)


class Outcome(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class Ended(StrEnum):
    """Why a search ended: the first of these that holds."""

    PROVED = "proved"
    GAP = "gap"
    CANCELLED = "cancelled"
    NO_IMPROVEMENT = "no_improvement"
    TIME = "time"
    EXHAUSTED = "exhausted"


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
    remounted: int = 0

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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stationed:
    """Zero-emission vehicles that charge at a site; `site_id` empty: at the sites of no hub."""

    trust: TrustCode
    site_id: SiteId
    vehicle_type: TypeCode
    financial_year: int
    vehicles: int


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
    cancelling_pence: int = 0
    total_pence: int
    hire_pence: int = 0
    shortfall_pence: int = 0
    over_age_pence: int = 0
    transfer_pence: int = 0
    charger_pence: int = 0
    remount_pence: int = 0
    change_pence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer to one problem. Without decisions, and `cost` None, when no plan was found.

    `ended` None: nobody searched, or it was not told.
    """

    problem_hash: str
    outcome: Outcome
    levels: tuple[LevelResult, ...] = ()
    cost_gap_ppm: int = 0
    purchases: tuple[Purchase, ...] = ()
    disposals: tuple[Disposal, ...] = ()
    hires: tuple[Hired, ...] = ()
    moves: tuple[Moved, ...] = ()
    chargers: tuple[ChargersBought, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    stationed: tuple[Stationed, ...] = ()
    stock: tuple[Stock, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    fleet_years: tuple[FleetYear, ...] = ()
    envelope_uses: tuple[EnvelopeUse, ...] = ()
    ceiling_uses: tuple[CeilingUse, ...] = ()
    revenue_uses: tuple[RevenueUse, ...] = ()
    cost: Cost | None = None
    engine: str = ""
    seed: int = 0
    ended: Ended | None = None

    @property
    def decisions(self) -> Decisions:
        return Decisions(
            purchases=self.purchases,
            disposals=self.disposals,
            hires=self.hires,
            moves=self.moves,
            chargers=self.chargers,
            cancellations=self.cancellations,
        )

    @property
    def has_decisions(self) -> bool:
        return self.cost is not None

    def level(self, level: Level) -> LevelResult:
        """Return what the level came to; the plan must have decisions."""
        return next(row for row in self.levels if row.level is level)
