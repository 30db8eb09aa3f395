"""A problem with a ruling of somebody's in it, and a ruling in words."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar, assert_never

from services.capital.optimiser.answers.words import year_label
from services.capital.optimiser.problem import (
    CancellationRuling,
    ChargerRuling,
    HireRuling,
    MoveKind,
    MoveRuling,
    OrderRuling,
    Problem,
    ServiceRuling,
)
from services.capital.optimiser.problem.ruling import NO_MAXIMUM, Ruling

Kind = TypeVar(
    "Kind", OrderRuling, ServiceRuling, MoveRuling, HireRuling, ChargerRuling, CancellationRuling
)


def ruled(problem: Problem, *rulings: Ruling) -> Problem:
    """Return the problem with the rulings, each in place of one on the same thing."""
    return replace(
        problem,
        order_rulings=_with(problem.order_rulings, rulings, OrderRuling),
        service_rulings=_with(problem.service_rulings, rulings, ServiceRuling),
        move_rulings=_with(problem.move_rulings, rulings, MoveRuling),
        hire_rulings=_with(problem.hire_rulings, rulings, HireRuling),
        charger_rulings=_with(problem.charger_rulings, rulings, ChargerRuling),
        cancellation_rulings=_with(problem.cancellation_rulings, rulings, CancellationRuling),
    )


def ruled_before(problem: Problem, ruling: Ruling) -> Ruling | None:
    """Return what the problem rules on the same thing; None: nothing."""
    same = (row for row in rulings_of(problem) if isinstance(row, type(ruling)))
    return next((row for row in same if row.subject == ruling.subject), None)


def rulings_of(problem: Problem) -> tuple[Ruling, ...]:
    """Return every ruling of the problem."""
    return (
        *problem.order_rulings,
        *problem.service_rulings,
        *problem.move_rulings,
        *problem.hire_rulings,
        *problem.charger_rulings,
        *problem.cancellation_rulings,
    )


def narrows(ruling: Ruling, before: Ruling | None) -> bool:
    """Whether the ruling allows nothing that was not allowed before."""
    if before is None:
        return True
    return before.minimum <= ruling.minimum and ruling.maximum <= before.maximum


def is_open(ruling: Ruling) -> bool:
    """Whether the ruling allows everything: it only says what is spoken of."""
    return not ruling.minimum and ruling.maximum >= NO_MAXIMUM


def allowed(ruling: Ruling) -> str:
    """Return how many there are to be: "no", "at least 2", "1 to 3"."""
    least, most = ruling.minimum, ruling.maximum
    if most >= NO_MAXIMUM:
        return f"at least {least}"
    if least == most:
        return str(least) if least else "no"
    return f"{least} to {most}" if least else f"at most {most}"


def in_words(ruling: Ruling) -> str:
    """Say what is ruled: "no DCA-DIESEL for RYA in 2027/28"."""
    return f"{allowed(ruling)} {_subject(ruling)}"


def _subject(ruling: Ruling) -> str:
    if isinstance(ruling, CancellationRuling):
        return f"vehicles of order {ruling.commitment_id} cancelled"
    year = year_label(ruling.financial_year)
    match ruling:
        case OrderRuling():
            return f"{ruling.option_id} for {ruling.trust} in {year}"
        case ServiceRuling():
            return f"{_vehicles(ruling)} serve {year}"
        case MoveRuling():
            return f"{ruling.vehicle_type} of {ruling.trust} {_moved(ruling)} in {year}"
        case HireRuling():
            return f"{ruling.vehicle_type} hired by {ruling.trust} in {year}"
        case ChargerRuling():
            return f"chargers bought for {ruling.site_id} in {year}"
    assert_never(ruling)


def _vehicles(ruling: ServiceRuling) -> str:
    kind = f"{ruling.vehicle_type} {ruling.technology} of {ruling.entry_year} at {ruling.trust}"
    band = f", in band {ruling.band}," if ruling.band else ""
    return f"{kind}{band}{' in reserve' if ruling.in_reserve else ''}"


def _moved(ruling: MoveRuling) -> str:
    match ruling.kind:
        case MoveKind.TRANSFER:
            return f"given to {ruling.to_trust}"
        case MoveKind.RESERVE:
            return "put in reserve"
        case MoveKind.REMOUNT:
            return "remounted"
    assert_never(ruling.kind)


def _with(known: tuple[Kind, ...], rulings: Iterable[Ruling], kind: type[Kind]) -> tuple[Kind, ...]:
    rows = {row.subject: row for row in known}
    rows |= {row.subject: row for row in rulings if isinstance(row, kind)}
    return tuple(rows.values())
