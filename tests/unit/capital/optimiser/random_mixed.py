"""Random problems with rules of every part laid over one another, few plans of which to try."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from random import Random
from typing import Final

from services.capital.optimiser.problem import Problem
from tests.unit.capital.optimiser.oracle import tries
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money, carrying
from tests.unit.capital.optimiser.random_moves import banded
from tests.unit.capital.optimiser.random_own import (
    with_a_reserve_in_use,
    with_own_hire,
    with_own_money,
    with_own_tables,
)
from tests.unit.capital.optimiser.random_quarters import in_quarters
from tests.unit.capital.optimiser.random_sites import with_chargers, with_duties, with_hubs
from tests.unit.capital.optimiser.random_ties import (
    Layer,
    approved,
    boxed,
    buying_together,
    kept,
    ordered,
    promised,
    receiving_on_revenue,
    returning,
    routed,
)

MOST_TRIES: Final = 100_000

# One of these each, in turn, and up to two more of any.
FIRST_LAYERS: Final[Sequence[Layer]] = (
    routed,
    boxed,
    with_hubs,
    with_chargers,
    returning,
    receiving_on_revenue,
    with_duties,
    promised,
    boxed,
    with_hubs,
    with_chargers,
    returning,
    ordered,
    kept,
    approved,
    buying_together,
    carrying,
    banded,
    with_own_tables,
    with_own_money,
    with_own_hire,
    with_a_reserve_in_use,
)


def a_mixed_random_problem(seed: int) -> Problem:
    """Return a random problem in need with two or three rules laid over it, maybe in quarters."""
    return next(problem for again in count() if tries(problem := _mixed(seed, again)) <= MOST_TRIES)


def _mixed(seed: int, again: int) -> Problem:
    dice = Random(f"{seed} {again}")
    base = dice.choice((a_random_problem_in_need, a_random_problem_of_money))
    problem = base(dice.randrange(10**6))
    layers = [FIRST_LAYERS[seed % len(FIRST_LAYERS)]]
    layers += dice.sample(FIRST_LAYERS, dice.choice((0, 1, 2, 2)))
    for layer in dict.fromkeys(layers):
        problem = layer(dice, problem)
    if dice.random() < 0.15:
        problem = in_quarters(dice, problem)
    return replace(problem, description=f"mixed {seed}")
