"""What a plan decides: who buys, disposes of, moves and hires what. The rest follows."""

from dataclasses import dataclass
from typing import Final, Self, assert_never

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.problem import (
    BandCode,
    CommitmentId,
    EnvelopeId,
    OptionId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms import (
    NO_BAND,
    NO_ENVELOPE,
    Fleet,
    Move,
    MoveKind,
    Vintage,
    remounted,
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Purchase:
    trust: TrustCode
    option_id: OptionId
    order_year: int
    delivery_year: int
    envelope_id: EnvelopeId
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cancellation:
    """Vehicles on order that are not taken."""

    commitment_id: CommitmentId
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
    box_entry_year: int = 0
    remounts: int = 0

    @property
    def vintage(self) -> Vintage:
        return Vintage(
            self.trust,
            self.vehicle_type,
            self.technology,
            self.entry_year,
            self.band,
            self.in_reserve,
            self.box_entry_year,
            self.remounts,
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
            box_entry_year=vintage.box_entry_year,
            remounts=vintage.remounts,
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
    box_entry_year: int = 0
    remounts: int = 0
    envelope_id: EnvelopeId = NO_ENVELOPE

    @property
    def source(self) -> Vintage:
        return Vintage(
            self.trust,
            self.vehicle_type,
            self.technology,
            self.entry_year,
            self.band,
            box_entry_year=self.box_entry_year,
            remounts=self.remounts,
        )

    @property
    def move(self) -> Move:
        return Move(self.kind, self.source, self.financial_year, self.target, self.envelope_id)

    @property
    def target(self) -> Vintage:
        match self.kind:
            case MoveKind.TRANSFER:
                return self.source._replace(trust=self.to_trust)
            case MoveKind.RESERVE:
                return self.source._replace(in_reserve=True)
            case MoveKind.REMOUNT:
                return remounted(self.source, self.financial_year)
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
        box_entry_year=source.box_entry_year,
        remounts=source.remounts,
        envelope_id=move.envelope_id,
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
    chargers: tuple[ChargersBought, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()

    @property
    def cancelled(self) -> dict[CommitmentId, int]:
        """Vehicles cancelled, by commitment."""
        return {row.commitment_id: row.vehicles for row in self.cancellations}
