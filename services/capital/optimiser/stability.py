"""How far orders are from those approved before: vehicles more or fewer, order by order."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from services.capital.optimiser.plan import Purchase
from services.capital.optimiser.problem import OptionId, Problem, TrustCode

# What one trust takes of one option in one year, whoever pays.
Cell: TypeAlias = tuple[TrustCode, OptionId, int]


def approved(problem: Problem) -> Counter[Cell]:
    """Return the approved orders, in order."""
    rows = problem.approved_orders
    vehicles = {(row.trust, row.option_id, row.financial_year): row.vehicles for row in rows}
    return Counter(dict(sorted(vehicles.items())))


def changes(problem: Problem, purchases: Iterable[Purchase]) -> Counter[Cell]:
    """Return how many vehicles each order that differs from what was approved differs by."""
    differing = Counter({cell: -vehicles for cell, vehicles in approved(problem).items()})
    for row in purchases:
        differing[row.trust, row.option_id, row.delivery_year] += row.vehicles
    return Counter({cell: abs(vehicles) for cell, vehicles in differing.items() if vehicles})
