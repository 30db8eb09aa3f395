"""What a plan cancels of what is on order."""

from collections.abc import Iterator
from dataclasses import replace

from services.capital.optimiser.plan import Plan
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Terms


def cancelling_violations(terms: Terms, plan: Plan) -> Iterator[Violation]:
    """Yield each cancellation of what may not be, or is not, on order."""
    on_order = {row.commitment_id: row for row in terms.problem.commitments}
    for row in plan.cancellations:
        most = on_order[row.commitment_id].vehicles * on_order[row.commitment_id].cancellable
        if row.vehicles > most:
            detail = f"{row.vehicles} cancelled, where {most} may be"
            yield Violation(rule=Rule.CANCELLATION, subject=row.commitment_id, detail=detail)


def as_cancelled(terms: Terms, plan: Plan) -> Terms:
    """Return the terms in which the plan's cancellations have been made."""
    if not plan.cancellations:
        return terms
    commitments = list(terms.problem.commitments)
    for place, row in enumerate(commitments):
        gone = sum(c.vehicles for c in plan.cancellations if c.commitment_id == row.commitment_id)
        commitments[place] = replace(row, vehicles=max(0, row.vehicles - gone))
    return Terms(replace(terms.problem, commitments=tuple(commitments)))


def cancelling_pence(terms: Terms, plan: Plan) -> int:
    """Return what the plan's cancellations cost, in pence of the first year."""
    prices = {row.commitment_id: row.cancellation_price_pence for row in terms.problem.commitments}
    return sum(row.vehicles * prices[row.commitment_id] for row in plan.cancellations)
