"""Plans, their lines and their events as protobuf."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from makeready.capital.v1 import plan_events_pb2 as events_pb
from makeready.capital.v1 import plan_pb2 as pb
from makeready.capital.v1 import renewal_plan_pb2 as result_pb

from services.capital.domain.lines import PlanAction, PlanLine, ReplacementDate
from services.capital.domain.plan import Plan, PlanState, Progress
from services.capital.domain.scenario import FrozenEnvelope
from services.capital.optimiser.problem import TrustCode, TypeCode
from services.capital.optimiser.terms import Fleet
from services.capital.wire.envelopes import fund_to_proto, holder_kind_to_proto
from services.capital.wire.kinds import technology_to_proto, vehicle_type_to_proto
from services.kernel.ids import EnvelopeId, PlanId
from services.runtime.rpc.etags import etag_of

MILLISECOND: Final = timedelta(milliseconds=1)


def plan_to_proto(plan: Plan, summary: bytes | None = None) -> pb.Plan:
    """Return the plan, with its sums when `summary` has them."""
    message = pb.Plan.FromString(summary) if summary else pb.Plan()
    message.MergeFrom(_moves_to_proto(plan))
    if plan.solution is not None:
        message.outcome = result_pb.RenewalPlan.Outcome.Value(
            f"OUTCOME_{plan.solution.outcome.upper()}"
        )
        message.content_hash = plan.solution.content_hash
        message.engine = plan.solution.engine
        message.solve_ms = plan.solution.took // MILLISECOND
    message.requested_at.FromDatetime(plan.requested_at)
    _stamp(message, "solved_at", plan.solved_at)
    _stamp(message, "approved_at", plan.approved_at)
    return message


def summary_to_proto(
    result: result_pb.RenewalPlan,
    capital_pence: Counter[tuple[Fleet, int]],
    envelopes: Mapping[EnvelopeId, FrozenEnvelope],
) -> pb.Plan:
    """Return what a plan comes to, by year, trust and type and by envelope."""
    years = (_year(row, capital_pence) for row in result.fleet_years)
    uses = (
        _envelope(row, envelopes[EnvelopeId(UUID(row.envelope_id))]) for row in result.envelope_uses
    )
    message = pb.Plan(
        levels=result.levels,
        ended=result.ended,
        years=sorted(years, key=lambda row: (row.financial_year, row.trust, row.vehicle_type)),
        envelopes=sorted(uses, key=lambda row: (row.financial_year, row.holder_name, row.fund)),
    )
    if result.HasField("cost"):
        message.cost.CopyFrom(result.cost)
    return message


def line_to_proto(line: PlanLine) -> pb.PlanLine:
    return pb.PlanLine(
        vehicle_id=str(line.vehicle_id),
        fleet_number=line.fleet_number,
        trust=line.trust,
        vehicle_type=vehicle_type_to_proto(line.kind.vehicle_type),
        technology=technology_to_proto(line.kind.technology),
        action=pb.PlanAction.Value(f"PLAN_ACTION_{line.action}"),
        financial_year=line.financial_year,
        option_id=line.option_id,
        envelope_id=str(line.envelope_id or ""),
        reasons=line.reasons,
    )


def requested_event(plan: Plan) -> events_pb.RenewalPlanRequested:
    return events_pb.RenewalPlanRequested(plan=plan_to_proto(plan))


def solved_event(plan: Plan, summary: bytes | None) -> events_pb.RenewalPlanSolved:
    return events_pb.RenewalPlanSolved(plan=plan_to_proto(plan, summary))


def approved_event(plan: Plan, summary: bytes | None) -> events_pb.RenewalPlanApproved:
    return events_pb.RenewalPlanApproved(plan=plan_to_proto(plan, summary))


def superseded_event(plan: Plan, by: PlanId) -> events_pb.RenewalPlanSuperseded:
    return events_pb.RenewalPlanSuperseded(plan=plan_to_proto(plan), superseded_by=str(by))


def scheduled_event(date: ReplacementDate, at: datetime) -> events_pb.ReplacementScheduled:
    message = events_pb.ReplacementScheduled(
        vehicle_id=str(date.vehicle_id),
        trust=date.trust,
        plan_id=str(date.plan_id),
        financial_year=date.financial_year,
        option_id=date.option_id,
        envelope_id=str(date.envelope_id or ""),
    )
    message.occurred_at.FromDatetime(at)
    return message


def states_from(values: "Iterable[pb.PlanState.ValueType]") -> tuple[PlanState, ...]:
    return tuple(
        PlanState(pb.PlanState.Name(value).removeprefix("PLAN_STATE_")) for value in values
    )


def actions_from(values: "Iterable[pb.PlanAction.ValueType]") -> tuple[PlanAction, ...]:
    return tuple(
        PlanAction(pb.PlanAction.Name(value).removeprefix("PLAN_ACTION_")) for value in values
    )


def _moves_to_proto(plan: Plan) -> pb.Plan:
    return pb.Plan(
        plan_id=str(plan.id),
        scenario_id=str(plan.scenario_id),
        holder=plan.holder,
        state=pb.PlanState.Value(f"PLAN_STATE_{plan.state}"),
        progress=_progress(plan.progress),
        seed=plan.limits.seed,
        failure=plan.failure,
        requested_by=plan.requested_by,
        submitted_by=plan.submitted_by or "",
        approved_by=plan.approved_by or "",
        vehicles=plan.vehicles,
        etag=etag_of(plan.version),
    )


def _progress(progress: Progress) -> pb.PlanProgress:
    return pb.PlanProgress(
        phase=progress.phase,
        incumbent_pence=progress.incumbent_pence,
        bound_pence=progress.bound_pence,
        gap_ppm=progress.gap_ppm,
        elapsed_ms=progress.elapsed // MILLISECOND,
    )


def _year(
    row: result_pb.RenewalPlan.FleetYear, capital_pence: Counter[tuple[Fleet, int]]
) -> pb.PlanYear:
    return pb.PlanYear(
        financial_year=row.financial_year,
        trust=row.trust,
        vehicle_type=vehicle_type_to_proto(row.vehicle_type),
        vehicles=row.vehicles,
        over_age=row.over_age,
        delivered=row.delivered,
        disposed=row.disposed,
        capital_pence=capital_pence[_fleet(row), row.financial_year],
        required_available=row.required_available,
        available_permille=row.available_permille,
        shortfall=row.shortfall,
    )


def _envelope(row: result_pb.RenewalPlan.EnvelopeUse, envelope: FrozenEnvelope) -> pb.PlanEnvelope:
    return pb.PlanEnvelope(
        envelope_id=row.envelope_id,
        holder_name=envelope.holder_name,
        holder_kind=holder_kind_to_proto(envelope.holder_kind),
        fund=fund_to_proto(envelope.fund),
        financial_year=row.financial_year,
        allocation_pence=row.allocation_pence,
        spent_pence=row.spent_pence,
        vehicles=row.vehicles,
    )


def _fleet(row: result_pb.RenewalPlan.FleetYear) -> Fleet:
    return Fleet(TrustCode(row.trust), TypeCode(row.vehicle_type))


def _stamp(message: pb.Plan, field: str, at: datetime | None) -> None:
    if at is not None:
        getattr(message, field).FromDatetime(at)
