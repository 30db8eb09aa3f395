"""A random problem of years as one of quarters: the same numbers, a quarter for each year."""

from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Final, TypeVar

from services.capital.optimiser.problem import EnvelopeId, Problem
from tests.unit.capital.optimiser.build import FIRST

# The last quarter of a year, so that the next is of another's money.
FIRST_QUARTER: Final = 4 * FIRST + 3

T = TypeVar("T")


def in_quarters(_: Random, problem: Problem) -> Problem:
    """Return the problem with the first year's money for its first quarter, the next's for more."""
    moved = replace(problem, first_financial_year=FIRST_QUARTER)
    for field in fields(problem):
        rows = getattr(problem, field.name)
        if isinstance(rows, tuple):
            changed = {field.name: tuple(map(_later, rows))}
            moved = replace(moved, **changed)  # type: ignore[arg-type]  # rows of their own table
    paying = {row.envelope_id for row in problem.envelopes if row.financial_year <= FIRST + 1}
    return replace(
        moved,
        envelopes=tuple(row for row in problem.envelopes if row.envelope_id in paying),
        commitments=tuple(
            replace(row, envelope_id=_payer(row.envelope_id, paying)) for row in moved.commitments
        ),
        ceilings=tuple(
            replace(row, envelope_ids=named)
            for row in moved.ceilings
            if (named := tuple(name for name in row.envelope_ids if name in paying))
        ),
        remount_offers=tuple(
            replace(row, weeks_out=min(13, row.weeks_out)) for row in moved.remount_offers
        ),
    )


def _payer(named: EnvelopeId | None, paying: set[EnvelopeId]) -> EnvelopeId | None:
    """Return who pays for what is on order: nobody, where it came of a third year's money."""
    return named if named in paying else None


def _later(row: T) -> T:
    """Return the row with each of its years the quarter that stands for it."""
    if not is_dataclass(row) or isinstance(row, type):
        return row
    shift = FIRST_QUARTER - FIRST
    names = ("financial_year", "from_financial_year", "entry_year")
    return replace(
        row, **{name: getattr(row, name) + shift for name in names if hasattr(row, name)}
    )
