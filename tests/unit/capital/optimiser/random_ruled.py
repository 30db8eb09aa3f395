"""Random problems in which somebody ruled on moves, hire, chargers or cancellations."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from random import Random
from types import MappingProxyType
from typing import Final, TypeVar

from services.capital.optimiser.problem import (
    CancellationRuling,
    ChargerRuling,
    HireRuling,
    MoveKind,
    MoveRuling,
    Problem,
)
from tests.unit.capital.optimiser.build import DCA, RYA
from tests.unit.capital.optimiser.oracle import tries
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need
from tests.unit.capital.optimiser.random_mixed import MOST_TRIES
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money, with_cancellable
from tests.unit.capital.optimiser.random_own import with_a_reserve_in_use, with_own_hire
from tests.unit.capital.optimiser.random_quarters import in_quarters
from tests.unit.capital.optimiser.random_sites import with_chargers
from tests.unit.capital.optimiser.random_ties import Layer, boxed, routed

# The fewest and the most.
BOUNDS: Final = ((0, 0), (0, 0), (1, 9), (1, 1), (2, 9), (0, 1))


R = TypeVar("R", MoveRuling, HireRuling, ChargerRuling, CancellationRuling)


def _bounded(dice: Random, ruling: R) -> R:
    least, most = dice.choice(BOUNDS)
    return replace(ruling, minimum=least, maximum=most)


def _given(dice: Random, problem: Problem) -> Problem:
    route = dice.choice(problem.transfer_routes)
    ruling = MoveRuling(
        kind=MoveKind.TRANSFER,
        trust=route.from_trust,
        vehicle_type=route.vehicle_type,
        to_trust=route.to_trust,
        financial_year=dice.choice(problem.horizon),
    )
    return replace(problem, move_rulings=(_bounded(dice, ruling),))


def _at_home(kind: MoveKind) -> Layer:
    def ruled(dice: Random, problem: Problem) -> Problem:
        ruling = MoveRuling(
            kind=kind, trust=RYA, vehicle_type=DCA, financial_year=dice.choice(problem.horizon)
        )
        return replace(problem, move_rulings=(_bounded(dice, ruling),))

    return ruled


def _hired(dice: Random, problem: Problem) -> Problem:
    ruling = HireRuling(trust=RYA, vehicle_type=DCA, financial_year=dice.choice(problem.horizon))
    return replace(problem, hire_rulings=(_bounded(dice, ruling),))


def _wired(dice: Random, problem: Problem) -> Problem:
    site = dice.choice(problem.charging_sites)
    ruling = ChargerRuling(site_id=site.site_id, financial_year=dice.choice(problem.horizon))
    return replace(problem, charger_rulings=(_bounded(dice, ruling),))


def _cancelled(dice: Random, problem: Problem) -> Problem:
    order = dice.choice([row for row in problem.commitments if row.cancellable])
    ruling = CancellationRuling(commitment_id=order.commitment_id)
    return replace(problem, cancellation_rulings=(_bounded(dice, ruling),))


def _on_order(dice: Random, problem: Problem) -> Problem:
    some = any(row.cancellable for row in problem.commitments)
    return problem if some else with_cancellable(dice, problem)


# What there is to be ruled on, and the ruling.
RULED: Final[Mapping[Layer, Layer]] = MappingProxyType(
    {
        routed: _given,
        with_a_reserve_in_use: _at_home(MoveKind.RESERVE),
        boxed: _at_home(MoveKind.REMOUNT),
        with_own_hire: _hired,
        with_chargers: _wired,
        _on_order: _cancelled,
    }
)


def a_random_problem_with_a_ruling(seed: int) -> Problem:
    """Return a random problem in need, or of money, with one ruling in it; maybe in quarters."""
    return next(problem for again in count() if tries(problem := _ruled(seed, again)) <= MOST_TRIES)


def _ruled(seed: int, again: int) -> Problem:
    dice = Random(f"ruled {seed} {again}")
    base = dice.choice((a_random_problem_in_need, a_random_problem_of_money))
    layer, ruling = list(RULED.items())[seed % len(RULED)]
    problem = ruling(dice, layer(dice, base(dice.randrange(10**6))))
    if dice.random() < 0.1:
        problem = in_quarters(dice, problem)
    return replace(problem, description=f"ruled {seed}")
