"""A problem's rows as look-ups: the policy in force, the money that may be used, a vehicle's age.

Definitions only. What must hold of them is said once in `model` and, independently, in `check`.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import Final

from services.capital.optimiser.problem import (
    AgeProfile,
    BandCode,
    ConcentrationLimit,
    Envelope,
    EnvelopeId,
    Establishment,
    LifePolicy,
    LineId,
    Mandate,
    MoveKind,
    Option,
    OptionId,
    Problem,
    SupplyLine,
    Technology,
    TechnologyCode,
    TrustCode,
    TypeCode,
    VehicleType,
)
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.terms.hire import HireTerms
from services.capital.optimiser.terms.keys import (
    NO_BAND,
    NO_POLICY,
    PAR_PERMILLE,
    PAR_PPM,
    Fleet,
    Row,
    Vintage,
    at_age,
    by_fleet,
    comes_by,
    covers,
    fleet_of,
    in_force,
    is_eligible,
    ruled_vintage,
)
from services.capital.optimiser.terms.money import Money
from services.capital.optimiser.terms.moves import NO_ENVELOPE, Move, remounted
from services.capital.optimiser.terms.prices import PriceTerms
from services.capital.optimiser.terms.sites import SiteTerms
from services.capital.optimiser.terms.stock import StockTerms

__all__ = (
    "NO_BAND",
    "NO_ENVELOPE",
    "NO_POLICY",
    "PAR_PERMILLE",
    "PAR_PPM",
    "Fleet",
    "Move",
    "MoveKind",
    "Row",
    "Terms",
    "Vintage",
    "at_age",
    "comes_by",
    "covers",
    "is_eligible",
    "remounted",
    "ruled_vintage",
)


class Terms(HireTerms, StockTerms, PriceTerms, SiteTerms):
    """The look-ups of one problem, in an order that does not depend on the order of its rows."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.horizon: Final = problem.horizon
        self.types: Final[dict[TypeCode, VehicleType]] = {
            row.code: row for row in problem.vehicle_types
        }
        self.technologies: Final[dict[TechnologyCode, Technology]] = {
            row.code: row for row in problem.technologies
        }
        self.options: Final[dict[OptionId, Option]] = {
            row.option_id: row for row in sorted(problem.options, key=lambda row: row.option_id)
        }
        self.money: Final = Money(problem)
        self.envelopes: Final[dict[EnvelopeId, Envelope]] = self.money.envelopes
        self.lines: Final[dict[LineId, SupplyLine]] = {
            row.line_id: row for row in sorted(problem.supply_lines, key=lambda row: row.line_id)
        }
        # A trust's own profile stands beside everyone's: None is a key like any other.
        self._profiles: Final = {
            (row.trust, row.vehicle_type, row.technology, row.band or NO_BAND): row
            for row in problem.age_profiles
        }
        self._policies: Final = by_fleet(problem.life_policies)
        self._establishments: Final = by_fleet(problem.establishments)
        self._needs: Final = {
            (fleet_of(row), row.financial_year): row.required_available for row in problem.needs
        }
        self._frozen: Final = {
            (fleet_of(row), row.financial_year) for row in problem.disposal_freezes
        }
        self._commissioning: Final = {
            row.trust: row.vehicles for row in problem.commissioning if row.hub_id is None
        }

    def policy(self, fleet: Fleet, year: int) -> LifePolicy:
        """Return the life policy in force; one without ages where none is."""
        return in_force(self._policies.get(fleet, ()), year) or NO_POLICY

    def policy_of(self, vintage: Vintage, year: int) -> LifePolicy:
        """Return how long vehicles of the vintage serve as what they are: front line or reserve."""
        if vintage.in_reserve:
            return self.reserve_policy(vintage.fleet, year)
        return self.policy(vintage.fleet, year)

    def establishment(self, fleet: Fleet, year: int) -> Establishment:
        """Return the fleet's size in force; the opening one where none is stated."""
        # Replacement is one for one unless somebody decided that the fleet grows or shrinks.
        size = self.opening_sizes[fleet]
        return in_force(self._establishments.get(fleet, ()), year) or Establishment(
            trust=fleet.trust,
            vehicle_type=fleet.vehicle_type,
            from_financial_year=self.horizon[0],
            minimum=size,
            maximum=size,
        )

    def required(self, fleet: Fleet, year: int) -> int:
        """Return the vehicles needed on the road; 0 where no need is stated."""
        return self._needs.get((fleet, year), 0)

    def is_frozen(self, fleet: Fleet, year: int) -> bool:
        return (fleet, year) in self._frozen

    def profile(
        self, fleet: Fleet, technology: TechnologyCode, band: BandCode = NO_BAND
    ) -> AgeProfile:
        """Return the trust's own tables by age, or everyone's."""
        own = self._profiles.get((fleet.trust, fleet.vehicle_type, technology, band))
        return own or self._profiles[None, fleet.vehicle_type, technology, band]

    def has_profile(
        self, fleet: Fleet, technology: TechnologyCode, band: BandCode = NO_BAND
    ) -> bool:
        return any(
            (trust, fleet.vehicle_type, technology, band) in self._profiles
            for trust in (fleet.trust, None)
        )

    def profile_of(self, vintage: Vintage) -> AgeProfile:
        return self.profile(vintage.fleet, vintage.technology, vintage.band)

    def available_permille(self, vintage: Vintage, year: int) -> int:
        """Return what one vehicle counts towards a need; in reserve, down to a thousandth."""
        off_road = at_age(self.profile_of(vintage).off_road_permille, vintage.age_in(year))
        reserve = self.reserve(vintage.fleet) if vintage.in_reserve else None
        weight = reserve.available_permille if reserve else PAR_PERMILLE
        return (PAR_PERMILLE - off_road) * weight // PAR_PERMILLE

    def discount_ppm(self, year: int) -> int:
        """Return what a pound of the year is worth, in millionths; the horizon's end is a year."""
        table = self.problem.discount_ppm
        return table[year - self.horizon[0]] if table else PAR_PPM

    def price_index_permille(self, year: int) -> int:
        table = self.problem.price_index_permille
        return table[year - self.horizon[0]] if table else PAR_PERMILLE

    def proceeds_pence(self, envelope: Envelope, vintage: Vintage, year: int) -> int:
        """Return what one vehicle of the vintage, disposed of in the year, adds to the envelope."""
        kind = vintage.vehicle_type, vintage.technology
        is_of_year = envelope.financial_year == money_year(year)
        if not (is_of_year and is_eligible(envelope, vintage.trust, *kind)):
            return 0
        table = self.profile_of(vintage).resale_pence
        fetched = max(0, at_age(table, vintage.age_in(year)))
        at_prices = fetched * self.price_index_permille(year) // PAR_PERMILLE
        return at_prices * envelope.proceeds_permille // PAR_PERMILLE

    def delivery_years(self, option: Option) -> Iterator[int]:
        """Yield the years the option can be delivered: ordered in the horizon, and for sale."""
        for year in self.horizon[option.lead_time_years :]:
            if self.price_pence(option, year):
                yield year

    def options_for(self, vehicle_type: TypeCode) -> Iterator[Option]:
        return (row for row in self.options.values() if row.vehicle_type == vehicle_type)

    def envelopes_for(self, trust: TrustCode, option: Option, year: int) -> Iterator[Envelope]:
        """Yield the envelopes that may pay for the option at the trust in the year."""
        for envelope in self._envelopes_by_year[money_year(year)]:
            if is_eligible(envelope, trust, option.vehicle_type, option.technology):
                yield envelope

    @cached_property
    def _envelopes_by_year(self) -> defaultdict[int, list[Envelope]]:
        by_year: defaultdict[int, list[Envelope]] = defaultdict(list)
        for envelope in self.envelopes.values():
            by_year[envelope.financial_year].append(envelope)
        return by_year

    def line_capacity(self, line: SupplyLine, year: int) -> int:
        return line.vehicles[year - self.horizon[0]]

    def commissioning_capacity(self, trust: TrustCode, year: int) -> int | None:
        """Return how many new vehicles the trust can bring into service; None: any number."""
        table = self._commissioning.get(trust)
        return None if table is None else table[year - self.horizon[0]]

    def concentration_limits(self) -> Iterator[tuple[ConcentrationLimit, TrustCode]]:
        """Yield each limit with every trust it binds."""
        for limit in sorted(self.problem.concentration_limits, key=lambda row: row.limit_id):
            for trust in sorted(limit.trusts or self.problem.trusts):
                yield limit, trust

    def mandates(self) -> Iterator[tuple[Mandate, TrustCode, int]]:
        """Yield each mandate with every trust and year of the horizon it binds."""
        for mandate in sorted(self.problem.mandates, key=lambda row: row.mandate_id):
            bound = (year for year in self.horizon if year >= mandate.from_financial_year)
            for trust, year in product(sorted(mandate.trusts or self.problem.trusts), bound):
                yield mandate, trust, year

    def is_zero_emission(self, technology: TechnologyCode) -> bool:
        return self.technologies[technology].zero_emission
