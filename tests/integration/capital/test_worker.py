"""Workers and the solver's processes: lost, killed, stopped; and no plan that does not stand up."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.plan_pb2 import Plan, PlanState
from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from demo.client import Client
from services.capital.__main__ import SPEC
from services.capital.domain.plan import Progress, Solution
from services.capital.handlers import solving
from services.capital.handlers.solving import Failed, Found
from services.capital.optimiser.plan import Outcome
from services.capital.planning.examine import examined
from services.capital.planning.worker import Bench
from services.capital.repository.plans import PlanRepository
from services.capital.repository.queue import PlanQueue
from services.kernel.ids import OdsCode, PlanId
from services.runtime.auth.issue import Issuer
from services.runtime.db import Database
from services.runtime.scope import Scope
from tests.conftest import NewDatabase
from tests.delivery import published
from tests.eventually import eventually
from tests.integration.capital import toy
from tests.integration.capital.conftest import working
from tests.served import Served, serving

WORK = Scope.system("queue", [OdsCode("RYA")])
BRIEF = Bench(lease=timedelta(seconds=1))
ENDED = frozenset({PlanState.PLAN_STATE_SOLVED, PlanState.PLAN_STATE_FAILED})


async def planner_with_plan(capital: Served) -> tuple[Client, Plan]:
    planner = capital.client("capital.planner")
    await toy.tell_of_the_fleet(capital.database)
    await toy.set_the_terms(planner)
    return planner, await toy.a_plan(planner, await toy.a_scenario(planner))


async def reaches(reader: Client, plan: Plan, *states: "PlanState.ValueType") -> Plan:
    """Watch the plan until it is in one of the states."""
    request = pb.WatchPlanRequest(plan_id=plan.plan_id)
    async for step in reader.stream(reader.capital.WatchPlan, request):
        if step.plan.state in states:
            return step.plan
    raise AssertionError("the solve ended otherwise")


def solvers() -> list[int]:
    """Return the processes of this test that solve."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    command = b"services.capital.solver_child"
    return [int(pid) for pid in children if command in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def solvers_now() -> list[int]:
    return solvers()


async def attempts(database: Database, plan: Plan) -> int:
    async with database.read(WORK) as tx:
        found: int = await tx.fetchval("SELECT attempt FROM plan WHERE id = $1", UUID(plan.plan_id))
    return found


@asynccontextmanager
async def a_worker_process(dsn: str, issuer: Issuer) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the role that solves as operators do: a process of its own."""
    settings = {
        "MAKEREADY_DSN": dsn,
        "MAKEREADY_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "MAKEREADY_JWKS_FILE": str(issuer.jwks_file),
        "MAKEREADY_JWT_ISSUER": issuer.issuer,
        "MAKEREADY_JWT_AUDIENCE": issuer.audience,
        "MAKEREADY_HEALTH_ADDRESS": "127.0.0.1:0",
        "MAKEREADY_SOLVER_LEASE_SECONDS": "1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.capital", "solve", env={**os.environ, **settings}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_plan_outlives_the_process_that_solved_it(
    new_database: NewDatabase, issuer: Issuer
) -> None:
    made = await new_database("capital")
    async with serving(SPEC, made, issuer) as capital:
        planner, plan = await planner_with_plan(capital)
        async with a_worker_process(made.app_dsn, issuer) as lost:
            await reaches(planner, plan, PlanState.PLAN_STATE_SOLVING)
            lost.kill()
            await lost.wait()

        async with working(capital.database, BRIEF):
            ended = await reaches(planner, plan, *ENDED)

        assert ended.state == PlanState.PLAN_STATE_SOLVED
        assert await attempts(capital.database, plan) == 2
        kinds = [type(event.message).__name__ for event in await published(capital.database)]
        assert kinds.count("RenewalPlanSolved") == 1


async def test_a_solver_that_dies_is_begun_once_more(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)

    async with working(capital.database):
        [pid] = await eventually(solvers_now, bool)
        os.kill(pid, signal.SIGKILL)
        ended = await reaches(planner, plan, *ENDED)

    assert ended.state == PlanState.PLAN_STATE_SOLVED
    assert await attempts(capital.database, plan) == 2


async def test_a_solver_that_dies_twice_fails_the_plan(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)

    async with working(capital.database):
        [first] = await eventually(solvers_now, bool)
        os.kill(first, signal.SIGKILL)
        [second] = await eventually(solvers_now, lambda pids: bool(pids) and pids != [first])
        os.kill(second, signal.SIGKILL)
        ended = await reaches(planner, plan, *ENDED)

    assert ended.state == PlanState.PLAN_STATE_FAILED
    assert ended.failure == "its solver was lost each time it was begun"


async def test_cancelling_ends_the_solver_at_once(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)

    async with working(capital.database):
        await eventually(solvers_now, bool)
        request = pb.CancelPlanRequest(plan_id=plan.plan_id)
        await planner(planner.capital.CancelPlan, request)
        await eventually(solvers_now, [])
        steps = await toy.followed(planner, plan)

    assert [step.state for step in steps] == [PlanState.PLAN_STATE_CANCELLED]


async def test_a_worker_that_stops_gives_its_plan_to_another(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)

    async with working(capital.database):
        await eventually(solvers_now, bool)
    waiting = await toy.read(planner, plan)
    left = solvers()
    async with working(capital.database):
        ended = await reaches(planner, plan, *ENDED)

    assert waiting.state == PlanState.PLAN_STATE_QUEUED
    assert left == []
    assert ended.state == PlanState.PLAN_STATE_SOLVED


@pytest.mark.parametrize(
    ("outcome", "state", "failure"),
    [
        (Outcome.INFEASIBLE, PlanState.PLAN_STATE_INFEASIBLE, "no plan keeps every rule: proved"),
        (
            Outcome.UNKNOWN,
            PlanState.PLAN_STATE_UNKNOWN,
            "the time ran out before any plan was found, and nothing was proved",
        ),
    ],
)
async def test_what_was_not_found_is_said_and_never_pretended(
    capital: Served, outcome: Outcome, state: "PlanState.ValueType", failure: str
) -> None:
    planner, plan = await planner_with_plan(capital)
    solution = Solution(outcome=outcome, content_hash="", engine="none", took=timedelta(seconds=1))
    async with capital.database.write(Scope.system("queue")) as tx:
        queued = await PlanQueue(tx).take(UUID(int=1), timedelta(minutes=1))
    assert queued is not None
    await capital.database.writing(WORK, partial(solving.begin, queued))

    ending = Found(solution=solution, progress=Progress())
    await capital.database.writing(WORK, partial(solving.conclude, queued, 1, ending))

    ended = await toy.read(planner, plan)
    assert (ended.state, ended.failure, ended.content_hash) == (state, failure, "")
    last = (await published(capital.database))[-1]
    assert (last.topic, last.message.plan) == ("capital.plan.v1", ended)  # type: ignore[attr-defined]


async def test_a_plan_that_breaks_a_rule_fails_by_its_name(capital: Served) -> None:
    planner, plan = await planner_with_plan(capital)
    async with working(capital.database):
        await reaches(planner, plan, *ENDED)
    async with capital.database.read(WORK) as tx:
        content = await tx.fetchval("SELECT content FROM plan_result")
        kept = await PlanRepository(tx).get(PlanId(UUID(plan.plan_id)))
        solve = await solving.solve_of(tx, kept)
    forged = RenewalPlan.FromString(content)
    forged.purchases[0].vehicles += 1

    found = examined(solve, RenewalSolve.Solved(plan=forged))

    assert isinstance(found, Failed)
    assert found.why.startswith("the plan found does not stand up: it breaks ")
    assert "vehicles conserved" in found.why
