"""The decision variables of a renewal, each no larger than money, supply and size let it be."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ortools.math_opt.python import mathopt

from services.capital.optimiser.cancelling import without_cancellable
from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.charging import Charge, charger_purchases, odd_rooms
from services.capital.optimiser.movable import reachable
from services.capital.optimiser.problem import (
    Commitment,
    CommitmentId,
    EnvelopeId,
    Option,
    SiteId,
    TransferRoute,
    TrustCode,
)
from services.capital.optimiser.purchase_keys import Buy, Order, Saving, label
from services.capital.optimiser.stability import approved
from services.capital.optimiser.terms import Fleet, Move, MoveKind, Terms, Vintage
from services.capital.optimiser.tier_variables import TierVariables

__all__ = ("PENCE_PER_POUND", "Buy", "Order", "Saving", "Variables", "label", "purchases")

# Conditioning: money is in pounds, so that its numbers stay near those of vehicles.
PENCE_PER_POUND: Final = 100


Bought: TypeAlias = dict[Buy, mathopt.Variable]


class Variables:
    """Whole vehicles bought, kept, disposed of and missing; and whether an order is placed."""

    def __init__(self, terms: Terms, model: mathopt.Model) -> None:
        self._terms: Final = terms
        self._model: Final = model
        self._capacity: Final = Capacity(without_cancellable(terms))
        self._fleet_of: Final[dict[mathopt.Variable, Fleet]] = {}
        # The order of creation is the order of columns, and with the seed it decides the plan.
        self.buy: Final[Bought] = {
            key: self._vehicles(self._buyer(key), "buy", most, *key)
            for key, most in purchases(terms)
        }
        self.orders: Final = self._orders()
        self.carried: Final = self._carried()
        self.place: Final = {order: self._placed(order) for order in self._lumpy_orders()}
        tiers = TierVariables(terms, model, self.buy)
        self.reached: Final = tiers.reached
        self.saving: Final = tiers.saving
        self._fleet_of.update(tiers.fleet_of)
        self.cancel: Final = self._cancellable()
        self.arrivals: Final = self._arrivals()
        self.bought_in: Final = self._bought_by_year()
        there = {*terms.opening, *terms.committed, *self.arrivals}
        self.vintages, moves = reachable(terms, there)
        self._targets: Final = {move.target for move in moves}
        self.vintages_of: Final = self._vintages_by_fleet()
        self.keep: Final = self._by_vintage_and_year("keep")
        self.dispose: Final = self._by_vintage_and_year("dispose")
        self.move: Final = {move: self._moved(move) for move in moves}
        self.moves_out: Final = self._moves_by(lambda move: (move.source, move.year))
        self.moves_in: Final = self._moves_by(lambda move: (move.target, move.year))
        self.remounts_in: Final = self._remounts()
        self.given: Final = self._given()
        self.gives: Final = {key: self._gives(*key) for key in self.given}
        self.short: Final = self._missing("short", terms.required)
        self.hire: Final = self._missing("hire", terms.most_hired)
        self.vacant: Final = self._missing("vacant", self._minimum)
        self.changed: Final = self._changed()
        self.charge: Final = self._chargers()
        self.charged: Final = self._charged()

    @property
    def has_switches(self) -> bool:
        """Whether anything is all or nothing: orders placed, tiers reached, givers that give."""
        return bool(self.place or self.reached or self.gives)

    def years_of(self, vintage: Vintage) -> range:
        """Return the years of the horizon in which the vintage can serve."""
        return range(max(vintage.entry_year, self._terms.horizon.start), self._terms.horizon.stop)

    def block_of(self, variable: mathopt.Variable) -> Fleet | None:
        """Return the fleet that the variable alone decides about; None when it ties several."""
        return self._fleet_of.get(variable)

    def _buyer(self, key: "Buy | Order") -> Fleet:
        return Fleet(key.trust, self._terms.options[key.option_id].vehicle_type)

    def _vehicles(self, fleet: Fleet, name: str, most: int, *key: object) -> mathopt.Variable:
        vehicles = self._model.add_integer_variable(lb=0, ub=most, name=label(name, key))
        self._fleet_of[vehicles] = fleet
        return vehicles

    def _changed(self) -> dict[Order, tuple[mathopt.Variable, mathopt.Variable]]:
        """How many vehicles more, and fewer, than approved, where a change has its price."""
        problem = self._terms.problem
        if not problem.change_price_pence:
            return {}
        before = approved(problem)
        orders = sorted({*self.orders, *(Order(*cell) for cell in before)})
        return {
            order: (
                self._vehicles(self._buyer(order), "more", self._most_ordered(order), *order),
                self._vehicles(self._buyer(order), "fewer", before[order], *order),
            )
            for order in orders
        }

    def _most_ordered(self, order: Order) -> int:
        return round(sum(bought.upper_bound for bought in self.orders.get(order, ())))

    def _carried(self) -> dict[EnvelopeId, mathopt.Variable]:
        """Pounds, not vehicles: what each envelope leaves to the year after."""
        most = {
            envelope.envelope_id: self._capacity.most_carried(envelope)
            for envelope in self._terms.envelopes.values()
        }
        return {
            name: self._model.add_variable(
                lb=0, ub=pence / PENCE_PER_POUND, name=label("carried", (name,))
            )
            for name, pence in most.items()
            if pence
        }

    def _chargers(self) -> dict[Charge, mathopt.Variable]:
        return {
            key: self._model.add_integer_variable(lb=0, ub=most, name=label("charge", key))
            for key, most in charger_purchases(self._terms)
        }

    def _charged(self) -> dict[tuple[SiteId, int], mathopt.Variable]:
        """How many vehicles charge at a site at a hub, where chargers bought make odd numbers."""
        return {
            (site.site_id, year): self._model.add_integer_variable(
                lb=0, ub=most, name=label("charged", (site.site_id, year))
            )
            for site, year, most in odd_rooms(self._terms, self.charge)
        }

    def _cancellable(self) -> dict[CommitmentId, mathopt.Variable]:
        orders = self._terms.on_order.items()
        return {name: self._cancelled(row) for name, row in orders if row.cancellable}

    def _cancelled(self, row: Commitment) -> mathopt.Variable:
        fleet = Fleet(row.trust, row.vehicle_type)
        return self._vehicles(fleet, "cancel", row.vehicles, row.commitment_id)

    def _placed(self, order: Order) -> mathopt.Variable:
        placed = self._model.add_binary_variable(name=label("place", order))
        self._fleet_of[placed] = self._buyer(order)
        return placed

    def _orders(self) -> defaultdict[Order, list[mathopt.Variable]]:
        orders: defaultdict[Order, list[mathopt.Variable]] = defaultdict(list)
        for key, bought in self.buy.items():
            orders[key.order].append(bought)
        return orders

    def _lumpy_orders(self) -> Iterator[Order]:
        for order in self.orders:
            option = self._terms.options[order.option_id]
            charge = self._terms.order_charge_pence(option, order.delivery_year)
            if option.minimum_order > 1 or charge:
                yield order

    def _arrivals(self) -> defaultdict[Vintage, list[mathopt.Variable]]:
        arrivals: defaultdict[Vintage, list[mathopt.Variable]] = defaultdict(list)
        for key, bought in self.buy.items():
            option = self._terms.options[key.option_id]
            arrivals[self._terms.newcomer(option, key.trust, key.delivery_year)].append(bought)
        return arrivals

    def _bought_by_year(self) -> defaultdict[int, list[tuple[Buy, mathopt.Variable]]]:
        by_year: defaultdict[int, list[tuple[Buy, mathopt.Variable]]] = defaultdict(list)
        for key, bought in self.buy.items():
            by_year[key.delivery_year].append((key, bought))
        return by_year

    def _vintages_by_fleet(self) -> defaultdict[Fleet, list[Vintage]]:
        by_fleet: defaultdict[Fleet, list[Vintage]] = defaultdict(list)
        for vintage in self.vintages:
            by_fleet[vintage.fleet].append(vintage)
        return by_fleet

    def _by_vintage_and_year(self, name: str) -> dict[tuple[Vintage, int], mathopt.Variable]:
        return {
            (vintage, year): self._vehicles(
                vintage.fleet, name, self._most_of(vintage), *vintage, year
            )
            for vintage in self.vintages
            for year in self.years_of(vintage)
        }

    def _most_of(self, vintage: Vintage) -> int:
        terms = self._terms
        there = terms.opening.get(vintage, 0) + terms.committed.get(vintage, 0)
        if vintage in self._targets:
            largest = max(terms.establishment(vintage.fleet, y).maximum for y in terms.horizon)
            reserve = terms.reserve(vintage.fleet) if vintage.in_reserve else None
            return there + (reserve.maximum if reserve else largest)
        if vintage not in self.arrivals:
            return there
        return there + terms.establishment(vintage.fleet, vintage.entry_year).maximum

    def _moved(self, move: Move) -> mathopt.Variable:
        key = move.kind, *move.source, move.year, move.target.trust, move.envelope_id
        most = min(self._most_of(move.source), self._most_paid(move))
        if move.source.fleet == move.target.fleet:
            return self._vehicles(move.source.fleet, "move", most, *key)
        # Of no one block: it ties two trusts.
        return self._model.add_integer_variable(lb=0, ub=most, name=label("move", key))

    def _most_paid(self, move: Move) -> int:
        """Return how many remounts the move's envelope can pay; for other moves, any number."""
        if move.kind is not MoveKind.REMOUNT:
            return self._most_of(move.source)
        price_pence = self._terms.remount_price_pence(move.source, move.year)
        envelope = self._terms.envelopes[move.envelope_id]
        return max(0, self._capacity.most_spent(envelope) // price_pence)

    def _moves_by(
        self, key: Callable[[Move], tuple[Vintage, int]]
    ) -> defaultdict[tuple[Vintage, int], list[mathopt.Variable]]:
        moves: defaultdict[tuple[Vintage, int], list[mathopt.Variable]] = defaultdict(list)
        for move, moved in self.move.items():
            moves[key(move)].append(moved)
        return moves

    def _remounts(self) -> defaultdict[tuple[Fleet, int], list[Move]]:
        remounts: defaultdict[tuple[Fleet, int], list[Move]] = defaultdict(list)
        for move in self.move:
            if move.kind is MoveKind.REMOUNT:
                remounts[move.target.fleet, move.year].append(move)
        return remounts

    def _given(self) -> defaultdict[tuple[TransferRoute, int], list[mathopt.Variable]]:
        """What goes along each route that a giver must keep some vehicles to use."""
        given: defaultdict[tuple[TransferRoute, int], list[mathopt.Variable]] = defaultdict(list)
        for move, moved in self.move.items():
            route = self._terms.route(move.source.fleet, move.target.trust)
            if move.kind is MoveKind.TRANSFER and route and route.minimum_remaining:
                given[route, move.year].append(moved)
        return given

    def _gives(self, route: TransferRoute, year: int) -> mathopt.Variable:
        key = route.from_trust, route.to_trust, route.vehicle_type, year
        return self._model.add_binary_variable(name=label("gives", key))

    def _missing(
        self, name: str, wanted: Callable[[Fleet, int], int]
    ) -> dict[tuple[Fleet, int], mathopt.Variable]:
        return {
            (fleet, year): self._vehicles(fleet, name, most, *fleet, year)
            for fleet in self._terms.fleets
            for year in self._terms.horizon
            if (most := wanted(fleet, year))
        }

    def _minimum(self, fleet: Fleet, year: int) -> int:
        return self._terms.establishment(fleet, year).minimum


def purchases(terms: Terms) -> Iterator[tuple[Buy, int]]:
    """Yield every purchase that may be made, with the most vehicles it can be of."""
    capacity = Capacity(without_cancellable(terms))
    for trust, option, year in _deliveries(terms):
        for envelope in terms.envelopes_for(trust, option, year):
            most = capacity.most_bought(trust, option, year, envelope)
            # A variable that could only be 0 would be one more for the search to look at.
            if most:
                yield Buy(trust, option.option_id, year, envelope.envelope_id), most


def _deliveries(terms: Terms) -> Iterator[tuple[TrustCode, Option, int]]:
    for fleet in terms.fleets:
        for option in terms.options_for(fleet.vehicle_type):
            for year in terms.delivery_years(option):
                yield fleet.trust, option, year
