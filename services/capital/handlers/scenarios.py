"""Scenarios frozen, listed, and given away whole."""

from uuid import uuid4

from services.capital.domain.freeze import frozen, types_covered
from services.capital.domain.inputs import Inputs
from services.capital.domain.scenario import Question, Scenario
from services.capital.handlers.gather import gather
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.problem import Problem
from services.capital.problem_wire import problem_to_proto
from services.capital.repository.scenarios import ScenarioRepository
from services.kernel.ids import OdsCode, ScenarioId
from services.runtime.paging import Page
from services.runtime.tx import Tx


async def create_scenario(tx: Tx, holder: OdsCode, name: str, question: Question) -> Scenario:
    """Freeze what is live, with the question's changes, under the hash of its content."""
    tx.scope.require_org(holder)
    for trust in question.trusts:
        tx.scope.require_read_org(trust)
    inputs = await gather(tx, holder, question)
    problem = frozen(inputs, question)
    scenario = Scenario(
        id=ScenarioId(uuid4()),
        holder=holder,
        name=name,
        content_hash=problem_hash(problem),
        question=question,
        vehicle_types=types_covered(inputs, question),
        vehicles=len(inputs.vehicles),
        frozen_at=tx.now,
        created_by=tx.scope.subject,
    )
    await _add(tx, scenario, problem, inputs)
    return scenario


async def list_scenarios(tx: Tx, holder: OdsCode | None, page: Page) -> tuple[list[Scenario], str]:
    if holder is not None:
        tx.scope.require_read_org(holder)
    rows = await ScenarioRepository(tx).page(holder, page)
    return page.cut(rows, lambda row: (row.frozen_at, row.id))


async def scenario_problem(tx: Tx, scenario_id: ScenarioId) -> bytes:
    """Return the scenario's problem, a serialised makeready.capital.v1.RenewalProblem."""
    return await ScenarioRepository(tx).problem(scenario_id)


async def _add(tx: Tx, scenario: Scenario, problem: Problem, inputs: Inputs) -> None:
    content = problem_to_proto(problem).SerializeToString(deterministic=True)
    used = {row.envelope_id for row in problem.envelopes}
    scenarios = ScenarioRepository(tx)
    await scenarios.add(scenario, content)
    await scenarios.add_vehicles(scenario, inputs.vehicles)
    await scenarios.add_envelopes(
        scenario, (row for row in inputs.envelopes if str(row.id) in used)
    )
