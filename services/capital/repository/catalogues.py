"""Catalogues in PostgreSQL: each whole, as the bytes that wire writes and reads."""

from dataclasses import dataclass

from services.kernel.ids import OdsCode
from services.runtime.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCatalogue:
    """The content is a serialised makeready.capital.v1.VehicleCatalogue."""

    content: bytes
    version: int


class CatalogueRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def find(self, holder: OdsCode) -> StoredCatalogue | None:
        row = await self._tx.fetchrow(
            """
            SELECT content, version
              FROM catalogue
             WHERE holder = $1
            """,
            holder,
        )
        return StoredCatalogue(content=row["content"], version=row["version"]) if row else None

    async def version_for_update(self, holder: OdsCode) -> int | None:
        """Return the catalogue's version, locked until the transaction ends; None: no catalogue."""
        version: int | None = await self._tx.fetchval(
            """
            SELECT version
              FROM catalogue
             WHERE holder = $1
               FOR UPDATE
            """,
            holder,
        )
        return version

    async def save(self, holder: OdsCode, catalogue: StoredCatalogue) -> bool:
        """Put the catalogue in place of the version before it; False when that is not there."""
        status = await self._tx.execute(
            """
            INSERT INTO catalogue AS present (holder, content, version, changed_at)
            VALUES ($1, $2, $3, $4)
                ON CONFLICT (holder) DO UPDATE
               SET content = excluded.content,
                   version = excluded.version,
                   changed_at = excluded.changed_at
             WHERE present.version = excluded.version - 1
            """,
            holder,
            catalogue.content,
            catalogue.version,
            self._tx.now,
        )
        return status == "INSERT 0 1"
