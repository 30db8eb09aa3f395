"""From cohorts to named vehicles: the worst of a cohort go first, and each is told why."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from services.capital.optimiser.careers import Careers, Event
from services.capital.optimiser.faults import Fault, InvalidProblem
from services.capital.optimiser.plan import Plan, Replacement
from services.capital.optimiser.problem import (
    CommitmentId,
    EnvelopeId,
    OptionId,
    Problem,
    TrustCode,
)
from services.capital.optimiser.reasons import Reason, Reasons
from services.capital.optimiser.terms import MoveKind, Terms, Vintage
from services.capital.optimiser.vehicle import Vehicle


class Action(StrEnum):
    KEEP = "keep"
    REPLACE = "replace"
    REMOUNT = "remount"
    TRANSFER = "transfer"
    RESERVE = "reserve"
    DISPOSE = "dispose"


ACTIONS: Final = {
    MoveKind.REMOUNT: Action.REMOUNT,
    MoveKind.TRANSFER: Action.TRANSFER,
    MoveKind.RESERVE: Action.RESERVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDecision:
    """What happens to one vehicle first. KEEP, through the whole horizon, has no year.

    REPLACE names an option and its envelope, or a commitment; TRANSFER a trust; REMOUNT an
    envelope; DISPOSE none of these. `later` is what happens to it after that, in order.
    """

    vehicle_id: str
    action: Action
    financial_year: int | None = None
    option_id: OptionId | None = None
    envelope_id: EnvelopeId | None = None
    commitment_id: CommitmentId | None = None
    to_trust: TrustCode | None = None
    reasons: tuple[Reason, ...]
    later: tuple["VehicleDecision", ...] = ()


def assign(
    problem: Problem, plan: Plan, vehicles: Sequence[Vehicle]
) -> tuple[VehicleDecision, ...]:
    """Return what the plan decides for each vehicle, in the order given.

    Of a cohort the vehicles longest in service go first, then those with most miles, then by id.
    Raises InvalidProblem unless the vehicles are exactly those of the problem's cohorts.
    """
    terms = Terms(problem)
    cohorts = cohorts_of(terms, vehicles)
    careers = Careers(plan, cohorts)
    reasons = Reasons(terms, plan)
    decided = {
        vehicle.vehicle_id: _decided(reasons, vehicle, vintage, careers.events[vehicle])
        for vintage, members in cohorts.items()
        for vehicle in members
    }
    return tuple(decided[vehicle.vehicle_id] for vehicle in vehicles)


def cohorts_of(terms: Terms, vehicles: Sequence[Vehicle]) -> dict[Vintage, list[Vehicle]]:
    """Return the vehicles by vintage, worst first; raises InvalidProblem unless all are there."""
    cohorts: defaultdict[Vintage, list[Vehicle]] = defaultdict(list)
    for vehicle in sorted(vehicles, key=_worst_first):
        cohorts[terms.vintage_of(vehicle.cohort)].append(vehicle)
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


def _decided(
    reasons: Reasons, vehicle: Vehicle, vintage: Vintage, events: Sequence[Event]
) -> VehicleDecision:
    steps = [_step(reasons, vehicle, event) for event in events]
    if steps:
        return replace(steps[0], later=tuple(steps[1:]))
    stay = reasons.for_staying(vintage)
    return VehicleDecision(vehicle_id=vehicle.vehicle_id, action=Action.KEEP, reasons=stay)


def _step(reasons: Reasons, vehicle: Vehicle, event: Event) -> VehicleDecision:
    if event.moves is not None:
        return VehicleDecision(
            vehicle_id=vehicle.vehicle_id,
            action=ACTIONS[event.moves.kind],
            financial_year=event.year,
            envelope_id=event.moves.envelope_id or None,
            to_trust=event.moves.to_trust or None,
            reasons=reasons.for_moving(event.moves),
        )
    if event.leaves is None:
        raise ValueError("an event is a departure or a move")
    return _let_go(vehicle, event.leaves, reasons.for_leaving(event.leaves))


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
