"""From cohorts to named vehicles: the worst of a cohort go first, and each is told why."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.capital.optimiser.faults import Fault, InvalidProblem
from services.capital.optimiser.plan import Plan, Replacement
from services.capital.optimiser.problem import (
    CommitmentId,
    EnvelopeId,
    OptionId,
    Problem,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.reasons import Reason, Reasons
from services.capital.optimiser.terms import Terms, Vintage


class Action(StrEnum):
    KEEP = "keep"
    REPLACE = "replace"
    DISPOSE = "dispose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle in service when the horizon begins. `age_years` as its cohort's; miles to date."""

    vehicle_id: str
    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    age_years: int
    in_service_on: date
    miles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDecision:
    """What happens to one vehicle. KEEP, through the whole horizon, has no year and no newcomer.

    REPLACE names an option and its envelope, or a commitment; DISPOSE names neither.
    """

    vehicle_id: str
    action: Action
    financial_year: int | None = None
    option_id: OptionId | None = None
    envelope_id: EnvelopeId | None = None
    commitment_id: CommitmentId | None = None
    reasons: tuple[Reason, ...]


def assign(
    problem: Problem, plan: Plan, vehicles: Sequence[Vehicle]
) -> tuple[VehicleDecision, ...]:
    """Return what the plan decides for each vehicle, in the order given.

    Of a cohort the vehicles longest in service go first, then those with most miles, then by id.
    Raises InvalidProblem unless the vehicles are exactly those of the problem's cohorts.
    """
    terms = Terms(problem)
    cohorts = _cohorts(terms, vehicles)
    reasons = Reasons(terms, plan)
    # Replacements are of vintages: a plan knows no vehicle, and any of a vintage is as good.
    leaving: defaultdict[Vintage, list[Replacement]] = defaultdict(list)
    for row in plan.replacements:
        leaving[row.vintage].append(row)
    decided = {
        decision.vehicle_id: decision
        for vintage, members in cohorts.items()
        for decision in _decide(reasons, vintage, members, leaving[vintage])
    }
    return tuple(decided[vehicle.vehicle_id] for vehicle in vehicles)


def _cohorts(terms: Terms, vehicles: Sequence[Vehicle]) -> dict[Vintage, list[Vehicle]]:
    cohorts: defaultdict[Vintage, list[Vehicle]] = defaultdict(list)
    for vehicle in sorted(vehicles, key=_worst_first):
        entry_year = terms.horizon.start - vehicle.age_years
        cohorts[
            Vintage(vehicle.trust, vehicle.vehicle_type, vehicle.technology, entry_year)
        ].append(vehicle)
    faults = tuple(_miscounted(terms, cohorts)) + tuple(_repeated(vehicles))
    if faults:
        raise InvalidProblem(faults)
    return cohorts


def _worst_first(vehicle: Vehicle) -> tuple[date, int, str]:
    return vehicle.in_service_on, -vehicle.miles, vehicle.vehicle_id


def _miscounted(terms: Terms, cohorts: dict[Vintage, list[Vehicle]]) -> Iterator[Fault]:
    for vintage in sorted({*terms.opening, *cohorts}):
        named, there = len(cohorts.get(vintage, ())), terms.opening.get(vintage, 0)
        if named != there:
            subject = " ".join(map(str, vintage))
            yield Fault(field="vehicles", rule=f"{named} named of the {there} of {subject}")


def _repeated(vehicles: Sequence[Vehicle]) -> Iterator[Fault]:
    for vehicle_id, times in Counter(vehicle.vehicle_id for vehicle in vehicles).items():
        if times > 1:
            yield Fault(field="vehicles", rule=f"{vehicle_id} is named {times} times")


def _decide(
    reasons: Reasons, vintage: Vintage, members: list[Vehicle], leaving: list[Replacement]
) -> Iterator[VehicleDecision]:
    waiting = iter(members)
    for row in sorted(leaving, key=lambda row: row.financial_year):
        why = reasons.for_leaving(vintage, row.financial_year)
        # A vintage that enters in the first year also holds new vehicles, which have no name yet.
        for _, vehicle in zip(range(row.vehicles), waiting, strict=False):
            yield _let_go(vehicle, row, why)
    for vehicle in waiting:
        stay = reasons.for_staying(vintage)
        yield VehicleDecision(vehicle_id=vehicle.vehicle_id, action=Action.KEEP, reasons=stay)


def _let_go(vehicle: Vehicle, row: Replacement, why: tuple[Reason, ...]) -> VehicleDecision:
    is_replaced = row.option_id is not None or row.commitment_id is not None
    return VehicleDecision(
        vehicle_id=vehicle.vehicle_id,
        action=Action.REPLACE if is_replaced else Action.DISPOSE,
        financial_year=row.financial_year,
        option_id=row.option_id,
        envelope_id=row.envelope_id,
        commitment_id=row.commitment_id,
        reasons=why,
    )
