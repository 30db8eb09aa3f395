"""Who a plan says takes whose place: every disposal once, every newcomer at most once."""

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from services.capital.optimiser.plan import Plan, Replacement
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, Terms, Vintage

# Who comes, where and when: an option and its envelope, or a commitment. All three empty: nobody.
Newcomer: TypeAlias = tuple[Fleet, int, str | None, str | None, str | None]


def replacement_violations(terms: Terms, plan: Plan) -> Iterator[Violation]:
    """Yield what the replacements do not add up to."""
    yield from _disposals_not_covered(plan)
    yield from _newcomers_not_there(terms, plan)


def _disposals_not_covered(plan: Plan) -> Iterator[Violation]:
    left: Counter[tuple[Vintage, int]] = Counter()
    for row in plan.disposals:
        left[row.vintage, row.financial_year] += row.vehicles
    for place in plan.replacements:
        left[place.vintage, place.financial_year] -= place.vehicles
    for (vintage, year), vehicles in left.items():
        if vehicles:
            yield _unmatched(vintage, year, f"{vehicles} disposed of and not accounted for")


def _newcomers_not_there(terms: Terms, plan: Plan) -> Iterator[Violation]:
    coming = _deliveries(terms, plan)
    for row in plan.replacements:
        coming[_newcomer(row)] -= row.vehicles
    idle = {(fleet, year) for (fleet, year, *_), vehicles in coming.items() if vehicles > 0}
    for newcomer, vehicles in coming.items():
        fleet, year, *named = newcomer
        if any(named) and vehicles < 0:
            yield _unmatched(fleet, year, f"{-vehicles} more come than are delivered")
        if not any(named) and (fleet, year) in idle:
            yield _unmatched(fleet, year, f"{-vehicles} go unreplaced while others come")


def _deliveries(terms: Terms, plan: Plan) -> Counter[Newcomer]:
    coming: Counter[Newcomer] = Counter()
    for row in terms.problem.commitments:
        fleet = Fleet(row.trust, row.vehicle_type)
        coming[fleet, row.financial_year, None, row.envelope_id, row.commitment_id] += row.vehicles
    for bought in plan.purchases:
        fleet = Fleet(bought.trust, terms.options[bought.option_id].vehicle_type)
        key = fleet, bought.delivery_year, bought.option_id, bought.envelope_id, None
        coming[key] += bought.vehicles
    return coming


def _newcomer(row: Replacement) -> Newcomer:
    fleet = row.vintage.fleet
    return fleet, row.financial_year, row.option_id, row.envelope_id, row.commitment_id


def _unmatched(whose: Fleet | Vintage, year: int, detail: str) -> Violation:
    subject = " ".join(map(str, (*whose, year)))
    return Violation(rule=Rule.VEHICLES_CONSERVED, subject=subject, detail=detail)
