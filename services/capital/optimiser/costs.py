"""Whole-life cost, exactly: weights in 10^-12 pence, so that discounts and shares stay integers.

A price enters discounted; running cost, lost days, resale and terminal value also at their year's
price index. Weights are added up whole, and rounded down to pence once.
"""

from typing import Final

from services.capital.optimiser.charging import Charge
from services.capital.optimiser.levels import price_pence
from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import AgeProfile, CommitmentId, Option
from services.capital.optimiser.problem.periods import days_in
from services.capital.optimiser.terms import (
    PAR_PERMILLE,
    PAR_PPM,
    Fleet,
    Move,
    MoveKind,
    Terms,
    Vintage,
    at_age,
)
from services.capital.optimiser.terms.money import parts

# Discount, price index and off-road share.
WEIGHT_PER_PENNY: Final = PAR_PPM * PAR_PERMILLE * PAR_PERMILLE
# A leap year's day is not worth a fraction in every sum.


class Costs:
    """The weight of each thing one vehicle does."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def capital(self, price_pence: int, year: int) -> int:
        """Return the weight of money of the year, already at its prices."""
        return price_pence * PAR_PERMILLE * PAR_PERMILLE * self._terms.discount_ppm(year)

    def purchase(self, option: Option, delivery_year: int) -> int:
        """Return what one vehicle costs to have: its price, or its lease."""
        price = self._terms.price_pence(option, delivery_year)
        return self.price(option, delivery_year, price) + self.lease(option, delivery_year)

    def price(self, option: Option, delivery_year: int, price_pence: int) -> int:
        """Return the price's weight, part by part; a right of use scores, and is not paid."""
        if option.lease is not None:
            return 0
        return sum(
            self.capital(pence, delivery_year - years_before)
            for years_before, pence in parts(option, price_pence)
        )

    def saving(self, option: Option, delivery_year: int, vehicles: int) -> int:
        """Return what one vehicle costs less where so many are bought together."""
        full = self._terms.price_pence(option, delivery_year)
        less = self._terms.volume_price_pence(option, delivery_year, vehicles)
        return self.price(option, delivery_year, full) - self.price(option, delivery_year, less)

    def lease(self, option: Option, delivery_year: int) -> int:
        """Return the payments for one leased vehicle that fall inside the horizon."""
        if option.lease is None:
            return 0
        payment = self._terms.lease_payment_pence(option, delivery_year)
        end = min(delivery_year + option.lease.term_years, self._terms.horizon.stop)
        return sum(self.capital(payment, year) for year in range(delivery_year, end))

    def ordering(self, option: Option, delivery_year: int) -> int:
        """Return what placing one order costs: a charge, paid in the year of the order."""
        pence = self._terms.order_charge_pence(option, delivery_year)
        return self.capital(pence, delivery_year - option.lead_time_years)

    def cancelling(self, commitment_id: CommitmentId) -> int:
        """Return what cancelling one vehicle costs: a charge, paid in the first year."""
        pence = self._terms.on_order[commitment_id].cancellation_price_pence
        return self.capital(pence, self._terms.horizon[0])

    def refund(self, commitment_id: CommitmentId) -> int:
        """Return what one vehicle that is cancelled would have cost."""
        row = self._terms.on_order[commitment_id]
        return self.capital(row.price_pence, row.financial_year)

    def committed(self) -> int:
        """Return what commitments cost, whatever is decided."""
        return sum(
            row.vehicles * self.capital(row.price_pence, row.financial_year)
            for row in self._terms.problem.commitments
        )

    def running(self, vintage: Vintage, year: int) -> int:
        table = self._profile(vintage).running_cost_pence
        return at_age(table, vintage.age_in(year)) * self.used_permille(vintage) * self._worth(year)

    def used_permille(self, vintage: Vintage) -> int:
        """Return the part of its running cost that a vehicle costs as what it is, per mille."""
        reserve = self._terms.reserve(vintage.fleet) if vintage.in_reserve else None
        return PAR_PERMILLE - (reserve.running_saved_permille if reserve else 0)

    def lost_days(self, vintage: Vintage, year: int) -> int:
        # No crew waits for a vehicle in reserve.
        if vintage.in_reserve:
            return 0
        off_road = at_age(self._profile(vintage).off_road_permille, vintage.age_in(year))
        day_pence = self._terms.types[vintage.vehicle_type].lost_day_cost_pence
        return off_road * days_in(year) * day_pence * self._worth(year)

    def service(self, vintage: Vintage, year: int) -> int:
        """Return what one vehicle that serves the year costs in it."""
        return self.running(vintage, year) + self.lost_days(vintage, year)

    def resale(self, vintage: Vintage, year: int) -> int:
        table = self._profile(vintage).resale_pence
        return at_age(table, vintage.age_in(year)) * PAR_PERMILLE * self._worth(year)

    def terminal_value(self, vintage: Vintage) -> int:
        end = self._terms.horizon.stop
        table = self._profile(vintage).terminal_value_pence
        return at_age(table, vintage.age_in(end)) * PAR_PERMILLE * self._worth(end)

    def move(self, move: Move) -> int:
        """Return what one vehicle's move costs: a remount of capital, a transfer of revenue."""
        if move.kind is MoveKind.REMOUNT:
            return self.capital(self._terms.remount_price_pence(move.source, move.year), move.year)
        route = self._terms.route(move.source.fleet, move.target.trust)
        pence = route.cost_pence if route and move.kind is MoveKind.TRANSFER else 0
        return pence * PAR_PERMILLE * self._worth(move.year)

    def hire(self, fleet: Fleet, year: int) -> int:
        return self.capital(self._terms.hire_price_pence(fleet, year), year)

    def charge(self, charge: Charge) -> int:
        """Return what one charger costs, of capital."""
        site = self._terms.site_by_id[charge.site_id]
        price_pence = self._terms.charger_price_pence(site, charge.financial_year)
        return self.capital(price_pence, charge.financial_year)

    def change(self, year: int) -> int:
        """Return what one vehicle more or fewer than approved, delivered in the year, costs."""
        return self._terms.problem.change_price_pence * PAR_PERMILLE * self._worth(year)

    def priced(self, level: Level, year: int) -> int:
        """Return what a vehicle-year of the level is worth avoiding; 0: it is no part of cost."""
        return price_pence(self._terms.problem, level) * PAR_PERMILLE * self._worth(year)

    def _profile(self, vintage: Vintage) -> AgeProfile:
        return self._terms.profile_of(vintage)

    def _worth(self, year: int) -> int:
        return self._terms.price_index_permille(year) * self._terms.discount_ppm(year)
