"""Small valid problems and plans. Tests say only what matters to them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from ortools.math_opt.python import mathopt

from services.capital.optimiser.account import account_for
from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.check import broken_rules
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.mathopt_adapter import Effort, Status, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import (
    Cancellation,
    Decisions,
    Disposal,
    Hired,
    Level,
    Moved,
    Outcome,
    Plan,
    Purchase,
)
from services.capital.optimiser.problem import (
    AgeProfile,
    ChargingSite,
    Cohort,
    Commitment,
    CommitmentId,
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
    Remount,
    Reserve,
    SiteId,
    Technology,
    TechnologyCode,
    TransferRoute,
    TrustCode,
    TypeCode,
    VehicleType,
)
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import MoveKind, Terms
from services.capital.optimiser.variables import Buy

RYA: Final = TrustCode("RYA")
RYD: Final = TrustCode("RYD")
DCA: Final = TypeCode("DCA")
DIESEL: Final = TechnologyCode("DIESEL")
BEV: Final = TechnologyCode("BEV")
FIRST: Final = 2026
YEARS: Final = 3
PRICE: Final = 10_000_000

Key = TypeVar("Key")


def an_option(
    technology: TechnologyCode = DIESEL,
    *,
    price: int | tuple[int, ...] = PRICE,
    lead: int = 0,
    minimum: int = 0,
    lines: tuple[str, ...] = (),
) -> Option:
    return Option(
        option_id=OptionId(f"DCA-{technology}"),
        vehicle_type=DCA,
        technology=technology,
        lead_time_years=lead,
        minimum_order=minimum,
        price_pence=price if isinstance(price, tuple) else (price,) * YEARS,
        supply_lines=tuple(map(LineId, lines)),
    )


def a_profile(technology: TechnologyCode = DIESEL, *, running: int = 100_000) -> AgeProfile:
    """Return a profile that costs `running` pence more each year, and is off the road a tenth."""
    return AgeProfile(
        vehicle_type=DCA,
        technology=technology,
        running_cost_pence=tuple(running * (age + 1) for age in range(10)),
        off_road_permille=(100,),
    )


def cohorts(ages: Mapping[int, int], trust: TrustCode = RYA) -> tuple[Cohort, ...]:
    """Return diesel ambulances: how many of each age."""
    return tuple(
        Cohort(trust=trust, vehicle_type=DCA, technology=DIESEL, age_years=age, vehicles=vehicles)
        for age, vehicles in ages.items()
    )


def budgets(*vehicles: int) -> tuple[Envelope, ...]:
    """Return one envelope a year that pays for so many vehicles at PRICE."""
    return tuple(an_envelope(FIRST + place, PRICE * count) for place, count in enumerate(vehicles))


def an_envelope(year: int, pence: int, name: str = "provider", **only: tuple[str, ...]) -> Envelope:
    return Envelope(
        envelope_id=EnvelopeId(f"{name}-{year}"),
        holder="West Midlands Ambulance Service",
        fund="operational capital",
        financial_year=year,
        allocation_pence=pence,
        trusts=tuple(map(TrustCode, only.get("trusts", ()))),
        technologies=tuple(map(TechnologyCode, only.get("technologies", ()))),
    )


def a_policy(target: int = 0, maximum: int = 0, since: int = 2020) -> LifePolicy:
    return LifePolicy(
        trust=RYA,
        vehicle_type=DCA,
        from_financial_year=since,
        target_age_years=target,
        maximum_age_years=maximum,
    )


def a_size(minimum: int, maximum: int, since: int = 2020, trust: TrustCode = RYA) -> Establishment:
    return Establishment(
        trust=trust,
        vehicle_type=DCA,
        from_financial_year=since,
        minimum=minimum,
        maximum=maximum,
    )


def a_need(required: int, year: int) -> Need:
    return Need(trust=RYA, vehicle_type=DCA, financial_year=year, required_available=required)


def a_hire(*vehicles: int, price: int = 500_000, trust: TrustCode | None = None) -> Hire:
    """Return so many ambulances for hire by year, each on the road four fifths of it."""
    return Hire(
        trust=trust,
        vehicle_type=DCA,
        price_pence=(price,) * YEARS,
        available_permille=800,
        vehicles=vehicles,
    )


def a_route(
    source: TrustCode, to: TrustCode, *, remaining: int = 0, cost: int = 0
) -> TransferRoute:
    return TransferRoute(
        from_trust=source,
        to_trust=to,
        vehicle_type=DCA,
        cost_pence=cost,
        minimum_remaining=remaining,
    )


def a_reserve(maximum: int, *, since: int = 0, oldest: int = 0, saved: int = 0) -> Reserve:
    """Return a reserve of ambulances, each worth half of one on the front line."""
    return Reserve(
        vehicle_type=DCA,
        from_age_years=since,
        maximum_age_years=oldest,
        available_permille=500,
        running_saved_permille=saved,
        maximum=maximum,
    )


def an_offer(
    *,
    price: int | tuple[int, ...] = PRICE // 2,
    times: int = 1,
    box_age: int = 20,
    weeks: int = 0,
    lines: tuple[str, ...] = (),
) -> Remount:
    """Return the offer to put the boxes of diesel ambulances on new chassis."""
    return Remount(
        vehicle_type=DCA,
        technology=DIESEL,
        price_pence=price if isinstance(price, tuple) else (price,) * YEARS,
        maximum_remounts=times,
        maximum_box_age_years=box_age,
        weeks_out=weeks,
        supply_lines=tuple(map(LineId, lines)),
    )


def boxes(ages: Mapping[int, int], box_age: int = 0, times: int = 0) -> tuple[Cohort, ...]:
    """Return diesel ambulances with box bodies: how many of each age."""
    return tuple(
        replace(row, box_body=True, box_age_years=box_age, remounts=times) for row in cohorts(ages)
    )


def remounted(
    year: int,
    vehicles: int = 1,
    entry: int = FIRST - 1,
    *,
    box: int = FIRST - 1,
    times: int = 0,
    envelope: str = "provider",
) -> Moved:
    """Return diesel ambulances of RYA, one year old at first, whose boxes go on new chassis."""
    return Moved(
        kind=MoveKind.REMOUNT,
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=entry,
        financial_year=year,
        vehicles=vehicles,
        box_entry_year=box,
        remounts=times,
        envelope_id=EnvelopeId(f"{envelope}-{year}"),
    )


def a_site(
    *chargers: int,
    each: int = 1000,
    maximum: tuple[int, ...] = (),
    price: int = 0,
    name: str = "site",
) -> ChargingSite:
    """Return RYA's chargers by year, each serving `each` thousandths of a vehicle."""
    return ChargingSite(
        site_id=SiteId(name),
        trust=RYA,
        chargers=chargers,
        vehicles_per_charger_permille=each,
        maximum=maximum,
        price_pence=(price,) * YEARS if price else (),
    )


