"""Capital over gRPC. Parses, calls, renders; decides nothing."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.domain.plan import DEFAULT_SECONDS, SearchLimits
from services.capital.handlers import (
    approval,
    catalogues,
    envelopes,
    known,
    plans,
    scenarios,
)
from services.capital.repository.envelopes import EnvelopeFilter
from services.capital.wire import catalogue as catalogue_wire
from services.capital.wire.envelopes import envelope_from, envelope_to_proto
from services.capital.wire.plans import actions_from, line_to_proto, plan_to_proto, states_from
from services.capital.wire.scenarios import inputs_to_proto, question_from, scenario_to_proto
from services.kernel.ids import EnvelopeId, PlanId, ScenarioId
from services.runtime.paging import Page
from services.runtime.parse import (
    parse_ods_code,
    parse_optional_ods_code,
    parse_optional_uuid,
    parse_text,
    parse_uuid,
)
from services.runtime.rpc.call import Call
from services.runtime.spec import Runtime
from services.runtime.tx import Tx
from services.runtime.watch import Change, Complete, Heartbeat, Snapshot, Step, watch


class CapitalApi:
    """CapitalService, a method for each of the proto's."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def AllocateEnvelope(
        self, tx: Tx, request: pb.AllocateEnvelopeRequest
    ) -> pb.AllocateEnvelopeResponse:
        given = envelope_from(request, EnvelopeId(uuid4()))
        envelope = await envelopes.allocate_envelope(tx, given, request.etag)
        return pb.AllocateEnvelopeResponse(envelope=envelope_to_proto(envelope))

    async def ListEnvelopes(
        self, tx: Tx, request: pb.ListEnvelopesRequest
    ) -> pb.ListEnvelopesResponse:
        wanted = EnvelopeFilter(
            holder=parse_optional_ods_code("holder", request.holder),
            trust=parse_optional_ods_code("trust", request.trust),
            from_financial_year=request.from_financial_year,
            to_financial_year=request.to_financial_year,
        )
        page = Page.of(request, (int, str, str))
        rows, token = await envelopes.list_envelopes(tx, wanted, page)
        return pb.ListEnvelopesResponse(
            envelopes=map(envelope_to_proto, rows), next_page_token=token
        )

    async def SetCatalogue(
        self, tx: Tx, request: pb.SetCatalogueRequest
    ) -> pb.SetCatalogueResponse:
        given = catalogue_wire.catalogue_from(request.catalogue, version=1)
        catalogue = await catalogues.set_catalogue(tx, given, request.catalogue.etag)
        return pb.SetCatalogueResponse(catalogue=catalogue_wire.catalogue_to_proto(catalogue))

    async def GetCatalogue(
        self, tx: Tx, request: pb.GetCatalogueRequest
    ) -> pb.GetCatalogueResponse:
        stored = await catalogues.get_catalogue(tx, parse_ods_code("holder", request.holder))
        return pb.GetCatalogueResponse(catalogue=catalogue_wire.stored_message(stored.content))

    async def SetRequirement(
        self, tx: Tx, request: pb.SetRequirementRequest
    ) -> pb.SetRequirementResponse:
        given = catalogue_wire.requirement_from(request.requirement)
        requirement = await catalogues.set_requirement(tx, given)
        return pb.SetRequirementResponse(
            requirement=catalogue_wire.requirement_to_proto(requirement)
        )

    async def GetPlanningInputs(
        self, tx: Tx, request: pb.GetPlanningInputsRequest
    ) -> pb.GetPlanningInputsResponse:
        trust = parse_ods_code("trust", request.trust)
        return inputs_to_proto(*await known.planning_inputs(tx, trust))

    async def CreateScenario(
        self, tx: Tx, request: pb.CreateScenarioRequest
    ) -> pb.CreateScenarioResponse:
        scenario = await scenarios.create_scenario(
            tx,
            parse_ods_code("holder", request.holder),
            parse_text("name", request.name),
            question_from(request),
        )
        return pb.CreateScenarioResponse(scenario=scenario_to_proto(scenario))

    async def ListScenarios(
        self, tx: Tx, request: pb.ListScenariosRequest
    ) -> pb.ListScenariosResponse:
        holder = parse_optional_ods_code("holder", request.holder)
        page = Page.of(request, (datetime, UUID))
        rows, token = await scenarios.list_scenarios(tx, holder, page)
        return pb.ListScenariosResponse(
            scenarios=map(scenario_to_proto, rows), next_page_token=token
        )

    async def GetScenarioProblem(
        self, tx: Tx, request: pb.GetScenarioProblemRequest
    ) -> pb.GetScenarioProblemResponse:
        content = await scenarios.scenario_problem(tx, _scenario_id(request.scenario_id))
        return pb.GetScenarioProblemResponse(problem=RenewalProblem.FromString(content))

    async def RequestPlan(self, tx: Tx, request: pb.RequestPlanRequest) -> pb.RequestPlanResponse:
        limits = SearchLimits(
            seconds=request.seconds or DEFAULT_SECONDS,
            gap_ppm=request.gap_ppm,
            seed=request.seed,
            stall_seconds=request.stall_seconds,
        )
        plan = await plans.request_plan(tx, _scenario_id(request.scenario_id), limits)
        return pb.RequestPlanResponse(plan=plan_to_proto(plan))

    async def GetPlan(self, tx: Tx, request: pb.GetPlanRequest) -> pb.GetPlanResponse:
        found = await plans.get_plan(tx, _plan_id(request.plan_id))
        return pb.GetPlanResponse(plan=plan_to_proto(*found))

    async def ListPlans(self, tx: Tx, request: pb.ListPlansRequest) -> pb.ListPlansResponse:
        scenario_id = parse_optional_uuid("scenario_id", request.scenario_id)
        rows, token = await plans.list_plans(
            tx,
            ScenarioId(scenario_id) if scenario_id else None,
            states_from(request.states),
            Page.of(request, (datetime, UUID)),
        )
        return pb.ListPlansResponse(plans=map(plan_to_proto, rows), next_page_token=token)

    async def WatchPlan(
        self, call: Call, request: pb.WatchPlanRequest
    ) -> AsyncIterator[pb.WatchPlanResponse]:
        read = partial(plans.watched_plan, _plan_id(request.plan_id))
        runtime, token = self._runtime, request.resume_token
        steps = watch(runtime.database, runtime.feed, call.scope, token, read, _as_seen)
        async for reply, is_last in _replies(steps):
            yield reply
            if is_last:
                return

    async def ListPlanLines(
        self, tx: Tx, request: pb.ListPlanLinesRequest
    ) -> pb.ListPlanLinesResponse:
        rows, token = await plans.list_lines(
            tx,
            _plan_id(request.plan_id),
            actions_from(request.actions),
            request.financial_year,
            Page.of(request, (str, str, UUID)),
        )
        return pb.ListPlanLinesResponse(lines=map(line_to_proto, rows), next_page_token=token)

    async def CancelPlan(self, tx: Tx, request: pb.CancelPlanRequest) -> pb.CancelPlanResponse:
        plan = await plans.cancel_plan(tx, _plan_id(request.plan_id), request.etag)
        return pb.CancelPlanResponse(plan=plan_to_proto(plan))

    async def SubmitPlan(self, tx: Tx, request: pb.SubmitPlanRequest) -> pb.SubmitPlanResponse:
        submitted = await plans.submit_plan(tx, _plan_id(request.plan_id), request.etag)
        return pb.SubmitPlanResponse(plan=plan_to_proto(*submitted))

    async def ApprovePlan(self, tx: Tx, request: pb.ApprovePlanRequest) -> pb.ApprovePlanResponse:
        approved, scheduled = await approval.approve_plan(
            tx, _plan_id(request.plan_id), request.content_hash
        )
        return pb.ApprovePlanResponse(plan=plan_to_proto(*approved), vehicles_scheduled=scheduled)


