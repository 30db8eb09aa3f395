"""A solve as the database sees it: begun, told of, given back, ended. For workers alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.capital.domain.inputs import ServingVehicle
from services.capital.domain.lines import PlanLine
from services.capital.domain.plan import Plan, PlanState, Progress, Solution
from services.capital.domain.scenario import FrozenEnvelope, Scenario
from services.capital.handlers.topics import PLANS
from services.capital.repository.plans import PlanRepository
from services.capital.repository.queue import PlanQueue, QueuedPlan
from services.capital.repository.results import ResultRepository
from services.capital.repository.scenarios import ScenarioRepository
from services.capital.wire.plans import solved_event
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Solve:
    """One attempt at one plan: what the solver is given, and what its answer is read with."""

    plan: Plan
    scenario: Scenario
    problem: bytes = field(repr=False)
    vehicles: Sequence[ServingVehicle] = field(repr=False)
    envelopes: Sequence[FrozenEnvelope] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a solve that ran came to. Without a plan, the rest is empty.

    `content` is a makeready.capital.v1.RenewalPlan, `summary` a Plan with its sums.
    """

    solution: Solution
    progress: Progress
    content: bytes = field(default=b"", repr=False)
    summary: bytes = field(default=b"", repr=False)
    lines: Sequence[PlanLine] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why a solve could not be carried out, in plain words."""

    why: str


async def begin(queued: QueuedPlan, tx: Tx) -> Solve | None:
    """Begin an attempt; None when there is nothing to attempt: the plan leaves the queue."""
    plans = PlanRepository(tx)
    plan = await plans.get_for_update(queued.plan_id)
    if plan.has_ended:
        await PlanQueue(tx).end(queued)
        return None
    if plan.is_worn_out:
        await _end(tx, queued, plan.failed("its solver was lost each time it was begun", tx.now))
        return None
    begun = plan.taken_up()
    await plans.save(begun)
    await plans.note(begun.id, begun.attempt, begun.progress)
    return await solve_of(tx, begun)


async def solve_of(tx: Tx, plan: Plan) -> Solve:
    scenarios = ScenarioRepository(tx)
    return Solve(
        plan=plan,
        scenario=await scenarios.get(plan.scenario_id),
        problem=await scenarios.problem(plan.scenario_id),
        vehicles=await scenarios.vehicles(plan.scenario_id),
        envelopes=await scenarios.envelopes(plan.scenario_id),
    )


async def tell(queued: QueuedPlan, attempt: int, progress: Progress | None, tx: Tx) -> bool:
    """Tell of new progress and renew the lease; False when the plan is not this attempt's."""
    plans = PlanRepository(tx)
    if progress is None:
        is_ours = _is_current(await plans.get(queued.plan_id), attempt)
    else:
        is_ours = await plans.note(queued.plan_id, attempt, progress)
    if is_ours:
        await PlanQueue(tx).renew(queued)
    return is_ours


async def give_back(queued: QueuedPlan, attempt: int, tx: Tx) -> None:
    """Let another worker have the plan, at once."""
    plans = PlanRepository(tx)
    plan = await plans.get_for_update(queued.plan_id)
    if _is_current(plan, attempt):
        await plans.save(plan.given_back())
        await PlanQueue(tx).give_back(queued)


async def conclude(queued: QueuedPlan, attempt: int, ending: Found | Failed, tx: Tx) -> Plan | None:
    """End the plan with what its solve came to; None, and nothing is kept, when it is not ours."""
    plan = await PlanRepository(tx).get_for_update(queued.plan_id)
    if not _is_current(plan, attempt):
        return None
    if isinstance(ending, Failed):
        return await _end(tx, queued, plan.failed(ending.why, tx.now))
    solved = plan.solved(ending.solution, ending.progress, tx.now)
    if ending.content:
        results = ResultRepository(tx)
        await results.keep(solved, ending.content, ending.summary)
        await results.keep_lines(solved, ending.lines)
    return await _end(tx, queued, solved, ending.summary)


async def _end(tx: Tx, queued: QueuedPlan, plan: Plan, summary: bytes | None = None) -> Plan:
    await PlanRepository(tx).save(plan)
    await PlanQueue(tx).end(queued)
    tx.publish(PLANS, str(plan.id), plan.holder, solved_event(plan, summary), tx.now)
    return plan


def _is_current(plan: Plan, attempt: int) -> bool:
    """Whether this attempt may still write: nobody cancelled the plan, or took it up after us."""
    return plan.state is PlanState.SOLVING and plan.attempt == attempt