def wired(year: int, chargers: int = 1, name: str = "site") -> ChargersBought:
    return ChargersBought(
        site_id=SiteId(name),
        financial_year=year,
        envelope_id=EnvelopeId(f"provider-{year}"),
        chargers=chargers,
    )


def a_commitment(year: int, vehicles: int = 1, envelope: str | None = None) -> Commitment:
    return Commitment(
        commitment_id=CommitmentId("on-order"),
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        financial_year=year,
        vehicles=vehicles,
        price_pence=PRICE,
        envelope_id=EnvelopeId(envelope) if envelope else None,
    )


def a_mandate(
    since: int, share: int = 1000, basis: MandateBasis = MandateBasis.DELIVERIES
) -> Mandate:
    return Mandate(
        mandate_id=MandateId("zero-emission"),
        from_financial_year=since,
        share_permille=share,
        basis=basis,
    )


def a_problem(**changes: object) -> Problem:
    """Return two one-year-old diesel ambulances over three years, and money for two a year."""
    problem = Problem(
        first_financial_year=FIRST,
        years=YEARS,
        trusts=(RYA,),
        vehicle_types=(VehicleType(code=DCA),),
        technologies=(Technology(code=DIESEL), Technology(code=BEV, zero_emission=True)),
        age_profiles=(a_profile(), a_profile(BEV)),
        cohorts=cohorts({1: 2}),
        options=(an_option(),),
        envelopes=budgets(2, 2, 2),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]  # each test names its own fields


def bought(
    year: int,
    vehicles: int = 1,
    technology: TechnologyCode = DIESEL,
    *,
    lead: int = 0,
    envelope: str = "provider",
) -> Purchase:
    """Return ambulances delivered to RYA in the year from that year's envelope."""
    return Purchase(
        trust=RYA,
        option_id=OptionId(f"DCA-{technology}"),
        order_year=year - lead,
        delivery_year=year,
        envelope_id=EnvelopeId(f"{envelope}-{year}"),
        vehicles=vehicles,
    )


