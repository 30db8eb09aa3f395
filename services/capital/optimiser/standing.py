"""A plan as values of the model's columns, worked out from what it states: no solver."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
from ortools.math_opt.python import mathopt

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Plan, Purchase
from services.capital.optimiser.stability import approved
from services.capital.optimiser.starting import columns_of
from services.capital.optimiser.terms.prices import Batch
from services.capital.optimiser.variables import Buy, Order, Saving

Valued: TypeAlias = tuple[mathopt.Variable, float]


def standing_values(model: RenewalModel, plan: Plan) -> Floats:
    """Return the value of each column of the model's arrays; what is carried forward is left at 0.

    What envelopes hold is told exactly, in pence, by `Purses`.
    """
    x = np.zeros(model.program.get_num_variables())
    columns, values = columns_of(model, plan.decisions)
    x[columns] = values
    for variable, value in _following(model, plan):
        x[variable.id] = value
    return x


def _following(model: RenewalModel, plan: Plan) -> Iterator[Valued]:
    variables = model.variables
    for row in plan.stock:
        yield variables.keep[row.vintage, row.financial_year], row.vehicles
    for name, vehicles in plan.decisions.cancelled.items():
        yield variables.cancel[name], vehicles
    for hired in plan.hires:
        yield variables.hire[hired.fleet, hired.financial_year], hired.vehicles
    for year in plan.fleet_years:
        key = year.fleet, year.financial_year
        if key in variables.short:
            yield variables.short[key], year.shortfall
        if key in variables.vacant:
            yield variables.vacant[key], year.vacancies
    yield from _of_givers(model, plan)
    bought = Counter(dict.fromkeys(variables.buy, 0))
    for purchase in plan.purchases:
        bought[_buy(purchase)] += purchase.vehicles
    yield from OrderValues(model).following(bought, bought)


def _of_givers(model: RenewalModel, plan: Plan) -> Iterator[Valued]:
    giving = {(row.trust, row.to_trust, row.vehicle_type, row.financial_year) for row in plan.moves}
    for (route, year), gives in model.variables.gives.items():
        yield gives, (route.from_trust, route.to_trust, route.vehicle_type, year) in giving


def _buy(row: Purchase) -> Buy:
    return Buy(row.trust, row.option_id, row.delivery_year, row.envelope_id)


# From so many vehicles on.
FULL_PRICE: Final = 0


class OrderValues:
    """What follows from purchases: orders placed, changes to what was approved, tiers reached."""

    def __init__(self, model: RenewalModel) -> None:
        self._terms: Final = model.terms
        self._variables: Final = model.variables
        self._approved: Final = approved(model.terms.problem)
        self._of_batch: Final[defaultdict[Batch, list[Buy]]] = defaultdict(list)
        self._savings: Final[defaultdict[Buy, list[Saving]]] = defaultdict(list)
        self._prices: Final = {
            (batch, tier.from_vehicles) for batch, tier in model.variables.reached
        }
        for key in model.variables.buy:
            self._prices.add((self._batch(key), FULL_PRICE))
            self._of_batch[self._batch(key)].append(key)
        for saving in model.variables.saving:
            self._savings[saving.buy].append(saving)

    def following(self, bought: Mapping[Buy, int], touched: Iterable[Buy]) -> Iterator[Valued]:
        """Yield the values that follow for the orders and batches of the purchases touched."""
        keys = list(touched)
        for order in {key.order for key in keys}:
            yield from self._of_order(order, sum(_of_order(order, bought, self._together(order))))
        for batch in {self._batch(key) for key in keys}:
            yield from self._at_tier(batch, bought)

    def has_prices(self, bought: Mapping[Buy, int], touched: Iterable[Buy]) -> bool:
        """Whether the model has the prices that hold; not those of more than it lets be bought."""
        batches = set(map(self._batch, touched))
        return all((batch, self._tier(batch, bought)) in self._prices for batch in batches)

    def _tier(self, batch: Batch, bought: Mapping[Buy, int]) -> int:
        """Return from how many vehicles on the batch's price holds; 0: it is the full price."""
        vehicles = sum(bought[key] for key in self._of_batch[batch])
        tiers = self._terms.options[batch.option_id].price_tiers
        return max(
            (row.from_vehicles for row in tiers if row.from_vehicles <= vehicles),
            default=FULL_PRICE,
        )

    def _together(self, order: Order) -> list[Buy]:
        option = self._terms.options[order.option_id]
        return self._of_batch[self._terms.batch(order.trust, option, order.delivery_year)]

    def _of_order(self, order: Order, ordered: int) -> Iterator[Valued]:
        if order in self._variables.place:
            yield self._variables.place[order], ordered > 0
        if order in self._variables.changed:
            more, fewer = self._variables.changed[order]
            yield more, max(0, ordered - self._approved[order])
            yield fewer, max(0, self._approved[order] - ordered)

    def _at_tier(self, batch: Batch, bought: Mapping[Buy, int]) -> Iterator[Valued]:
        most = self._tier(batch, bought)
        for tier in self._terms.options[batch.option_id].price_tiers:
            if (batch, tier) in self._variables.reached:
                yield self._variables.reached[batch, tier], tier.from_vehicles == most
        for saving in (row for key in self._of_batch[batch] for row in self._savings[key]):
            is_its = saving.tier.from_vehicles == most
            yield self._variables.saving[saving], bought[saving.buy] if is_its else 0

    def _batch(self, key: Buy) -> Batch:
        option = self._terms.options[key.option_id]
        return self._terms.batch(key.trust, option, key.delivery_year)


def _of_order(order: Order, bought: Mapping[Buy, int], among: Iterable[Buy]) -> Iterator[int]:
    return (bought[key] for key in among if key.order == order)
