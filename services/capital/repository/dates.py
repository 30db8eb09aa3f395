"""Plans in force and the dates they give vehicles, in PostgreSQL: one of each at any time."""

from collections.abc import Collection
from dataclasses import dataclass

from services.capital.domain.lines import ReplacementDate
from services.capital.domain.plan import Plan
from services.kernel.ids import EnvelopeId, OdsCode, PlanId, VehicleId
from services.runtime.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    plan_id: PlanId
    holder: OdsCode


class DateRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def claim(self, plan: Plan) -> set[InForce]:
        """Return the plans in force for the plan's trusts, and keep all others from changing that.

        A trust without one gets this plan, which is then among those returned.
        """
        rows = await self._tx.fetch(
            """
            INSERT INTO plan_in_force AS present (trust, plan_id, holder)
            SELECT trust, $1, $2
              FROM unnest($3::text[]) AS covered (trust)
             ORDER BY trust
                ON CONFLICT (trust) DO UPDATE
               SET plan_id = present.plan_id
            RETURNING plan_id, holder
            """,
            plan.id,
            plan.holder,
            plan.trusts,
        )
        return {
            InForce(plan_id=PlanId(row["plan_id"]), holder=OdsCode(row["holder"])) for row in rows
        }

    async def end(self, plans: Collection[PlanId]) -> None:
        await self._tx.execute(
            """
            DELETE FROM plan_in_force
             WHERE plan_id = ANY ($1::uuid[])
            """,
            list(plans),
        )

    async def begin(self, plan: Plan) -> None:
        await self._tx.execute(
            """
            INSERT INTO plan_in_force (trust, plan_id, holder)
            SELECT trust, $1, $2
              FROM unnest($3::text[]) AS covered (trust)
                ON CONFLICT (trust) DO NOTHING
            """,
            plan.id,
            plan.holder,
            plan.trusts,
        )

    async def lift(self, plan: Plan) -> list[ReplacementDate]:
        """Take away the dates of vehicles that the plan keeps, and return them as lifted."""
        rows = await self._tx.fetch(
            """
            DELETE FROM replacement_date AS present
             USING plan_line AS line
             WHERE line.plan_id = $1
               AND line.action = 'KEEP'
               AND present.vehicle_id = line.vehicle_id
            RETURNING line.vehicle_id, line.trust, line.plan_id, line.financial_year,
                      line.option_id, line.envelope_id
            """,
            plan.id,
        )
        return [_date(row) for row in rows]

    async def give(self, plan: Plan) -> list[ReplacementDate]:
        """Give every vehicle that goes its date; return the dates by trust and fleet number."""
        rows = await self._tx.fetch(
            """
              WITH going AS (
                       SELECT vehicle_id, trust, fleet_number, plan_id, financial_year, option_id,
                              envelope_id
                         FROM plan_line
                        WHERE plan_id = $1
                          AND action <> 'KEEP'
                   ), given AS (
                       INSERT INTO replacement_date (vehicle_id, trust, plan_id, financial_year)
                       SELECT vehicle_id, trust, plan_id, financial_year
                         FROM going
                           ON CONFLICT (vehicle_id) DO UPDATE
                          SET trust = excluded.trust,
                              plan_id = excluded.plan_id,
                              financial_year = excluded.financial_year
                   )
            SELECT vehicle_id, trust, plan_id, financial_year, option_id, envelope_id
              FROM going
             ORDER BY trust, fleet_number, vehicle_id
            """,
            plan.id,
        )
        return [_date(row) for row in rows]


def _date(row: Row) -> ReplacementDate:
    return ReplacementDate(
        vehicle_id=VehicleId(row["vehicle_id"]),
        trust=OdsCode(row["trust"]),
        plan_id=PlanId(row["plan_id"]),
        financial_year=row["financial_year"],
        option_id=row["option_id"],
        envelope_id=EnvelopeId(row["envelope_id"]) if row["envelope_id"] else None,
    )
