"""Random problems small enough to try every plan of, each with some of the rules."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final, TypeVar

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
    Hire,
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
    VehicleType,
)
from tests.unit.capital.optimiser.build import BEV, DCA, DIESEL, FIRST, RYA, RYD

UNIT_PENCE: Final = 1_000_000
LINE: Final = LineId("line")

T = TypeVar("T")


def a_random_problem(seed: int) -> Problem:
    """Return at most two trusts, six vehicles and three years."""
    return _Dice(seed).problem()


class _Dice:
    def __init__(self, seed: int) -> None:
        self.seed: Final = seed
        self.random: Final = Random(seed)
        self.years: Final = self.random.choice((1, 2, 2, 3))
        both = (RYA, RYD) if self.years < 3 and self.chance(0.5) else (RYA,)
        self.trusts: Final[tuple[TrustCode, ...]] = both
        self.horizon: Final = range(FIRST, FIRST + self.years)
        self.has_line: Final = self.chance(0.4)

    def problem(self) -> Problem:
        options = self.options()
        envelopes = self.envelopes(per_year=2 if len(options) * len(self.trusts) == 1 else 1)
        problem = Problem(
            description=f"random {self.seed}",
            first_financial_year=FIRST,
            years=self.years,
            trusts=self.trusts,
            vehicle_types=(VehicleType(code=DCA, lost_day_cost_pence=self.pick(0, 500)),),
            technologies=(Technology(code=DIESEL), Technology(code=BEV, zero_emission=True)),
            age_profiles=tuple(self.profile(code) for code in (DIESEL, BEV)),
            cohorts=tuple(row for trust in self.trusts for row in self.cohorts(trust)),
            commitments=self.sometimes(0.3, lambda: self.commitment(envelopes)),
            options=options,
            envelopes=envelopes,
            needs=tuple(self.need(trust, year) for trust in self.trusts for year in self.horizon),
            establishments=self.sometimes(0.5, self.establishment),
            life_policies=(
                self.policy(FIRST - 1),
                *self.sometimes(0.3, lambda: self.policy(FIRST + 1)),
            ),
            disposal_freezes=self.sometimes(0.2, self.freeze),
            supply_lines=self.lines(),
            commissioning=self.sometimes(0.3, self.commissioning),
            mandates=self.sometimes(0.4, self.mandate),
            discount_ppm=self.pick((), tuple(10**6 - 40_000 * n for n in range(self.years + 1))),
            price_index_permille=self.pick((), tuple(1000 + 30 * n for n in range(self.years + 1))),
        )
        # Last drawn: what came before stays what it was.
        over_age, shortfall = self.prices()
        return replace(
            problem,
            over_age_price_pence=over_age,
            shortfall_price_pence=shortfall,
            hires=self.sometimes(0.3, self.hire),
        )

    def prices(self) -> tuple[int, int]:
        over_age = self.pick(0, 0, UNIT_PENCE // 2, 3 * UNIT_PENCE)
        shortfall = self.pick(0, 6 * UNIT_PENCE) if over_age else 0
        return over_age, shortfall

    def hire(self) -> Hire:
        return Hire(
            trust=self.pick(None, RYA),
            vehicle_type=DCA,
            price_pence=self.by_year(UNIT_PENCE, 2 * UNIT_PENCE, 5 * UNIT_PENCE),
            available_permille=self.pick(500, 800, 1000),
            vehicles=self.by_year(0, 1, 2),
        )

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *choices: T) -> T:
        return self.random.choice(choices)

    def sometimes(self, share: float, row: Callable[[], T]) -> tuple[T, ...]:
        return (row(),) if self.chance(share) else ()

    def by_year(self, *choices: int) -> tuple[int, ...]:
        return tuple(self.random.choice(choices) for _ in self.horizon)

    def profile(self, technology: TechnologyCode) -> AgeProfile:
        start, growth = self.pick(1, 2, 4), self.pick(1, 3, 6)
        return AgeProfile(
            vehicle_type=DCA,
            technology=technology,
            running_cost_pence=tuple(UNIT_PENCE // 10 * (start + growth * age) for age in range(6)),
            off_road_permille=self.pick((0,), (100, 200, 300, 400), (50, 150)),
            resale_pence=self.pick(
                (0,), (5 * UNIT_PENCE, 3 * UNIT_PENCE, UNIT_PENCE), (-UNIT_PENCE,)
            ),
            terminal_value_pence=self.pick(
                (0,), (8 * UNIT_PENCE, 5 * UNIT_PENCE, 2 * UNIT_PENCE, 0)
            ),
        )

    def cohorts(self, trust: TrustCode) -> tuple[Cohort, ...]:
        ages = self.random.sample(range(6), self.pick(1, 2))
        return tuple(
            Cohort(
                trust=trust,
                vehicle_type=DCA,
                technology=self.pick(DIESEL, DIESEL, BEV),
                age_years=age,
                vehicles=self.pick(1, 1, 2),
            )
            for age in ages
        )

    def commitment(self, envelopes: tuple[Envelope, ...]) -> Commitment:
        envelope = self.pick(*envelopes)
        return Commitment(
            commitment_id=CommitmentId("on-order"),
            trust=RYA,
            vehicle_type=DCA,
            technology=DIESEL,
            financial_year=envelope.financial_year,
            vehicles=1,
            price_pence=10 * UNIT_PENCE,
            envelope_id=envelope.envelope_id if not envelope.technologies else None,
            supply_lines=(LINE,) if self.has_line else (),
        )

    def options(self) -> tuple[Option, ...]:
        technologies = self.pick((DIESEL,), (DIESEL, BEV), (DIESEL, BEV))
        return tuple(self.option(code) for code in technologies)

    def option(self, technology: TechnologyCode) -> Option:
        return Option(
            option_id=OptionId(f"DCA-{technology}"),
            vehicle_type=DCA,
            technology=technology,
            lead_time_years=self.pick(0, 0, 1, 4),
            minimum_order=self.pick(0, 0, 2, 7),
            price_pence=tuple(UNIT_PENCE * units for units in self.by_year(10, 10, 12, 13, 0)),
            supply_lines=(LINE,) if self.has_line else (),
        )

    def envelopes(self, per_year: int) -> tuple[Envelope, ...]:
        return tuple(
            Envelope(
                envelope_id=EnvelopeId(f"{number}-{year}"),
                financial_year=year,
                allocation_pence=UNIT_PENCE * self.pick(0, 10, 11, 20, 24, 30),
                technologies=self.pick((), (), (BEV,)) if number else (),
            )
            for number in range(per_year)
            for year in self.horizon
        )

    def need(self, trust: TrustCode, year: int) -> Need:
        return Need(
            trust=trust,
            vehicle_type=DCA,
            financial_year=year,
            required_available=self.pick(0, 1, 2, 3),
        )

    def establishment(self) -> Establishment:
        least = self.pick(0, 1, 2)
        return Establishment(
            trust=RYA,
            vehicle_type=DCA,
            from_financial_year=self.pick(FIRST - 2, FIRST + 1),
            minimum=least,
            maximum=least + self.pick(0, 1, 2),
        )

    def policy(self, since: int) -> LifePolicy:
        target = self.pick(0, 3, 4, 5)
        return LifePolicy(
            trust=RYA,
            vehicle_type=DCA,
            from_financial_year=since,
            target_age_years=target,
            maximum_age_years=self.pick(0, 0, max(target, 5), 7),
        )

    def freeze(self) -> DisposalFreeze:
        return DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=self.pick(*self.horizon))

    def lines(self) -> tuple[SupplyLine, ...]:
        if not self.has_line:
            return ()
        kind = self.pick(SupplyKind.CONVERTER, SupplyKind.CHASSIS)
        return (SupplyLine(line_id=LINE, kind=kind, vehicles=self.by_year(0, 1, 2, 3)),)

    def commissioning(self) -> Commissioning:
        return Commissioning(trust=RYA, vehicles=self.by_year(0, 1, 2))

    def mandate(self) -> Mandate:
        return Mandate(
            mandate_id=MandateId("zero-emission"),
            trusts=self.pick((), (RYA,)),
            from_financial_year=self.pick(FIRST - 1, FIRST + 1),
            share_permille=self.pick(300, 500, 1000),
            basis=self.pick(MandateBasis.DELIVERIES, MandateBasis.ORDERS),
        )
