"""Plans in PostgreSQL, and how far their solves are. One method, one statement."""

from collections.abc import Collection
from datetime import timedelta

from services.capital.domain.plan import (
    Plan,
    PlanNotFound,
    PlanState,
    Progress,
    SearchLimits,
    Solution,
)
from services.capital.optimiser.plan import Outcome
from services.kernel.ids import OdsCode, PlanId, ScenarioId
from services.runtime.paging import Page
from services.runtime.tx import Row, Tx


class PlanRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def count_unsolved(self, holder: OdsCode) -> int:
        """Count the holder's plans that wait or are solved, and keep others from adding one."""
        await self._tx.execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('unsolved plans of ' || $1, 0))
            """,
            holder,
        )
        count: int = await self._tx.fetchval(
            """
            SELECT count(*)
              FROM plan
             WHERE holder = $1
               AND state IN ('QUEUED', 'SOLVING')
            """,
            holder,
        )
        return count

    async def add(self, plan: Plan) -> None:
        await self._tx.execute(
            """
            INSERT INTO plan (id, scenario_id, holder, trusts, vehicles, seconds, gap_ppm, seed,
                              requested_by, requested_at, state, attempt, job_id, phase, elapsed,
                              failure, version, stall_seconds)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """,
            plan.id,
            plan.scenario_id,
            plan.holder,
            plan.trusts,
            plan.vehicles,
            plan.limits.seconds,
            plan.limits.gap_ppm,
            plan.limits.seed,
            plan.requested_by,
            plan.requested_at,
            plan.state,
            plan.attempt,
            plan.job_id,
            plan.progress.phase,
            plan.progress.elapsed,
            plan.failure,
            plan.version,
            plan.limits.stall_seconds,
        )

    async def get(self, plan_id: PlanId) -> Plan:
        row = await self._tx.fetchrow(
            """
            SELECT id, scenario_id, holder, trusts, vehicles, seconds, gap_ppm, seed, requested_by,
                   requested_at, state, attempt, excused, job_id, phase, incumbent_pence,
                   bound_pence, elapsed, outcome, content_hash, engine, took, failure, solved_at,
                   submitted_by, approved_by, approved_at, version, step, stall_seconds
              FROM plan
             WHERE id = $1
            """,
            plan_id,
        )
        if row is None:
            raise PlanNotFound("plan not found")
        return _plan(row)

    async def get_for_update(self, plan_id: PlanId) -> Plan:
        """Return the plan, locked until the transaction ends."""
        row = await self._tx.fetchrow(
            """
            SELECT id, scenario_id, holder, trusts, vehicles, seconds, gap_ppm, seed, requested_by,
                   requested_at, state, attempt, excused, job_id, phase, incumbent_pence,
                   bound_pence, elapsed, outcome, content_hash, engine, took, failure, solved_at,
                   submitted_by, approved_by, approved_at, version, step, stall_seconds
              FROM plan
             WHERE id = $1
               FOR UPDATE
            """,
            plan_id,
        )
        if row is None:
            raise PlanNotFound("plan not found")
        return _plan(row)

    async def has_changed(self, plan_id: PlanId, since: str) -> bool:
        """Whether the plan changed in the transaction `since` or a later one."""
        changed: bool = await self._tx.fetchval(
            """
            SELECT EXISTS (
                       SELECT
                         FROM plan
                        WHERE id = $1
                          AND changed_xid >= $2::text::xid8
                   )
            """,
            plan_id,
            since,
        )
        return changed

    async def page(
        self, scenario_id: ScenarioId | None, states: Collection[PlanState], page: Page
    ) -> list[Plan]:
        """Return plans newest first, of one scenario or all in sight; no state named: all."""
        rows = await self._tx.fetch(
            """
            SELECT id, scenario_id, holder, trusts, vehicles, seconds, gap_ppm, seed, requested_by,
                   requested_at, state, attempt, excused, job_id, phase, incumbent_pence,
                   bound_pence, elapsed, outcome, content_hash, engine, took, failure, solved_at,
                   submitted_by, approved_by, approved_at, version, step, stall_seconds
              FROM plan
             WHERE ($1::uuid IS NULL OR scenario_id = $1)
               AND (cardinality($2::text[]) = 0 OR state = ANY ($2::text[]))
               AND ($3::timestamptz IS NULL OR (requested_at, id) < ($3, $4::uuid))
             ORDER BY requested_at DESC, id DESC
             LIMIT $5
            """,
            scenario_id,
            list(states),
            *(page.after or (None, None)),
            page.limit,
        )
        return [_plan(row) for row in rows]

    async def save(self, plan: Plan) -> None:
        """Write what a move changed. The plan must be locked."""
        solution = plan.solution
        await self._tx.execute(
            """
            UPDATE plan
               SET state = $2, attempt = $3, phase = $4, incumbent_pence = $5, bound_pence = $6,
                   elapsed = $7, outcome = $8, content_hash = nullif($9, ''), engine = $10,
                   took = $11, failure = $12, solved_at = $13, submitted_by = $14,
                   approved_by = $15, approved_at = $16, version = $17, excused = $18,
                   step = step + 1,
                   changed_xid = pg_current_xact_id()
             WHERE id = $1
            """,
            plan.id,
            plan.state,
            plan.attempt,
            plan.progress.phase,
            plan.progress.incumbent_pence,
            plan.progress.bound_pence,
            plan.progress.elapsed,
            solution.outcome if solution else None,
            solution.content_hash if solution else "",
            solution.engine if solution else None,
            solution.took if solution else None,
            plan.failure,
            plan.solved_at,
            plan.submitted_by,
            plan.approved_by,
            plan.approved_at,
            plan.version,
            plan.excused,
        )

    async def note(self, plan_id: PlanId, attempt: int, progress: Progress) -> bool:
        """Write how far the solve is, and wake who watches; False: another attempt has it."""
        rows = await self._tx.fetch(
            """
              WITH noted AS (
                       UPDATE plan
                          SET phase = $3, incumbent_pence = $4, bound_pence = $5, elapsed = $6,
                              step = step + 1, changed_xid = pg_current_xact_id()
                        WHERE id = $1
                          AND attempt = $2
                          AND state = 'SOLVING'
                       RETURNING id
                   )
            SELECT pg_notify('outbox', '')
              FROM noted
            """,
            plan_id,
            attempt,
            progress.phase,
            progress.incumbent_pence,
            progress.bound_pence,
            progress.elapsed,
        )
        return bool(rows)


def _plan(row: Row) -> Plan:
    return Plan(
        id=PlanId(row["id"]),
        scenario_id=ScenarioId(row["scenario_id"]),
        holder=OdsCode(row["holder"]),
        trusts=tuple(map(OdsCode, row["trusts"])),
        vehicles=row["vehicles"],
        limits=SearchLimits(
            seconds=row["seconds"],
            gap_ppm=row["gap_ppm"],
            seed=row["seed"],
            stall_seconds=row["stall_seconds"],
        ),
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        state=PlanState(row["state"]),
        attempt=row["attempt"],
        excused=row["excused"],
        job_id=row["job_id"],
        progress=Progress(
            phase=row["phase"],
            incumbent_pence=row["incumbent_pence"],
            bound_pence=row["bound_pence"],
            elapsed=row["elapsed"],
        ),
        solution=_solution(row),
        failure=row["failure"],
        solved_at=row["solved_at"],
        submitted_by=row["submitted_by"],
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
        version=row["version"],
        step=row["step"],
    )


def _solution(row: Row) -> Solution | None:
    if row["outcome"] is None:
        return None
    return Solution(
        outcome=Outcome(row["outcome"]),
        content_hash=row["content_hash"] or "",
        engine=row["engine"],
        took=row["took"] or timedelta(),
    )
