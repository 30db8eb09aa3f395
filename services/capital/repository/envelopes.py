"""Envelopes in PostgreSQL. One method, one statement, written out in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.capital.domain.envelope import Certainty, Envelope, Fund, HolderKind
from services.kernel.errors import Conflict
from services.kernel.ids import EnvelopeId, OdsCode
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.paging import Page
from services.runtime.tx import Row, Tx

# Where a listing begins, as the sort key of a row before all others: financial year, holder, fund.
FIRST: Final = (0, "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeFilter:
    """Which envelopes are listed. None and 0: any."""

    holder: OdsCode | None = None
    trust: OdsCode | None = None
    from_financial_year: int = 0
    to_financial_year: int = 0


class EnvelopeRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def find_for_update(
        self, holder: OdsCode, fund: Fund, financial_year: int
    ) -> Envelope | None:
        """Return the envelope, locked until the transaction ends, if there is one."""
        row = await self._tx.fetchrow(
            """
            SELECT id, holder, holder_name, holder_kind, fund, financial_year, allocation_pence,
                   certainty, trusts, vehicle_types, technologies, source, version
              FROM envelope
             WHERE holder = $1
               AND fund = $2
               AND financial_year = $3
               FOR UPDATE
            """,
            holder,
            fund,
            financial_year,
        )
        return _envelope(row) if row else None

    async def page(self, wanted: EnvelopeFilter, page: Page) -> list[Envelope]:
        rows = await self._tx.fetch(
            """
            SELECT id, holder, holder_name, holder_kind, fund, financial_year, allocation_pence,
                   certainty, trusts, vehicle_types, technologies, source, version
              FROM envelope
             WHERE ($1::text IS NULL OR holder = $1)
               AND ($2::text IS NULL OR $2 = ANY (trusts))
               AND financial_year >= $3
               AND ($4 = 0 OR financial_year <= $4)
               AND (financial_year, holder, fund) > ($5, $6, $7)
             ORDER BY financial_year, holder, fund
             LIMIT $8
            """,
            wanted.holder,
            wanted.trust,
            wanted.from_financial_year,
            wanted.to_financial_year,
            *(page.after or FIRST),
            page.limit,
        )
        return [_envelope(row) for row in rows]

    async def open_to(self, trusts: Sequence[OdsCode], years: range) -> list[Envelope]:
        """Return the envelopes of the years that any of the trusts may draw on."""
        rows = await self._tx.fetch(
            """
            SELECT id, holder, holder_name, holder_kind, fund, financial_year, allocation_pence,
                   certainty, trusts, vehicle_types, technologies, source, version
              FROM envelope
             WHERE trusts && $1::text[]
               AND financial_year BETWEEN $2 AND $3
             ORDER BY financial_year, holder, fund
            """,
            list(trusts),
            years[0],
            years[-1],
        )
        return [_envelope(row) for row in rows]

    async def add(self, envelope: Envelope) -> None:
        """Add the envelope; refused when another call allocated the same one meanwhile."""
        status = await self._tx.execute(
            """
            INSERT INTO envelope (id, holder, holder_name, holder_kind, fund, financial_year,
                                  allocation_pence, certainty, trusts, vehicle_types, technologies,
                                  source, version, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                ON CONFLICT ON CONSTRAINT envelope_of_holder_fund_year DO NOTHING
            """,
            envelope.id,
            envelope.holder,
            envelope.holder_name,
            envelope.holder_kind,
            envelope.fund,
            envelope.financial_year,
            envelope.allocation_pence,
            envelope.certainty,
            envelope.trusts,
            envelope.vehicle_types,
            envelope.technologies,
            envelope.source,
            envelope.version,
            self._tx.now,
        )
        if status != "INSERT 0 1":
            raise Conflict("the envelope was allocated meanwhile; read it, then revise it")

    async def revise(self, envelope: Envelope) -> None:
        await self._tx.execute(
            """
            UPDATE envelope
               SET holder_name = $2, holder_kind = $3, allocation_pence = $4, certainty = $5,
                   trusts = $6, vehicle_types = $7, technologies = $8, source = $9, version = $10,
                   changed_at = $11
             WHERE id = $1
            """,
            envelope.id,
            envelope.holder_name,
            envelope.holder_kind,
            envelope.allocation_pence,
            envelope.certainty,
            envelope.trusts,
            envelope.vehicle_types,
            envelope.technologies,
            envelope.source,
            envelope.version,
            self._tx.now,
        )


def _envelope(row: Row) -> Envelope:
    return Envelope(
        id=EnvelopeId(row["id"]),
        holder=OdsCode(row["holder"]),
        holder_name=row["holder_name"],
        holder_kind=HolderKind(row["holder_kind"]),
        fund=Fund(row["fund"]),
        financial_year=row["financial_year"],
        allocation_pence=row["allocation_pence"],
        certainty=Certainty(row["certainty"]),
        trusts=tuple(map(OdsCode, row["trusts"])),
        vehicle_types=tuple(map(VehicleType, row["vehicle_types"])),
        technologies=tuple(map(Technology, row["technologies"])),
        source=row["source"],
        version=row["version"],
    )
