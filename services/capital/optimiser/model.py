"""The renewal problem as a mixed-integer programme. Its constructor is the specification."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.objective import expression
from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import Mandate, MandateBasis, SupplyLine, TrustCode
from services.capital.optimiser.rules import Rule, rule_of
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet, Terms, Vintage, at_age, covers
from services.capital.optimiser.variables import Buy, Variables, label

# Conditioning: money rows are in pounds, so that their numbers stay near those of vehicles.
PENCE_PER_POUND: Final = 100


class RenewalModel:
    """Decides what is bought with whose money, and which vintages serve each year.

    A purchase exists only where it may: for sale, ordered and delivered inside the horizon at the
    option's lead time, from an envelope of the delivery year that names its trust, type and
    technology (`variables.purchases`).
    """

    def __init__(self, terms: Terms) -> None:
        self.terms: Final = terms
        self.program: Final = mathopt.Model(name="renewal")
        self.variables: Final = Variables(terms, self.program)
        self._capacity: Final = Capacity(terms)
        self._vehicles_are_conserved()
        self._new_vehicles_serve_their_first_year()
        self._no_vehicle_serves_past_its_maximum_age()
        self._no_vehicle_goes_in_a_freeze()
        self._spending_stays_within_each_envelope()
        self._orders_are_nothing_or_at_least_their_minimum()
        self._supply_lines_deliver_no_more_than_they_can()
        self._trusts_commission_no_more_than_their_hubs_can()
        self._mandated_shares_are_zero_emission()
        self._no_fleet_exceeds_its_establishment()
        self._vacancies_are_counted()
        self._vehicles_missing_from_each_need_are_counted()

    def minimise(self, level: Level) -> None:
        """Make the level the objective."""
        self.program.minimize(self.expression(level))

    def minimise_priced(self, prices: Mapping[Level, float]) -> None:
        """Make the levels together the objective, each at its price: a way to plans, not proofs."""
        # Held levels are equations that HiGHS can hardly meet; priced ones it can approach.
        priced = (price * self.expression(level) for level, price in prices.items())
        self.program.minimize(mathopt.fast_sum(priced))

    def hold(self, level: Level, most: float) -> mathopt.LinearConstraint:
        """Let no solution be worse at the level than `most`, in the level's units."""
        return self.program.add_linear_constraint(self.expression(level) <= most)

    def release(self, held: mathopt.LinearConstraint) -> None:
        self.program.delete_linear_constraint(held)

    def expression(self, level: Level) -> mathopt.LinearBase:
        return expression(level, self.terms, self.variables)

    def _vehicles_are_conserved(self) -> None:
        """Kept + disposed = kept the year before (opening) + bought + committed."""
        keep, dispose = self.variables.keep, self.variables.dispose
        for vintage, year in keep:
            before = keep.get((vintage, year - 1), self.terms.opening.get(vintage, 0))
            arriving = self._arriving(vintage) if year == vintage.entry_year else 0
            self._require(
                keep[vintage, year] + dispose[vintage, year] == before + arriving,
                Rule.VEHICLES_CONSERVED,
                *vintage,
                year,
            )

    def _arriving(self, vintage: Vintage) -> mathopt.LinearTypes:
        bought = mathopt.fast_sum(self.variables.arrivals.get(vintage, []))
        return bought + self.terms.committed.get(vintage, 0)

    def _new_vehicles_serve_their_first_year(self) -> None:
        """Disposed = 0 in the year of entry."""
        for (vintage, year), disposed in self.variables.dispose.items():
            if year == vintage.entry_year:
                disposed.upper_bound = 0

    def _no_vehicle_serves_past_its_maximum_age(self) -> None:
        """Kept = 0 at the maximum age and beyond."""
        for (vintage, year), kept in self.variables.keep.items():
            if self.terms.policy(vintage.fleet, year).is_past_maximum(vintage.age_in(year)):
                kept.upper_bound = 0

    def _no_vehicle_goes_in_a_freeze(self) -> None:
        """Disposed = 0 in a frozen year."""
        for (vintage, year), disposed in self.variables.dispose.items():
            if self.terms.is_frozen(vintage.fleet, year):
                disposed.upper_bound = 0

    def _spending_stays_within_each_envelope(self) -> None:
        """Sum of price x bought <= allocation - committed."""
        spending: defaultdict[str, list[mathopt.LinearTypes]] = defaultdict(list)
        for key, bought in self.variables.buy.items():
            price = self.terms.price_pence(self.terms.options[key.option_id], key.delivery_year)
            spending[key.envelope_id].append(price / PENCE_PER_POUND * bought)
        for envelope in self.terms.envelopes.values():
            # Also where nothing can be bought: commitments alone may exceed an envelope.
            self._limit(
                spending[envelope.envelope_id],
                self._capacity.money_left(envelope) / PENCE_PER_POUND,
                Rule.ENVELOPE_ALLOCATION,
                envelope.envelope_id,
            )

    def _orders_are_nothing_or_at_least_their_minimum(self) -> None:
        """Minimum x placed <= ordered <= most x placed."""
        for order, placed in self.variables.place.items():
            option = self.terms.options[order.option_id]
            most = self._capacity.most_deliverable(order.trust, option, order.delivery_year)
            ordered = mathopt.fast_sum(self.variables.orders[order])
            least = option.minimum_order * placed
            self._require(ordered >= least, Rule.MINIMUM_ORDER, *order, "least")
            self._require(ordered <= most * placed, Rule.MINIMUM_ORDER, *order, "most")

    def _supply_lines_deliver_no_more_than_they_can(self) -> None:
        """Bought on the line, over all trusts <= places - committed."""
        for line in self.terms.lines.values():
            for year in self.terms.horizon:
                self._limit(
                    self._bought_on(line, year),
                    self._capacity.line_left(line, year),
                    rule_of(line.kind),
                    line.line_id,
                    year,
                )

    def _bought_on(self, line: SupplyLine, year: int) -> Iterator[mathopt.Variable]:
        for key, bought in self.variables.bought_in[year]:
            if line.line_id in self.terms.options[key.option_id].supply_lines:
                yield bought

    def _trusts_commission_no_more_than_their_hubs_can(self) -> None:
        """Bought for the trust <= what its hubs can bring into service - committed."""
        for trust in sorted(self.terms.problem.trusts):
            for year in self.terms.horizon:
                capacity = self._capacity.commissioning_left(trust, year)
                if capacity is not None:
                    coming = self._bought_for(trust, year)
                    self._limit(coming, capacity, Rule.COMMISSIONING_CAPACITY, trust, year)

    def _bought_for(self, trust: TrustCode, year: int) -> Iterator[mathopt.Variable]:
        for key, bought in self.variables.bought_in[year]:
            if key.trust == trust:
                yield bought

    def _mandated_shares_are_zero_emission(self) -> None:
        """Zero emission >= share x covered, of one trust in one year."""
        for mandate, trust, year in self.terms.mandates():
            # Over the covered types together: a trust chooses where its clean vehicles go.
            covered = [
                (PAR_PERMILLE * self._is_zero_emission(key) - mandate.share_permille) * bought
                for key, bought in self.variables.buy.items()
                if key.trust == trust and self._counts(mandate, key, year)
            ]
            self._require(
                mathopt.fast_sum(covered) >= 0,
                Rule.ZERO_EMISSION_MANDATE,
                mandate.mandate_id,
                trust,
                year,
            )

    def _counts(self, mandate: Mandate, key: Buy, year: int) -> bool:
        option = self.terms.options[key.option_id]
        by_order = mandate.basis is MandateBasis.ORDERS
        counted_in = key.delivery_year - (option.lead_time_years if by_order else 0)
        return counted_in == year and covers(mandate, option.vehicle_type)

    def _no_fleet_exceeds_its_establishment(self) -> None:
        """Kept <= maximum."""
        for fleet, year in product(self.terms.fleets, self.terms.horizon):
            serving = self._serving(fleet, year)
            maximum = self.terms.establishment(fleet, year).maximum
            self._limit(serving, maximum, Rule.ESTABLISHMENT_MAXIMUM, *fleet, year)

    def _vacancies_are_counted(self) -> None:
        """Kept + vacant >= minimum."""
        for (fleet, year), vacant in self.variables.vacant.items():
            minimum = self.terms.establishment(fleet, year).minimum
            serving = mathopt.fast_sum(self._serving(fleet, year))
            self._require(serving + vacant >= minimum, Rule.ESTABLISHMENT_MINIMUM, *fleet, year)

    def _vehicles_missing_from_each_need_are_counted(self) -> None:
        """Sum of (1 - off-road share) x kept + short >= required, in thousandths."""
        for (fleet, year), short in self.variables.short.items():
            available = mathopt.fast_sum(
                self._available_permille(vintage, year) * self.variables.keep[vintage, year]
                for vintage in self._vintages_serving(fleet, year)
            )
            self._require(
                available + PAR_PERMILLE * short >= PAR_PERMILLE * self.terms.required(fleet, year),
                Rule.AVAILABILITY,
                *fleet,
                year,
            )

    def _vintages_serving(self, fleet: Fleet, year: int) -> Iterator[Vintage]:
        for vintage in self.variables.vintages_of[fleet]:
            if vintage.entry_year <= year:
                yield vintage

    def _serving(self, fleet: Fleet, year: int) -> Iterator[mathopt.Variable]:
        for vintage in self._vintages_serving(fleet, year):
            yield self.variables.keep[vintage, year]

    def _available_permille(self, vintage: Vintage, year: int) -> int:
        table = self.terms.profile(vintage.fleet, vintage.technology).off_road_permille
        return PAR_PERMILLE - at_age(table, vintage.age_in(year))

    def _is_zero_emission(self, key: Buy) -> bool:
        return self.terms.is_zero_emission(self.terms.options[key.option_id].technology)

    def _limit(
        self, parts: Iterable[mathopt.LinearTypes], most: float, rule: Rule, *key: object
    ) -> None:
        self._require(mathopt.fast_sum(parts) <= most, rule, *key)

    def _require(self, row: mathopt.BoundedLinearTypes, rule: Rule, *key: object) -> None:
        self.program.add_linear_constraint(row, name=label(rule, key))
