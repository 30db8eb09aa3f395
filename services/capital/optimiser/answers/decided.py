"""What a plan decides, each thing once: rows by which two plans can be compared."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from services.capital.optimiser.answers.words import vehicles_words
from services.capital.optimiser.plan import Decisions, Moved
from services.capital.optimiser.terms import MoveKind


class Verb(StrEnum):
    """What may be done, in the order in which it is told."""

    BUY = "buy"
    LET_GO = "let go"
    GIVE = "give"
    RESERVE = "put in reserve"
    REMOUNT = "remount"
    HIRE = "hire"
    WIRE = "buy chargers"
    CANCEL = "cancel"


OF_MOVES: Final = {
    MoveKind.TRANSFER: Verb.GIVE,
    MoveKind.RESERVE: Verb.RESERVE,
    MoveKind.REMOUNT: Verb.REMOUNT,
}


class Deed(NamedTuple):
    """One thing that is decided; a cancellation has no year."""

    verb: Verb
    what: str
    year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How many vehicles, or chargers, a first plan and a second decide of one thing."""

    verb: Verb
    what: str
    financial_year: int | None
    before: int
    after: int


def changes(before: Decisions, after: Decisions) -> Iterator[Change]:
    """Yield what the second decides otherwise than the first: by kind, by what, by year."""
    first, second = _deeds(before), _deeds(after)
    for deed in sorted({*first, *second}, key=_place):
        if first[deed] != second[deed]:
            yield Change(
                verb=deed.verb,
                what=deed.what,
                financial_year=deed.year,
                before=first[deed],
                after=second[deed],
            )


def _place(deed: Deed) -> tuple[int, str, int]:
    return [*Verb].index(deed.verb), deed.what, deed.year or 0


def _deeds(decisions: Decisions) -> Counter[Deed]:
    deeds: Counter[Deed] = Counter()
    for deed, count in _each(decisions):
        deeds[deed] += count
    return deeds


def _each(decisions: Decisions) -> Iterator[tuple[Deed, int]]:
    for bought in decisions.purchases:
        what = f"{bought.option_id} for {bought.trust}"
        yield Deed(Verb.BUY, what, bought.delivery_year), bought.vehicles
    for gone in decisions.disposals:
        yield Deed(Verb.LET_GO, vehicles_words(gone.vintage), gone.financial_year), gone.vehicles
    for moved in decisions.moves:
        yield Deed(OF_MOVES[moved.kind], _moving(moved), moved.financial_year), moved.vehicles
    for hired in decisions.hires:
        what = f"{hired.vehicle_type} for {hired.trust}"
        yield Deed(Verb.HIRE, what, hired.financial_year), hired.vehicles
    for wired in decisions.chargers:
        yield Deed(Verb.WIRE, f"at {wired.site_id}", wired.financial_year), wired.chargers
    for cancelled in decisions.cancellations:
        yield Deed(Verb.CANCEL, f"of {cancelled.commitment_id}", None), cancelled.vehicles


def _moving(moved: Moved) -> str:
    receiver = f" to {moved.to_trust}" if moved.kind is MoveKind.TRANSFER else ""
    return vehicles_words(moved.source) + receiver
