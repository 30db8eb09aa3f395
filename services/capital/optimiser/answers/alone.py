"""One trust's part of a problem: its own vehicles, needs and money, and nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from services.capital.optimiser.problem import (
    Ceiling,
    Commitment,
    ConcentrationLimit,
    EnvelopeId,
    Mandate,
    MoveKind,
    MoveRuling,
    Problem,
    TrustCode,
)

Row = TypeVar("Row")
Shared = TypeVar("Shared", Mandate, ConcentrationLimit)


def alone(problem: Problem, trust: TrustCode) -> Problem:
    """Return the problem of the trust with its own money: envelopes that name it and no other.

    Supply is all of it, as if nobody else bought; vehicles come from no other trust.
    """
    envelopes = tuple(row for row in problem.envelopes if row.trusts == (trust,))
    money = frozenset(row.envelope_id for row in envelopes)
    return replace(
        _ruled(problem, trust),
        trusts=(trust,),
        age_profiles=_own(problem.age_profiles, trust),
        cohorts=_own(problem.cohorts, trust),
        commitments=tuple(_paid(row, money) for row in _own(problem.commitments, trust)),
        envelopes=envelopes,
        ceilings=tuple(_over(money, problem.ceilings)),
        needs=_own(problem.needs, trust),
        establishments=_own(problem.establishments, trust),
        life_policies=_own(problem.life_policies, trust),
        disposal_freezes=_own(problem.disposal_freezes, trust),
        commissioning=_own(problem.commissioning, trust),
        mandates=_binding(problem.mandates, trust),
        concentration_limits=_binding(problem.concentration_limits, trust),
        hires=_own(problem.hires, trust),
        transfer_routes=(),
        reserves=_own(problem.reserves, trust),
        revenue_budgets=_own(problem.revenue_budgets, trust),
        charging_sites=_own(problem.charging_sites, trust),
        grid_connections=_own(problem.grid_connections, trust),
        duty_fits=_own(problem.duty_fits, trust),
        remount_offers=_own(problem.remount_offers, trust),
        guarantees=(),
        approved_orders=_own(problem.approved_orders, trust),
    )


def _ruled(problem: Problem, trust: TrustCode) -> Problem:
    """Return the problem with what is ruled for the trust alone."""
    sites = {row.site_id for row in problem.charging_sites if row.trust == trust}
    on_order = {row.commitment_id for row in problem.commitments if row.trust == trust}
    return replace(
        problem,
        order_rulings=_own(problem.order_rulings, trust),
        service_rulings=_own(problem.service_rulings, trust),
        move_rulings=_own(_staying(problem.move_rulings), trust),
        hire_rulings=_own(problem.hire_rulings, trust),
        charger_rulings=tuple(row for row in problem.charger_rulings if row.site_id in sites),
        cancellation_rulings=tuple(
            row for row in problem.cancellation_rulings if row.commitment_id in on_order
        ),
    )


def _own(rows: tuple[Row, ...], trust: TrustCode) -> tuple[Row, ...]:
    """Keep the rows of the trust, and those of every trust."""
    return tuple(row for row in rows if getattr(row, "trust", None) in {None, trust})


def _staying(rows: tuple[MoveRuling, ...]) -> tuple[MoveRuling, ...]:
    # A trust alone gives nothing, and is given nothing.
    return tuple(row for row in rows if row.kind is not MoveKind.TRANSFER)


def _paid(row: Commitment, money: frozenset[EnvelopeId]) -> Commitment:
    # What others pay for comes all the same: it is on order.
    return row if row.envelope_id in money else replace(row, envelope_id=None)


def _over(money: frozenset[EnvelopeId], ceilings: tuple[Ceiling, ...]) -> Iterator[Ceiling]:
    """Yield what each ceiling is over the money alone: others leave all of it."""
    for row in ceilings:
        left = tuple(name for name in row.envelope_ids if name in money)
        if left:
            yield replace(row, envelope_ids=left)


def _binding(rows: tuple[Shared, ...], trust: TrustCode) -> tuple[Shared, ...]:
    """Keep what binds the trust, of no other trust; what names none binds every one."""
    return tuple(
        replace(row, trusts=(trust,)) if row.trusts else row
        for row in rows
        if trust in (row.trusts or (trust,))
    )
