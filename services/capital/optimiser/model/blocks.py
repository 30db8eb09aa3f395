"""What the engine solves apart: a trust's fleet of one type, or a few that give one another some.

Vehicles that are given are rows of giver and receiver. Where each is solved alone, what one gives
and the other takes must be made to agree by prices; few drafts ever do.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
from ortools.math_opt.python import mathopt

from services.capital.optimiser.engine.arrays import Ints
from services.capital.optimiser.engine.program import NO_BLOCK
from services.capital.optimiser.problem import TransferRoute
from services.capital.optimiser.terms import Fleet, Terms
from services.capital.optimiser.variables import Variables

# More together are no longer soon solved: what they give one another ties their blocks.
MOST_TOGETHER: Final = 3


class Blocks:
    """The number of each column's block, in order of the fleets; some belong to none."""

    def __init__(self, terms: Terms, variables: Variables) -> None:
        self._terms: Final = terms
        self._variables: Final = variables

    def of(self, variable: mathopt.Variable) -> int:
        """Return the variable's block; NO_BLOCK where it ties several."""
        fleet = self._variables.block_of(variable)
        fleets = self._tied.get(variable, ()) if fleet is None else (fleet,)
        # What was approved may be of a fleet that is no more: its change is nobody's block.
        numbers = {self._numbers.get(one, NO_BLOCK) for one in fleets}
        return numbers.pop() if len(numbers) == 1 else NO_BLOCK

    @property
    def trusts(self) -> Ints:
        """Return the number of a trust for each block: of the first, where it is of several."""
        trusts = sorted({fleets[0].trust for fleets in self._together})
        return np.array(
            [trusts.index(fleets[0].trust) for fleets in self._together], dtype=np.int64
        )

    @cached_property
    def _numbers(self) -> dict[Fleet, int]:
        return {fleet: place for place, fleets in enumerate(self._together) for fleet in fleets}

    @cached_property
    def _together(self) -> Sequence[Sequence[Fleet]]:
        """Fleets block by block, as many joined along routes as may be."""
        block = {fleet: [fleet] for fleet in self._terms.fleets}
        for route in sorted(self._terms.problem.transfer_routes, key=_places):
            giver = block.get(Fleet(route.from_trust, route.vehicle_type))
            receiver = block.get(Fleet(route.to_trust, route.vehicle_type))
            if giver is None or receiver is None or giver is receiver:
                continue
            if len(giver) + len(receiver) <= MOST_TOGETHER:
                joined = sorted((*giver, *receiver))
                block.update(dict.fromkeys(joined, joined))
        return [fleets for fleet, fleets in block.items() if fleet == fleets[0]]

    @cached_property
    def _tied(self) -> dict[mathopt.Variable, tuple[Fleet, Fleet]]:
        """The fleets of what is given, and of whether any is."""
        moves = self._variables.move.items()
        gives = self._variables.gives.items()
        return dict(
            chain(
                ((moved, (move.source.fleet, move.target.fleet)) for move, moved in moves),
                (
                    (
                        given,
                        (
                            Fleet(route.from_trust, route.vehicle_type),
                            Fleet(route.to_trust, route.vehicle_type),
                        ),
                    )
                    for (route, _), given in gives
                ),
            )
        )


def _places(route: TransferRoute) -> tuple[str, ...]:
    return route.vehicle_type, route.from_trust, route.to_trust
