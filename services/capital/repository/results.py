"""What solves found, in PostgreSQL: written once, by the solve that found it."""

from collections.abc import Collection

from services.capital.domain.catalogue import Kind
from services.capital.domain.lines import PlanAction, PlanLine
from services.capital.domain.plan import Plan
from services.kernel.ids import EnvelopeId, OdsCode, PlanId, VehicleId
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.paging import Page
from services.runtime.tx import Row, Tx


class ResultRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def keep(self, plan: Plan, content: bytes, summary: bytes) -> None:
        """Keep a makeready.capital.v1.RenewalPlan and, worked out from it, a Plan with its sums."""
        await self._tx.execute(
            """
            INSERT INTO plan_result (plan_id, holder, content, summary)
            VALUES ($1, $2, $3, $4)
            """,
            plan.id,
            plan.holder,
            content,
            summary,
        )

    async def keep_lines(self, plan: Plan, lines: Collection[PlanLine]) -> None:
        await self._tx.execute(
            r"""
            INSERT INTO plan_line (plan_id, holder, vehicle_id, fleet_number, trust, vehicle_type,
                                   technology, action, financial_year, option_id, envelope_id,
                                   reasons)
            SELECT $1, $2, vehicle_id, fleet_number, trust, vehicle_type, technology, action,
                   financial_year, option_id, envelope_id, string_to_array(reasons, E'\n')
              FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                          $9::integer[], $10::text[], $11::uuid[], $12::text[])
                   AS line (vehicle_id, fleet_number, trust, vehicle_type, technology, action,
                            financial_year, option_id, envelope_id, reasons)
            """,
            plan.id,
            plan.holder,
            [row.vehicle_id for row in lines],
            [row.fleet_number for row in lines],
            [row.trust for row in lines],
            [row.kind.vehicle_type for row in lines],
            [row.kind.technology for row in lines],
            [row.action for row in lines],
            [row.financial_year for row in lines],
            [row.option_id for row in lines],
            [row.envelope_id for row in lines],
            ["\n".join(row.reasons) for row in lines],
        )

    async def content(self, plan_id: PlanId) -> bytes | None:
        """Return the serialised makeready.capital.v1.RenewalPlan; None: nothing was found."""
        content: bytes | None = await self._tx.fetchval(
            """
            SELECT content
              FROM plan_result
             WHERE plan_id = $1
            """,
            plan_id,
        )
        return content

    async def summary(self, plan_id: PlanId) -> bytes | None:
        """Return a plan's sums, a serialised makeready.capital.v1.Plan; None: there are none."""
        summary: bytes | None = await self._tx.fetchval(
            """
            SELECT summary
              FROM plan_result
             WHERE plan_id = $1
            """,
            plan_id,
        )
        return summary

    async def lines(
        self, plan_id: PlanId, actions: Collection[PlanAction], financial_year: int, page: Page
    ) -> list[PlanLine]:
        """Return lines by trust and fleet number; no action named: all, year 0: all."""
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, fleet_number, trust, vehicle_type, technology, action,
                   financial_year, option_id, envelope_id, reasons
              FROM plan_line
             WHERE plan_id = $1
               AND (cardinality($2::text[]) = 0 OR action = ANY ($2::text[]))
               AND ($3 = 0 OR financial_year = $3)
               AND ($4::text IS NULL OR (trust, fleet_number, vehicle_id) > ($4, $5, $6::uuid))
             ORDER BY trust, fleet_number, vehicle_id
             LIMIT $7
            """,
            plan_id,
            list(actions),
            financial_year,
            *(page.after or (None, None, None)),
            page.limit,
        )
        return [_line(row) for row in rows]


def _line(row: Row) -> PlanLine:
    return PlanLine(
        vehicle_id=VehicleId(row["vehicle_id"]),
        fleet_number=row["fleet_number"],
        trust=OdsCode(row["trust"]),
        kind=Kind(VehicleType(row["vehicle_type"]), Technology(row["technology"])),
        action=PlanAction(row["action"]),
        financial_year=row["financial_year"],
        option_id=row["option_id"],
        envelope_id=EnvelopeId(row["envelope_id"]) if row["envelope_id"] else None,
        reasons=tuple(row["reasons"]),
    )
