"""What a scenario freezes, read from what is known of fleet and hubs and what capital was told."""

from collections.abc import Iterable

from services.capital.domain.ages import years_of
from services.capital.domain.catalogue import Catalogue, CatalogueNotFound
from services.capital.domain.inputs import Inputs, LifeAges
from services.capital.domain.scenario import NothingToPlan, Question
from services.capital.repository.catalogues import CatalogueRepository
from services.capital.repository.envelopes import EnvelopeRepository
from services.capital.repository.fleet import FleetRepository
from services.capital.repository.known import KnownRepository, PolicyMonths
from services.capital.repository.requirements import RequirementRepository
from services.capital.wire.catalogue import stored_catalogue
from services.kernel.ids import OdsCode
from services.runtime.tx import Tx


async def gather(tx: Tx, holder: OdsCode, question: Question) -> Inputs:
    """Return all that the question's problem is made of; refused when there is no vehicle."""
    known = KnownRepository(tx)
    vehicles = await FleetRepository(tx).serving(question.trusts, question.vehicle_types)
    if not vehicles:
        raise NothingToPlan(question.trusts)
    return Inputs(
        vehicles=tuple(vehicles),
        catalogue=await _catalogue(tx, holder),
        envelopes=tuple(await EnvelopeRepository(tx).open_to(question.trusts, question.horizon)),
        requirements=tuple(await RequirementRepository(tx).of(question.trusts)),
        life_ages=_life_ages(await known.policies(question.trusts)),
        commissioning_per_week=await known.commissioning_per_week(question.trusts),
    )


async def _catalogue(tx: Tx, holder: OdsCode) -> Catalogue:
    stored = await CatalogueRepository(tx).find(holder)
    if stored is None:
        raise CatalogueNotFound(f"no catalogue of {holder}")
    return stored_catalogue(stored.content, stored.version)


def _life_ages(policies: Iterable[PolicyMonths]) -> tuple[LifeAges, ...]:
    return tuple(
        LifeAges(
            trust=row.trust,
            vehicle_type=row.vehicle_type,
            target_years=years_of(row.target),
            maximum_years=max(years_of(row.maximum), years_of(row.target)) if row.maximum else 0,
        )
        for row in policies
        if row.target or row.maximum
    )
