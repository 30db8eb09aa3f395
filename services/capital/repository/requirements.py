"""What trusts need, in PostgreSQL. One method, one statement, written out in full."""

from collections.abc import Sequence

from services.capital.domain.requirement import Requirement
from services.kernel.ids import OdsCode
from services.kernel.vehicle import VehicleType
from services.runtime.tx import Row, Tx


class RequirementRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def save(self, requirement: Requirement) -> None:
        """Put the requirement in place of one for the same trust, type and year."""
        await self._tx.execute(
            """
            INSERT INTO requirement (trust, vehicle_type, from_financial_year, required_available,
                                     establishment_minimum, establishment_maximum)
            VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (trust, vehicle_type, from_financial_year) DO UPDATE
               SET required_available = excluded.required_available,
                   establishment_minimum = excluded.establishment_minimum,
                   establishment_maximum = excluded.establishment_maximum
            """,
            requirement.trust,
            requirement.vehicle_type,
            requirement.from_financial_year,
            requirement.required_available,
            requirement.establishment_minimum,
            requirement.establishment_maximum,
        )

    async def of(self, trusts: Sequence[OdsCode]) -> list[Requirement]:
        rows = await self._tx.fetch(
            """
            SELECT trust, vehicle_type, from_financial_year, required_available,
                   establishment_minimum, establishment_maximum
              FROM requirement
             WHERE trust = ANY ($1::text[])
             ORDER BY trust, vehicle_type, from_financial_year
            """,
            list(trusts),
        )
        return [_requirement(row) for row in rows]


def _requirement(row: Row) -> Requirement:
    return Requirement(
        trust=OdsCode(row["trust"]),
        vehicle_type=VehicleType(row["vehicle_type"]),
        from_financial_year=row["from_financial_year"],
        required_available=row["required_available"],
        establishment_minimum=row["establishment_minimum"],
        establishment_maximum=row["establishment_maximum"],
    )
