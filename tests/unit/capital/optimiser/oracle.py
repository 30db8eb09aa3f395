"""The best plan by trying every one: for problems of a few vehicles, and in no way like the model.

Reads the rows of a problem itself, shares no code with model, search or checker, and knows of no
variable, vintage or bound. All that can be cancelled, wired and bought is enumerated; for each way
of it, what becomes of every vehicle is enumerated year by year.
"""

from collections import Counter
from collections.abc import Iterator
from math import prod
from typing import Final

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.problem import Problem
from tests.unit.capital.optimiser.oracle_fates import Fates, Stock, in_order
from tests.unit.capital.optimiser.oracle_market import Market
from tests.unit.capital.optimiser.oracle_money import (
    Besides,
    Lot,
    cancellations,
    paid_weight,
    revenue,
)
from tests.unit.capital.optimiser.oracle_motion import Kind, Place, newcomer, opening, places
from tests.unit.capital.optimiser.oracle_seasons import Scene, Seasons, Then, Value
from tests.unit.capital.optimiser.oracle_sites import Sites
from tests.unit.capital.optimiser.oracle_wiring import ways, wirings


def best(problem: Problem, *, new_may_go: bool = False) -> Value | None:
    """Return shortfall, over-age vehicle-years and pence of the best plan; None: no plan.

    What the problem prices is in the pence, and its own count is 0. Where new vehicles may go, it
    is the best of plans by which they need not serve the year that they come in.
    """
    values = [
        (shortfall, over_age, weight + paid)
        for left, paid in cancellations(problem)
        for chargers in wirings(left)
        for shortfall, over_age, weight in _Oracle(left, chargers, new_may_go=new_may_go).values()
    ]
    if not values:
        return None
    shortfall, over_age, weight = min(values)
    return shortfall, over_age, weight // 10**12


def tries(problem: Problem) -> int:
    """Return more than how many plans there are to try."""
    fates, last = Fates(problem), problem.horizon[-1]
    yearly = prod(len(fates.ways_of(kind, n, last)) for kind, n in opening(problem).items())
    cancelling = prod(1 + row.vehicles * row.cancellable for row in problem.commitments)
    most = _at_most(problem, Sites(problem, ()))
    buying = Market(problem, most).ways() * ways(problem)
    later: int = yearly**problem.years
    return cancelling * buying * later


class _Oracle:
    def __init__(
        self, problem: Problem, chargers: tuple[ChargersBought, ...], *, new_may_go: bool
    ) -> None:
        self.problem: Final = problem
        self.sites: Final = Sites(problem, chargers)
        self.seasons: Final = Seasons(problem, chargers, new_may_go=new_may_go)

    def values(self) -> Iterator[Value]:
        """Yield the best value of each way of buying that allows of a plan."""
        wired = self.sites.chargers_weight()
        for lots in Market(self.problem, _at_most(self.problem, self.sites)).purchases():
            value = self._value(tuple(lots))
            if value is not None:
                shortfall, over_age, weight = value
                yield shortfall, over_age, weight + wired + paid_weight(self.problem, lots)

    def _value(self, lots: tuple[Lot, ...]) -> Value | None:
        charged: Counter[tuple[str, int]] = Counter()
        for trust, year, pence in revenue(self.problem, lots):
            charged[trust, year] += pence if self.problem.revenue_budgets else 0
        total = 0, 0, 0
        for part in self._parts():
            scene = Scene(part, tuple(sorted(charged.items())), lots if self.seasons.vies else ())
            start = Then(self.problem.first_financial_year, *self._vehicles(lots, part))
            value = self.seasons.best(scene, start)
            if value is None:
                return None
            total = total[0] + value[0], total[1] + value[1], total[2] + value[2]
        return total

    def _parts(self) -> list[tuple[Place, ...]]:
        """Return places that are looked at together: each alone where nothing ties them."""
        problem, every = self.problem, tuple(places(self.problem))
        ties = problem.transfer_routes, problem.charging_sites, problem.revenue_budgets
        tied = any(ties) or problem.guarantees or self.seasons.vies
        return [every] if tied else [(place,) for place in every]

    def _vehicles(self, lots: tuple[Lot, ...], part: tuple[Place, ...]) -> tuple[Stock, Stock]:
        """Return what is there as the horizon begins, and what comes later."""
        coming: Counter[Kind] = Counter()
        for lot in lots:
            new = newcomer(self.problem, lot.option, lot.trust, lot.delivery_year)
            coming[new] += lot.vehicles
        for row in self.problem.commitments:
            coming[newcomer(self.problem, row, row.trust, row.financial_year)] += row.vehicles
        there = opening(self.problem).items()
        return (
            in_order({kind: n for kind, n in there if kind.place in part}),
            in_order({kind: n for kind, n in coming.items() if kind.place in part}),
        )


def _at_most(problem: Problem, sites: Sites) -> Besides:
    """Return more than sales could bring in a year, beside what chargers cost."""
    vehicles = sum(row.vehicles for row in problem.cohorts)
    vehicles += sum(row.vehicles for row in problem.commitments)
    vehicles += sum(row.maximum for row in problem.establishments)
    vehicles += sum(row.maximum for row in problem.reserves)
    dearest = max(max(row.resale_pence) for row in problem.age_profiles)
    # Of a year of quarters, in each of them.
    vehicles *= problem.years
    most = vehicles * max(0, dearest) * max((1000, *problem.price_index_permille)) // 1000
    brought = {
        row.envelope_id: most * row.proceeds_permille // 1000
        for row in problem.envelopes
        if row.proceeds_permille
    }
    return Besides(Counter(brought), sites.chargers_pence(), Counter())
