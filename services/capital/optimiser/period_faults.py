"""Periods that do not go together: years among quarters, and what only years can have."""

from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import Problem, Year
from services.capital.optimiser.problem.periods import is_quarter, money_year, weeks_in
from services.capital.optimiser.ranges import leaves

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200


def mixed_periods(problem: Problem) -> Iterator[Fault]:
    """Yield each period that is of another kind than the first, or of neither."""
    quarters = is_quarter(problem.first_financial_year)
    for leaf in leaves(problem):
        if leaf.hint != Year or not isinstance(leaf.value, int):
            continue
        if is_quarter(leaf.value) != (quarters and not leaf.path.startswith("envelopes[")):
            kind = "a quarter" if is_quarter(leaf.value) else "a financial year"
            yield Fault(field=leaf.path, rule=f"{leaf.value} is {kind}, unlike what it goes with")
        elif not FIRST_YEAR <= money_year(leaf.value) <= LAST_YEAR:
            yield Fault(field=leaf.path, rule="must be of a financial year from 2000 to 2200")
    if quarters:
        yield from _only_in_years(problem)


def _only_in_years(problem: Problem) -> Iterator[Fault]:
    for place, row in enumerate(problem.envelopes):
        if row.proceeds_permille:
            rule = "takes proceeds, which a problem of quarters does not yet do"
            yield Fault(field=f"envelopes[{place}].proceeds_permille", rule=rule)
    for place, option in enumerate(problem.options):
        if option.instalments:
            rule = "scores in other years, which a problem of quarters does not yet do"
            yield Fault(field=f"options[{place}].instalments", rule=rule)
    for place, offer in enumerate(problem.remount_offers):
        if offer.weeks_out > weeks_in(problem.first_financial_year):
            yield Fault(field=f"remount_offers[{place}].weeks_out", rule="is more than a quarter")