def gone(
    year: int,
    vehicles: int = 1,
    entry: int = FIRST - 1,
    *,
    trust: TrustCode = RYA,
    reserve: bool = False,
    box: int = 0,
    times: int = 0,
) -> Disposal:
    """Return diesel ambulances of RYA, one year old at first, disposed of in the year."""
    return Disposal(
        trust=trust,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=entry,
        in_reserve=reserve,
        box_entry_year=box,
        remounts=times,
        financial_year=year,
        vehicles=vehicles,
    )


def given(
    year: int,
    vehicles: int = 1,
    entry: int = FIRST - 1,
    *,
    source: TrustCode = RYA,
    to: TrustCode = RYD,
) -> Moved:
    """Return diesel ambulances, one year old at first, that one trust gives another."""
    return Moved(
        kind=MoveKind.TRANSFER,
        trust=source,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=entry,
        financial_year=year,
        to_trust=to,
        vehicles=vehicles,
    )


def reserved(year: int, vehicles: int = 1, entry: int = FIRST - 1) -> Moved:
    """Return diesel ambulances of RYA, one year old at first, that join its reserve."""
    return Moved(
        kind=MoveKind.RESERVE,
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=entry,
        financial_year=year,
        vehicles=vehicles,
    )


def hired(year: int, vehicles: int = 1) -> Hired:
    return Hired(trust=RYA, vehicle_type=DCA, financial_year=year, vehicles=vehicles)


def cancelled(vehicles: int = 1) -> Cancellation:
    """Return vehicles of the one commitment that are not taken."""
    return Cancellation(commitment_id=CommitmentId("on-order"), vehicles=vehicles)


def decided(
    *rows: Purchase | Disposal | Hired | Moved | ChargersBought | Cancellation,
) -> Decisions:
    return Decisions(
        cancellations=tuple(sorted(row for row in rows if isinstance(row, Cancellation))),
        hires=tuple(sorted(row for row in rows if isinstance(row, Hired))),
        moves=tuple(sorted(row for row in rows if isinstance(row, Moved))),
        chargers=tuple(sorted(row for row in rows if isinstance(row, ChargersBought))),
        purchases=tuple(sorted(row for row in rows if isinstance(row, Purchase))),
        disposals=tuple(sorted(row for row in rows if isinstance(row, Disposal))),
    )


def stated(problem: Problem, decisions: Decisions) -> Plan:
    """Return the plan of the decisions with its figures, and nothing proved."""
    account = account_for(Terms(problem), decisions)
    return Plan(
        problem_hash=problem_hash(problem),
        outcome=Outcome.FEASIBLE,
        purchases=decisions.purchases,
        disposals=decisions.disposals,
        hires=decisions.hires,
        moves=decisions.moves,
        chargers=decisions.chargers,
        cancellations=decisions.cancellations,
        stationed=account.stationed,
        stock=account.stock,
        replacements=account.replacements,
        fleet_years=account.fleet_years,
        envelope_uses=account.envelope_uses,
        ceiling_uses=account.ceiling_uses,
        revenue_uses=account.revenue_uses,
        cost=account.cost,
    )


def rules_broken(problem: Problem, decisions: Decisions) -> set[Rule]:
    """Return what the checker has against the decisions."""
    return {row.rule for row in broken_rules(Terms(problem), stated(problem, decisions))}


def is_in_model(problem: Problem, decisions: Decisions) -> bool:
    """Whether the model admits exactly these decisions."""
    model = RenewalModel(Terms(problem))
    bought = {
        Buy(row.trust, row.option_id, row.delivery_year, row.envelope_id): row.vehicles
        for row in decisions.purchases
    }
    gone = {(row.vintage, row.financial_year): row.vehicles for row in decisions.disposals}
    hires = {(row.fleet, row.financial_year): row.vehicles for row in decisions.hires}
    pinned = [
        pin(model.variables.buy, bought),
        pin(model.variables.dispose, gone),
        pin(model.variables.hire, hires),
        pin(model.variables.cancel, decisions.cancelled),
        pin(model.variables.charge, {row.key: row.chargers for row in decisions.chargers}),
        pin(model.variables.move, {row.move: row.vehicles for row in decisions.moves}),
    ]
    model.minimise(Level.COST)
    answer = minimise(model.program, Effort(seconds=10), lambda found, bound: None)
    return all(pinned) and answer.status is Status.PROVED


def pin(variables: Mapping[Key, mathopt.Variable], values: Mapping[Key, int]) -> bool:
    """Fix each variable at its value, none at 0; return whether there are such, and it may be."""
    allowed = values.keys() <= variables.keys()
    for key, variable in variables.items():
        value = values.get(key, 0)
        allowed = allowed and variable.lower_bound <= value <= variable.upper_bound
        variable.lower_bound = variable.upper_bound = value
    return allowed
