"""What may be bought, and what trusts need."""

from dataclasses import replace

from services.capital.domain.catalogue import Catalogue, CatalogueNotFound
from services.capital.domain.requirement import Requirement
from services.capital.repository.catalogues import CatalogueRepository, StoredCatalogue
from services.capital.repository.requirements import RequirementRepository
from services.capital.wire.catalogue import catalogue_bytes
from services.kernel.errors import Conflict
from services.kernel.ids import OdsCode
from services.runtime.rpc.etags import EtagMismatch, check_etag
from services.runtime.tx import Tx


async def set_catalogue(tx: Tx, given: Catalogue, etag: str) -> Catalogue:
    tx.scope.require_org(given.holder)
    catalogues = CatalogueRepository(tx)
    current = await catalogues.version_for_update(given.holder)
    _require_read(current, etag)
    catalogue = replace(given, version=(current or 0) + 1)
    stored = StoredCatalogue(content=catalogue_bytes(catalogue), version=catalogue.version)
    if not await catalogues.save(catalogue.holder, stored):
        raise Conflict("the catalogue was set meanwhile; read it, then replace it")
    return catalogue


async def get_catalogue(tx: Tx, holder: OdsCode) -> StoredCatalogue:
    tx.scope.require_read_org(holder)
    stored = await CatalogueRepository(tx).find(holder)
    if stored is None:
        raise CatalogueNotFound(f"no catalogue of {holder}")
    return stored


async def set_requirement(tx: Tx, requirement: Requirement) -> Requirement:
    tx.scope.require_org(requirement.trust)
    await RequirementRepository(tx).save(requirement)
    return requirement


def _require_read(current: int | None, etag: str) -> None:
    """Refuse who replaces what is not there, or sets again without having read what is."""
    if current is None and etag:
        raise CatalogueNotFound("there is no catalogue to replace")
    if current is None:
        return
    if not etag:
        raise EtagMismatch(
            "there is a catalogue; read it, then replace it",
            expected="none",
            current=str(current),
        )
    check_etag(etag, current)
