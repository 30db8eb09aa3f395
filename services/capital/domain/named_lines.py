"""What a plan does with each named vehicle, and why: the solver's library tells what binds."""

from collections.abc import Sequence
from uuid import UUID

from services.capital.domain.ages import age_years
from services.capital.domain.codes import technology_code, type_code
from services.capital.domain.inputs import ServingVehicle
from services.capital.domain.lines import PlanAction, PlanLine
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem, TrustCode
from services.capital.optimiser.vehicle import Vehicle
from services.capital.optimiser.vehicles import VehicleDecision, assign
from services.kernel.ids import EnvelopeId


def lines_of(
    problem: Problem, plan: Plan, vehicles: Sequence[ServingVehicle]
) -> tuple[PlanLine, ...]:
    """Return what the plan does with each of the vehicles the problem counts, in their order."""
    decisions = assign(problem, plan, [_counted(row, problem) for row in vehicles])
    return tuple(_line(*pair) for pair in zip(vehicles, decisions, strict=True))


def _counted(vehicle: ServingVehicle, problem: Problem) -> Vehicle:
    return Vehicle(
        vehicle_id=str(vehicle.id),
        trust=TrustCode(vehicle.trust),
        vehicle_type=type_code(vehicle.kind.vehicle_type),
        technology=technology_code(vehicle.kind.technology),
        age_years=age_years(vehicle.in_service_on, problem.first_financial_year),
        in_service_on=vehicle.in_service_on,
        miles=vehicle.odometer_miles,
    )


def _line(vehicle: ServingVehicle, decision: VehicleDecision) -> PlanLine:
    envelope_id = decision.envelope_id
    return PlanLine(
        vehicle_id=vehicle.id,
        fleet_number=vehicle.fleet_number,
        trust=vehicle.trust,
        kind=vehicle.kind,
        action=PlanAction[decision.action.name],
        financial_year=decision.financial_year or 0,
        option_id=decision.option_id or "",
        envelope_id=EnvelopeId(UUID(envelope_id)) if envelope_id else None,
        reasons=tuple(reason.sentence for reason in decision.reasons),
    )
