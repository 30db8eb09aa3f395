"""A problem whose prices or money turn out otherwise than it says: each thing said once, for all.

What is on order is paid for whatever happens: no cut goes below it, and its price is agreed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from services.capital.optimiser.problem import (
    Ceiling,
    Envelope,
    EnvelopeId,
    Option,
    Problem,
)
from services.capital.optimiser.terms import PAR_PERMILLE

PERCENT: Final = 100

# Of an envelope's allocation, how many hundredths there are after all.
Left: TypeAlias = Callable[[Envelope], int]


def at_prices(problem: Problem, percent: Sequence[int]) -> Problem:
    """Return the problem in which all that is bought costs so much, by year, of what it says.

    That is vehicles, what leases pay, orders placed, remounts, chargers and hire.
    """

    def priced(table: tuple[int, ...]) -> tuple[int, ...]:
        # Some tables are empty: there is nothing to pay.
        pence = zip(table, percent, strict=True) if table else ()
        return tuple(price * share // PERCENT for price, share in pence)

    return replace(
        problem,
        options=tuple(_option(row, priced) for row in problem.options),
        remount_offers=tuple(
            replace(row, price_pence=priced(row.price_pence)) for row in problem.remount_offers
        ),
        charging_sites=tuple(
            replace(row, price_pence=priced(row.price_pence)) for row in problem.charging_sites
        ),
        hires=tuple(replace(row, price_pence=priced(row.price_pence)) for row in problem.hires),
    )


def _option(option: Option, priced: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Option:
    lease = option.lease and replace(
        option.lease, yearly_payment_pence=priced(option.lease.yearly_payment_pence)
    )
    return replace(
        option,
        price_pence=priced(option.price_pence),
        order_charge_pence=priced(option.order_charge_pence),
        lease=lease,
    )


def with_money(problem: Problem, left: Left) -> Problem:
    """Return the problem with so much of each envelope, and as much less under each ceiling."""
    committed = committed_pence(problem)
    envelopes = tuple(
        replace(
            row,
            allocation_pence=max(
                least_to_pay(row, committed[row.envelope_id]),
                row.allocation_pence * left(row) // PERCENT,
            ),
        )
        for row in problem.envelopes
    )
    ceilings = tuple(_lowered(problem, row, committed, left) for row in problem.ceilings)
    return replace(problem, envelopes=envelopes, ceilings=ceilings)


def _lowered(
    problem: Problem, ceiling: Ceiling, committed: Counter[EnvelopeId], left: Left
) -> Ceiling:
    """Lower a ceiling by the share that the envelopes under it lose, not below what is on order."""
    under = [row for row in problem.envelopes if row.envelope_id in ceiling.envelope_ids]
    promised = sum(row.allocation_pence for row in under)
    if not promised:
        return ceiling
    there = sum(row.allocation_pence * left(row) for row in under)
    needed = sum(committed[name] for name in set(ceiling.envelope_ids))
    lowered = ceiling.limit_pence * there // (promised * PERCENT)
    return replace(ceiling, limit_pence=min(ceiling.limit_pence, max(needed, lowered)))


def least_to_pay(envelope: Envelope, committed: int) -> int:
    """Return the least allocation that pays what is on order; no more than it has."""
    shares = (PAR_PERMILLE - envelope.haircut_permille) * (
        PAR_PERMILLE + envelope.over_planning_permille
    )
    needed = -(-committed * PAR_PERMILLE**2 // max(1, shares))
    return min(envelope.allocation_pence, needed)


def committed_pence(problem: Problem) -> Counter[EnvelopeId]:
    """Return what is on order against each envelope."""
    committed: Counter[EnvelopeId] = Counter()
    for row in problem.commitments:
        if row.envelope_id is not None:
            committed[row.envelope_id] += row.cost_pence
    return committed
