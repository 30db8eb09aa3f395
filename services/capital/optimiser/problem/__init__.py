"""The renewal problem: what may be decided and what must hold. Values only, integers throughout.

The conventions (what an age is, when a vehicle is delivered, how long a table is) and the meaning
of an empty field are those of `makeready/capital/v1/renewal_problem.proto`, field by field.
"""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import (
    CODE_PATTERN,
    Age,
    Allocation,
    BandCode,
    Capacity,
    CeilingId,
    CommitmentId,
    ConcentrationId,
    Count,
    DayPence,
    Description,
    DiscountPpm,
    EntryYear,
    EnvelopeId,
    Horizon,
    HubId,
    IndexPermille,
    Lead,
    LineId,
    MandateBasis,
    MandateId,
    MaxLength,
    MoveKind,
    Name,
    OptionId,
    Permille,
    Positive,
    Range,
    Share,
    SignedPence,
    SiteId,
    SupplyKind,
    TechnologyCode,
    TrustCode,
    TypeCode,
    UnitPence,
    Year,
)
from services.capital.optimiser.problem.fleet import (
    AgeProfile,
    Cohort,
    DisposalFreeze,
    Establishment,
    LifePolicy,
    Need,
    Technology,
    VehicleType,
)
from services.capital.optimiser.problem.hire import Hire
from services.capital.optimiser.problem.money import Ceiling, Commitment, Envelope, RevenueBudget
from services.capital.optimiser.problem.moves import Remount, Reserve, TransferRoute
from services.capital.optimiser.problem.promise import Guarantee
from services.capital.optimiser.problem.ruling import (
    ApprovedOrder,
    CancellationRuling,
    ChargerRuling,
    HireRuling,
    MoveRuling,
    OrderRuling,
    ServiceRuling,
)
from services.capital.optimiser.problem.sites import ChargingSite, DutyFit, GridConnection
from services.capital.optimiser.problem.supply import (
    Commissioning,
    ConcentrationLimit,
    Instalment,
    Lease,
    Mandate,
    Option,
    PriceTier,
    SupplyLine,
)

__all__ = (
    "CODE_PATTERN",
    "Age",
    "AgeProfile",
    "Allocation",
    "ApprovedOrder",
    "BandCode",
    "CancellationRuling",
    "Capacity",
    "Ceiling",
    "CeilingId",
    "ChargerRuling",
    "ChargingSite",
    "Cohort",
    "Commissioning",
    "Commitment",
    "CommitmentId",
    "ConcentrationId",
    "ConcentrationLimit",
    "Count",
    "DayPence",
    "Description",
    "DiscountPpm",
    "DisposalFreeze",
    "DutyFit",
    "EntryYear",
    "Envelope",
    "EnvelopeId",
    "Establishment",
    "GridConnection",
    "Guarantee",
    "Hire",
    "HireRuling",
    "Horizon",
    "HubId",
    "IndexPermille",
    "Instalment",
    "Lead",
    "Lease",
    "LifePolicy",
    "LineId",
    "Mandate",
    "MandateBasis",
    "MandateId",
    "MaxLength",
    "MoveKind",
    "MoveRuling",
    "Name",
    "Need",
    "Option",
    "OptionId",
    "OrderRuling",
    "Permille",
    "Positive",
    "PriceTier",
    "Problem",
    "Range",
    "Remount",
    "Reserve",
    "RevenueBudget",
    "ServiceRuling",
    "Share",
    "SignedPence",
    "SiteId",
    "SupplyKind",
    "SupplyLine",
    "Technology",
    "TechnologyCode",
    "TransferRoute",
    "TrustCode",
    "TypeCode",
    "UnitPence",
    "VehicleType",
    "Year",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything that decides a plan. `validate.checked` tells whether it makes sense."""

    description: Description = ""
    first_financial_year: Year
    years: Horizon
    trusts: tuple[TrustCode, ...]
    vehicle_types: tuple[VehicleType, ...]
    technologies: tuple[Technology, ...]
    age_profiles: tuple[AgeProfile, ...]
    cohorts: tuple[Cohort, ...]
    commitments: tuple[Commitment, ...] = ()
    options: tuple[Option, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    needs: tuple[Need, ...] = ()
    establishments: tuple[Establishment, ...] = ()
    life_policies: tuple[LifePolicy, ...] = ()
    disposal_freezes: tuple[DisposalFreeze, ...] = ()
    supply_lines: tuple[SupplyLine, ...] = ()
    commissioning: tuple[Commissioning, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    discount_ppm: tuple[DiscountPpm, ...] = ()
    price_index_permille: tuple[IndexPermille, ...] = ()
    shortfall_price_pence: UnitPence = 0
    over_age_price_pence: UnitPence = 0
    hires: tuple[Hire, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    order_rulings: tuple[OrderRuling, ...] = ()
    service_rulings: tuple[ServiceRuling, ...] = ()
    move_rulings: tuple[MoveRuling, ...] = ()
    hire_rulings: tuple[HireRuling, ...] = ()
    charger_rulings: tuple[ChargerRuling, ...] = ()
    cancellation_rulings: tuple[CancellationRuling, ...] = ()
    transfer_routes: tuple[TransferRoute, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    revenue_budgets: tuple[RevenueBudget, ...] = ()
    charging_sites: tuple[ChargingSite, ...] = ()
    grid_connections: tuple[GridConnection, ...] = ()
    duty_fits: tuple[DutyFit, ...] = ()
    remount_offers: tuple[Remount, ...] = ()
    concentration_limits: tuple[ConcentrationLimit, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    approved_orders: tuple[ApprovedOrder, ...] = ()
    change_price_pence: UnitPence = 0

    @property
    def horizon(self) -> range:
        """The financial years decided."""
        return range(self.first_financial_year, self.first_financial_year + self.years)
