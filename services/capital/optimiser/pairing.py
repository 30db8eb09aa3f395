"""Who takes whose place: a fleet's disposals of a year met by its deliveries, oldest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from services.capital.optimiser.plan import Decisions, Disposal, Replacement
from services.capital.optimiser.problem import CommitmentId, EnvelopeId, OptionId
from services.capital.optimiser.terms import Fleet, Terms

Place: TypeAlias = tuple[Fleet, int]


@dataclass(slots=True, kw_only=True)
class Newcomers:
    """Vehicles of one purchase or commitment that have not yet taken a place."""

    left: int
    option_id: OptionId | None = None
    envelope_id: EnvelopeId | None = None
    commitment_id: CommitmentId | None = None


def paired(terms: Terms, decisions: Decisions) -> Iterator[Replacement]:
    """Yield what takes the place of each disposal: commitments, then purchases, then nothing."""
    coming = _newcomers(terms, decisions)
    for row in sorted(decisions.disposals, key=_oldest_first):
        fleet = Fleet(row.trust, row.vehicle_type)
        yield from _met(row, coming[fleet, row.financial_year])


def _newcomers(terms: Terms, decisions: Decisions) -> defaultdict[Place, list[Newcomers]]:
    coming: defaultdict[Place, list[Newcomers]] = defaultdict(list)
    for row in sorted(terms.problem.commitments, key=lambda row: row.commitment_id):
        coming[Fleet(row.trust, row.vehicle_type), row.financial_year].append(
            Newcomers(
                left=row.vehicles, envelope_id=row.envelope_id, commitment_id=row.commitment_id
            )
        )
    for bought in sorted(decisions.purchases):
        fleet = Fleet(bought.trust, terms.options[bought.option_id].vehicle_type)
        coming[fleet, bought.delivery_year].append(
            Newcomers(
                left=bought.vehicles, option_id=bought.option_id, envelope_id=bought.envelope_id
            )
        )
    return coming


def _met(disposal: Disposal, coming: list[Newcomers]) -> Iterator[Replacement]:
    """Use up those coming, in order; what is left of the disposal goes unreplaced."""
    # Newcomers are shared by all disposals of the fleet and year: what is taken here is gone.
    left = disposal.vehicles
    for newcomers in coming:
        taken = min(left, newcomers.left)
        if taken:
            newcomers.left -= taken
            left -= taken
            yield _replacement(disposal, taken, newcomers)
    if left:
        yield _replacement(disposal, left, Newcomers(left=left))


def _replacement(disposal: Disposal, vehicles: int, newcomers: Newcomers) -> Replacement:
    return Replacement(
        trust=disposal.trust,
        vehicle_type=disposal.vehicle_type,
        technology=disposal.technology,
        entry_year=disposal.entry_year,
        band=disposal.band,
        in_reserve=disposal.in_reserve,
        box_entry_year=disposal.box_entry_year,
        remounts=disposal.remounts,
        financial_year=disposal.financial_year,
        vehicles=vehicles,
        option_id=newcomers.option_id,
        envelope_id=newcomers.envelope_id,
        commitment_id=newcomers.commitment_id,
    )


def _oldest_first(disposal: Disposal) -> tuple[int, int, Disposal]:
    return disposal.financial_year, disposal.entry_year, disposal
