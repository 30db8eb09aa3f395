"""Commitments when some of their vehicles are cancelled: the same rows, of fewer vehicles."""

from collections.abc import Mapping
from dataclasses import replace

from services.capital.optimiser.problem import CommitmentId, Problem
from services.capital.optimiser.terms import Terms


def after_cancelling(terms: Terms, cancelled: Mapping[CommitmentId, int]) -> Terms:
    """Return the terms of what is left; a commitment cancelled whole stays, of no vehicle."""
    return Terms(_less(terms.problem, cancelled)) if cancelled else terms


def without_cancellable(terms: Terms) -> Terms:
    """Return the terms of all that could be cancelled being so: what bounds are taken from."""
    cancellable = {
        row.commitment_id: row.vehicles for row in terms.problem.commitments if row.cancellable
    }
    return after_cancelling(terms, cancellable)


def _less(problem: Problem, cancelled: Mapping[CommitmentId, int]) -> Problem:
    rows = (
        replace(row, vehicles=max(0, row.vehicles - cancelled.get(row.commitment_id, 0)))
        for row in problem.commitments
    )
    return replace(problem, commitments=tuple(rows))
