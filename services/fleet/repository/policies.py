"""Life policies in PostgreSQL: added, never changed."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TypeAlias

import asyncpg

from services.fleet.domain.kinds import LifePolicyId
from services.fleet.domain.policy import LifePolicy, LifeSpan
from services.fleet.domain.refusals import LifePolicyExists
from services.kernel.ids import OdsCode
from services.kernel.vehicle import VehicleType
from services.runtime.db import violates
from services.runtime.tx import Row, Tx

Covered: TypeAlias = tuple[OdsCode, VehicleType]


class PolicyRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, policy: LifePolicy) -> None:
        """Add a policy; refused when one of the same trust and type begins on the same day."""
        span = policy.span
        try:
            await self._tx.execute(
                """
                INSERT INTO life_policy
                       (life_policy_id, org, vehicle_type, effective_from, target_age_months,
                        maximum_age_months, target_miles, planning_window_months)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                policy.id,
                policy.org,
                policy.vehicle_type,
                policy.effective_from,
                span.target_age_months,
                span.maximum_age_months,
                span.target_miles,
                span.planning_window_months,
            )
        except asyncpg.UniqueViolationError as error:
            if violates(error, "life_policy_day"):
                day = policy.effective_from
                raise LifePolicyExists(f"a life policy takes effect on {day} already") from None
            raise

    async def in_force(
        self, covered: Collection[Covered], today: date
    ) -> Mapping[Covered, LifePolicy]:
        """Return what decides today for each of these trusts and types that has a policy."""
        rows = await self._tx.fetch(
            """
            SELECT DISTINCT ON (org, vehicle_type)
                   life_policy_id, org, vehicle_type, effective_from, target_age_months,
                   maximum_age_months, target_miles, planning_window_months
              FROM life_policy
              JOIN unnest($1::text[], $2::text[]) AS covered (org, vehicle_type)
                   USING (org, vehicle_type)
             WHERE effective_from <= $3
             ORDER BY org, vehicle_type, effective_from DESC
            """,
            [org for org, _ in covered],
            [vehicle_type for _, vehicle_type in covered],
            today,
        )
        return {(policy.org, policy.vehicle_type): policy for policy in map(_policy, rows)}


def _policy(row: Row) -> LifePolicy:
    return LifePolicy(
        id=LifePolicyId(row["life_policy_id"]),
        org=OdsCode(row["org"]),
        vehicle_type=VehicleType(row["vehicle_type"]),
        effective_from=row["effective_from"],
        span=LifeSpan(
            target_age_months=row["target_age_months"],
            maximum_age_months=row["maximum_age_months"],
            target_miles=row["target_miles"],
            planning_window_months=row["planning_window_months"],
        ),
    )
