"""Scenarios as protobuf, and back; and what is known for the next one."""

from typing import Final, assert_never

from makeready.capital.v1 import capital_service_pb2 as service_pb
from makeready.capital.v1 import plan_pb2 as pb

from services.capital.domain.known import Freshness, HubKnown, TypeKnown
from services.capital.domain.scenario import (
    EnvelopeChange,
    PriceChange,
    Question,
    Scenario,
    ScenarioChange,
    TargetAgeChange,
)
from services.capital.wire.envelopes import fund_from, fund_to_proto
from services.capital.wire.kinds import (
    vehicle_type_from,
    vehicle_type_to_proto,
    vehicle_types_from,
)
from services.runtime.parse import parse_ods_code

MOST_NAME: Final = 80


def question_from(request: service_pb.CreateScenarioRequest) -> Question:
    trusts = (parse_ods_code(f"trusts[{index}]", code) for index, code in enumerate(request.trusts))
    return Question(
        trusts=tuple(trusts),
        vehicle_types=vehicle_types_from(request.vehicle_types),
        first_financial_year=request.first_financial_year,
        years=request.years,
        changes=tuple(map(_change_from, request.changes)),
    )


def scenario_to_proto(scenario: Scenario) -> pb.Scenario:
    message = pb.Scenario(
        scenario_id=str(scenario.id),
        holder=scenario.holder,
        name=scenario.name,
        content_hash=scenario.content_hash,
        trusts=scenario.question.trusts,
        vehicle_types=map(vehicle_type_to_proto, scenario.vehicle_types),
        first_financial_year=scenario.question.first_financial_year,
        years=scenario.question.years,
        vehicles=scenario.vehicles,
        changes=map(_change_to_proto, scenario.question.changes),
        created_by=scenario.created_by,
    )
    message.frozen_at.FromDatetime(scenario.frozen_at)
    return message


def types_known_to_proto(types: list[TypeKnown]) -> list[service_pb.VehiclesKnown]:
    return [
        service_pb.VehiclesKnown(
            vehicle_type=vehicle_type_to_proto(row.vehicle_type),
            vehicles=row.vehicles,
            cycles_due=row.cycles_due,
            off_road=row.off_road,
        )
        for row in types
    ]


def hubs_known_to_proto(hubs: list[HubKnown]) -> list[service_pb.HubKnown]:
    return [
        service_pb.HubKnown(
            hub_id=str(row.hub_id),
            commissioning_per_week=row.commissioning_per_week,
            jobs_completed=row.jobs_completed,
            hours_measured=row.hours_measured,
        )
        for row in hubs
    ]


def inputs_to_proto(
    types: list[TypeKnown], hubs: list[HubKnown], freshness: Freshness
) -> service_pb.GetPlanningInputsResponse:
    response = service_pb.GetPlanningInputsResponse(
        vehicles=types_known_to_proto(types),
        hubs=hubs_known_to_proto(hubs),
        events_applied=freshness.events_applied,
    )
    if freshness.fresh_at is not None:
        response.fresh_at.FromDatetime(freshness.fresh_at)
    return response


def _change_from(message: pb.ScenarioChange) -> ScenarioChange:
    match message.WhichOneof("change"):
        case "envelope":
            envelope = message.envelope
            return EnvelopeChange(
                fund=fund_from(envelope.fund) if envelope.fund else None,
                financial_year=envelope.financial_year or None,
                permille=envelope.permille,
            )
        case "target_age":
            aged = message.target_age
            return TargetAgeChange(
                vehicle_type=vehicle_type_from(aged.vehicle_type), years=aged.years
            )
        case _:
            price = message.price
            return PriceChange(option_id=price.option_id or None, permille=price.permille)


def _change_to_proto(change: ScenarioChange) -> pb.ScenarioChange:
    match change:
        case EnvelopeChange():
            return pb.ScenarioChange(
                envelope=pb.EnvelopeChange(
                    fund=fund_to_proto(change.fund),
                    financial_year=change.financial_year or 0,
                    permille=change.permille,
                )
            )
        case TargetAgeChange():
            return pb.ScenarioChange(
                target_age=pb.TargetAgeChange(
                    vehicle_type=vehicle_type_to_proto(change.vehicle_type), years=change.years
                )
            )
        case PriceChange():
            return pb.ScenarioChange(
                price=pb.PriceChange(option_id=change.option_id or "", permille=change.permille)
            )
    assert_never(change)