async def _replies(
    steps: AsyncIterator[Step[plans.PlanWithSums]],
) -> AsyncIterator[tuple[pb.WatchPlanResponse, bool]]:
    """Yield what a watcher is told, and whether it is the last: the solve has ended."""
    snapshot: plans.PlanWithSums | None = None
    async for step in steps:
        match step:
            case Snapshot(seen):
                # Told with the token that follows it.
                snapshot = seen
            case Complete(token) if snapshot is not None:
                yield _told(snapshot, token), snapshot.plan.has_ended
            case Change(seen, token):
                yield _told(seen, token), seen.plan.has_ended
            case Heartbeat(token):
                quiet = pb.WatchPlanHeartbeat()
                yield pb.WatchPlanResponse(heartbeat=quiet, resume_token=token), False


def _told(seen: plans.PlanWithSums, token: str) -> pb.WatchPlanResponse:
    return pb.WatchPlanResponse(plan=plan_to_proto(*seen), resume_token=token)


def _as_seen(seen: plans.PlanWithSums) -> tuple[object, int]:
    return seen.plan.id, seen.plan.step


def _plan_id(text: str) -> PlanId:
    return PlanId(parse_uuid("plan_id", text))


def _scenario_id(text: str) -> ScenarioId:
    return ScenarioId(parse_uuid("scenario_id", text))
