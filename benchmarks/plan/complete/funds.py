"""Money on terms: carried forward, indicative, over-planned, under ceilings; revenue; on order."""

from collections import Counter
from dataclasses import replace
from typing import Final

from benchmarks.plan.complete.codes import WEST_MIDLANDS
from benchmarks.plan.complete.vehicles import running_pence
from benchmarks.plan.figures import BEV, FIRST_YEAR, NATIONAL_FIRM_YEARS
from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Commitment,
    Envelope,
    Problem,
    RevenueBudget,
)

# Of a provider's allocation, what may wait a year, in hundredths; and what sales return to it.
CARRIED_PERCENT: Final = 20
RETURNED_PERMILLE: Final = 500
# Systems plan over what they hold; what is national and not yet firm is counted on for less.
OVER_PERMILLE: Final = 50
HAIRCUT_PERMILLE: Final = 150
# Of what all local envelopes of a year hold, and of all regional grants over the years.
LOCAL_PERCENT: Final = 97
GRANTS_PERCENT: Final = 90
CANCELLED_PERCENT: Final = 12
# Of what the fleet costs to run as the horizon begins, at the prices of the year.
REVENUE_PERCENT: Final = 104


def firm_and_indicative(problem: Problem) -> Problem:
    """Providers carry forward and have a share of sales; systems over-plan; later money may not be.

    What is carried is not over-planned.
    """
    return replace(problem, envelopes=tuple(map(_on_terms, problem.envelopes)))


def _on_terms(row: Envelope) -> Envelope:
    holder = row.envelope_id.partition("-")[0]
    if holder == "provider":
        carried = row.allocation_pence * CARRIED_PERCENT // 100
        return replace(row, carry_forward_pence=carried, proceeds_permille=RETURNED_PERMILLE)
    if holder == "system":
        return replace(row, over_planning_permille=OVER_PERMILLE)
    if holder == "national" and row.financial_year >= FIRST_YEAR + NATIONAL_FIRM_YEARS:
        return replace(row, indicative=True, haircut_permille=HAIRCUT_PERMILLE)
    return row


def under_ceilings(problem: Problem) -> Problem:
    """A year's local money together is capped, and so are the grants of all years."""
    local = [
        _ceiling(
            f"local-{year}",
            [
                row
                for row in problem.envelopes
                if row.financial_year == year and row.envelope_id.startswith(("provider", "system"))
            ],
            LOCAL_PERCENT,
        )
        for year in problem.horizon
    ]
    grants = [row for row in problem.envelopes if row.technologies == (BEV,)]
    return replace(problem, ceilings=(*local, _ceiling("grants", grants, GRANTS_PERCENT)))


def _ceiling(name: str, envelopes: list[Envelope], percent: int) -> Ceiling:
    return Ceiling(
        ceiling_id=CeilingId(name),
        holder="NHS England",
        limit_pence=sum(row.allocation_pence for row in envelopes) * percent // 100,
        envelope_ids=tuple(row.envelope_id for row in envelopes),
    )


def cancellable(problem: Problem) -> Problem:
    """What West Midlands has on order it may cancel, at a part of the price."""

    def on_terms(row: Commitment) -> Commitment:
        if row.trust != WEST_MIDLANDS:
            return row
        price = row.price_pence * CANCELLED_PERCENT // 100
        return replace(row, cancellable=True, cancellation_price_pence=price)

    return replace(problem, commitments=tuple(map(on_terms, problem.commitments)))


def on_revenue(problem: Problem) -> Problem:
    """No trust's vehicles cost more in a year than they did, but for prices."""
    running: Counter[str] = Counter()
    for row in problem.cohorts:
        running[row.trust] += running_pence(problem, row)
    budgets = tuple(
        RevenueBudget(
            trust=trust,
            financial_year=year,
            limit_pence=running[trust] * index * REVENUE_PERCENT // 100_000,
        )
        for trust in problem.trusts
        for year, index in zip(problem.horizon, problem.price_index_permille, strict=False)
    )
    return replace(problem, revenue_budgets=budgets)
