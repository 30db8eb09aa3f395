"""Rules of supply: what can be ordered, built, commissioned, and of which technology."""

from collections.abc import Iterator
from math import inf

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Part, Rows
from services.capital.optimiser.problem import Mandate, MandateBasis, SupplyLine, TrustCode
from services.capital.optimiser.rules import Rule, rule_of
from services.capital.optimiser.terms import PAR_PERMILLE, comes_by, covers
from services.capital.optimiser.variables import Buy


class SupplyRules(Rows):
    """What orders are possible."""

    def _orders_are_nothing_or_at_least_their_minimum(self) -> None:
        """Minimum x placed <= ordered <= most x placed, and so from each envelope."""
        for order, placed in self.variables.place.items():
            option = self.terms.options[order.option_id]
            parts = self.variables.orders[order]
            affordable = sum(round(part.upper_bound) for part in parts)
            most = self._at_most.most_deliverable(order.trust, option, order.delivery_year)
            ordered: list[Part] = [(1, part) for part in parts]
            bounds = [(ordered, float(min(most, affordable)), "most")]
            # Each envelope's own bound is closer than that of all together.
            for place, part in enumerate(parts if affordable > most else ()):
                bounds.append(([(1, part)], part.upper_bound, f"most {place}"))
            for bought, bound, name in bounds:
                self._row([*bought, (-bound, placed)], -inf, 0, Rule.MINIMUM_ORDER, *order, name)
            # An order that is only charged for needs no least: it is placed for what it buys.
            if option.minimum_order > 1:
                least = [*ordered, (-option.minimum_order, placed)]
                self._row(least, 0, inf, Rule.MINIMUM_ORDER, *order, "least")

    def _supply_lines_deliver_no_more_than_they_can(self) -> None:
        """Bought and remounted on the line, over all trusts <= places - committed."""
        for line in self.terms.lines.values():
            for year in self.terms.horizon:
                self._limit(
                    self._bought_on(line, year),
                    self._capacity.line_left(line, year),
                    rule_of(line.kind),
                    line.line_id,
                    year,
                )

    def _bought_on(self, line: SupplyLine, year: int) -> Iterator[mathopt.LinearTypes]:
        for key, bought in self.variables.bought_in[year]:
            if line.line_id in self.terms.options[key.option_id].supply_lines:
                yield bought
        for move, moved in self.variables.move.items():
            if move.year == year and line.line_id in self.terms.lines_of(move):
                yield moved
        for row, cancelled in self._cancelled():
            if row.financial_year == year and line.line_id in row.supply_lines:
                yield -cancelled

    def _trusts_commission_no_more_than_their_hubs_can(self) -> None:
        """Bought for the trust <= what its hubs can bring into service - committed."""
        for trust in sorted(self.terms.problem.trusts):
            for year in self.terms.horizon:
                capacity = self._capacity.commissioning_left(trust, year)
                if capacity is not None:
                    coming = self._bought_for(trust, year)
                    self._limit(coming, capacity, Rule.COMMISSIONING_CAPACITY, trust, year)

    def _bought_for(self, trust: TrustCode, year: int) -> Iterator[mathopt.LinearTypes]:
        for key, bought in self.variables.bought_in[year]:
            if key.trust == trust:
                yield bought
        for row, cancelled in self._cancelled():
            if (row.trust, row.financial_year) == (trust, year):
                yield -cancelled

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

    def _no_line_has_too_large_a_share(self) -> None:
        """Bought on the lines <= share x covered, of one trust over the horizon."""
        for limit, trust in self.terms.concentration_limits():
            shares = [
                (PAR_PERMILLE * comes_by(limit, option) - limit.share_permille) * bought
                for key, bought in self.variables.buy.items()
                for option in (self.terms.options[key.option_id],)
                if key.trust == trust and covers(limit, option.vehicle_type)
            ]
            self._limit(shares, 0, Rule.CONCENTRATION, limit.limit_id, trust)

    def _counts(self, mandate: Mandate, key: Buy, year: int) -> bool:
        option = self.terms.options[key.option_id]
        by_order = mandate.basis is MandateBasis.ORDERS
        counted_in = key.delivery_year - (option.lead_time_years if by_order else 0)
        return counted_in == year and covers(mandate, option.vehicle_type)

    def _is_zero_emission(self, key: Buy) -> bool:
        return self.terms.is_zero_emission(self.terms.options[key.option_id].technology)
