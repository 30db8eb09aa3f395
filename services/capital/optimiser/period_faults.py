"""Periods that do not go together: years among quarters, and what is longer than a quarter."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import Envelope, Problem, Year
from services.capital.optimiser.problem.periods import is_quarter, money_year, weeks_in
from services.capital.optimiser.ranges import Look

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200


def mixed_periods(problem: Problem) -> Iterator[Fault]:
    """Yield each period that is of another kind than the first, or of neither."""
    quarters = is_quarter(problem.first_financial_year)
    yield from _of_another_kind(quarters=quarters).faults(replace(problem, envelopes=()))
    # Money is in financial years, whatever vehicles are counted in.
    in_years = _of_another_kind(quarters=False)
    yield from in_years.table_faults(problem.envelopes, "envelopes", Envelope)
    if quarters:
        yield from _longer_than_a_quarter(problem)


def _of_another_kind(*, quarters: bool) -> Look:
    def rule(value: object) -> str | None:
        if not isinstance(value, int):
            return None
        if is_quarter(value) != quarters:
            kind = "a quarter" if is_quarter(value) else "a financial year"
            return f"{value} is {kind}, unlike what it goes with"
        if not FIRST_YEAR <= money_year(value) <= LAST_YEAR:
            return "must be of a financial year from 2000 to 2200"
        return None

    return Look(lambda hint: rule if hint == Year else None)


def _longer_than_a_quarter(problem: Problem) -> Iterator[Fault]:
    for place, offer in enumerate(problem.remount_offers):
        if offer.weeks_out > weeks_in(problem.first_financial_year):
            yield Fault(field=f"remount_offers[{place}].weeks_out", rule="is more than a quarter")
