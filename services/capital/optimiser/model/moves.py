"""Rules of moves: what is given to another trust, and what is held in reserve."""

from itertools import product
from math import inf

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Fleet


class MoveRules(Rows):
    """Vehicles that change trust or role.

    A move exists only where it may: along a route, or to reserve at its age (`Terms.moves_of`).
    """

    def _moved_vehicles_serve_their_first_year(self) -> None:
        """Kept >= come from another vintage."""
        for (vintage, year), coming in self.variables.moves_in.items():
            if coming:
                parts = [(-1.0, self.variables.keep[vintage, year]), *((1.0, c) for c in coming)]
                self._row(parts, -inf, 0, Rule.NEW_VEHICLES_SERVE, *vintage, year)

    def _givers_keep_enough(self) -> None:
        """Kept >= minimum remaining x gives; given <= most x gives."""
        for (route, year), gives in self.variables.gives.items():
            fleet = Fleet(route.from_trust, route.vehicle_type)
            given = mathopt.fast_sum(self.variables.given[route, year])
            key = route.from_trust, route.to_trust, route.vehicle_type, year
            most = sum(move.upper_bound for move in self.variables.given[route, year])
            self._require(given <= most * gives, Rule.TRANSFER_REMAINDER, *key, "gives")
            serving = mathopt.fast_sum(self._serving(fleet, year))
            least = route.minimum_remaining * gives
            self._require(serving >= least, Rule.TRANSFER_REMAINDER, *key, "least")

    def _no_reserve_exceeds_its_maximum(self) -> None:
        """Kept in reserve <= maximum."""
        for fleet, year in product(self.terms.fleets, self.terms.horizon):
            reserve = self.terms.reserve(fleet)
            if reserve:
                held = self._in_reserve(fleet, year)
                self._limit(held, reserve.maximum, Rule.RESERVE_MAXIMUM, *fleet, year)
