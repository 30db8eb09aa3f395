"""Three trusts and every rule at once: each stands somewhere, none has all of them.

The alliance of three trusts, with one layer of rules laid over it after the other. All that the
layers add are estimates made for the benchmark [E].
"""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Final, TypeAlias

from benchmarks.plan.alliances import three_trusts
from benchmarks.plan.complete import decided, funds, places, supply, vehicles
from services.capital.optimiser.problem import Problem

Layer: TypeAlias = Callable[[Problem], Problem]

# Of a steady renewal: with less, what all rules together leave is hard to find at all.
MONEY: Final = 1.1

LAYERS: Final[tuple[Layer, ...]] = (
    vehicles.in_bands,
    vehicles.with_boxes,
    vehicles.with_a_reserve,
    vehicles.with_routes,
    vehicles.with_sizes,
    vehicles.for_hire,
    supply.in_parts,
    supply.charged_and_tiered,
    supply.leased,
    supply.with_remounts,
    supply.of_many_makers,
    funds.firm_and_indicative,
    funds.under_ceilings,
    funds.cancellable,
    places.commissioned_at_hubs,
    places.with_chargers,
    places.with_duties,
    # Last: what is budgeted is what all of the fleet costs to run.
    funds.on_revenue,
    decided.ruled,
    decided.ruled_besides,
    decided.approved,
    decided.promised,
)


def complete(years: int = 10, seed: int = 1) -> Problem:
    """Return a problem in which every rule of the model has a row."""
    problem = reduce(lambda one, layer: layer(one), LAYERS, three_trusts(years, seed, MONEY))
    description = f"Synthetic: every rule at once, three trusts, {years} years, seed {seed}"
    return replace(problem, description=description)
