"""The renewal problem as a mixed-integer programme. Its constructor is the specification."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import Program, Rows
from services.capital.optimiser.mathopt_program import cost_of, program_of
from services.capital.optimiser.model.blocks import Blocks
from services.capital.optimiser.model.closer import Closer
from services.capital.optimiser.model.fleet import FleetRules
from services.capital.optimiser.model.money import MoneyRules
from services.capital.optimiser.model.moves import MoveRules
from services.capital.optimiser.model.need import NeedRules
from services.capital.optimiser.model.promise import PromiseRules
from services.capital.optimiser.model.revenue import RevenueRules
from services.capital.optimiser.model.ruling import RulingRules
from services.capital.optimiser.model.sites import SiteRules
from services.capital.optimiser.model.supply import SupplyRules
from services.capital.optimiser.model.tiers import TierRules
from services.capital.optimiser.objective import expression
from services.capital.optimiser.plan import Level
from services.capital.optimiser.terms import Terms


class RenewalModel(
    FleetRules,
    MoneyRules,
    RevenueRules,
    TierRules,
    SupplyRules,
    NeedRules,
    MoveRules,
    SiteRules,
    RulingRules,
    PromiseRules,
):
    """Decides what is bought with whose money, and which vintages serve each year.

    A purchase exists only where it may: for sale, ordered and delivered inside the horizon at the
    option's lead time, from an envelope of the delivery year that names its trust, type and
    technology (`variables.purchases`).
    """

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self.blocks: Final = Blocks(terms, self.variables)
        self._vehicles_are_conserved()
        self._new_vehicles_serve_their_first_year()
        self._moved_vehicles_serve_their_first_year()
        self._givers_keep_enough()
        self._no_reserve_exceeds_its_maximum()
        self._no_vehicle_serves_past_its_maximum_age()
        self._no_leased_vehicle_serves_past_its_term()
        self._no_vehicle_goes_in_a_freeze()
        self._spending_stays_within_each_envelope()
        self._spending_stays_under_each_ceiling()
        self._revenue_stays_within_each_budget()
        self._vehicles_cost_less_where_enough_are_bought()
        self._no_line_has_too_large_a_share()
        self._orders_are_nothing_or_at_least_their_minimum()
        self._supply_lines_deliver_no_more_than_they_can()
        self._trusts_commission_no_more_than_their_hubs_can()
        self._each_hub_commissions_no_more_than_it_can()
        self._zero_emission_vehicles_have_chargers()
        self._sites_at_hubs_charge_whole_vehicles()
        self._sites_hold_no_more_chargers_than_their_grid_carries()
        self._hubs_take_no_more_power_than_their_grid_carries()
        self._technologies_do_no_more_duties_than_they_fit()
        self._mandated_shares_are_zero_emission()
        self._no_fleet_exceeds_its_establishment()
        self._no_more_is_hired_than_may_be()
        self._no_trust_fares_worse_than_guaranteed()
        self._orders_are_as_ruled()
        self._vehicles_serve_as_ruled()
        self._vehicles_move_as_ruled()
        self._vehicles_are_hired_as_ruled()
        self._chargers_are_bought_as_ruled()
        self._orders_are_cancelled_as_ruled()
        self._changes_to_approved_orders_are_counted()
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

    def arrays(self) -> Program:
        """Return the programme as the engine's arrays, in its `blocks`."""
        program = program_of(self.program, self.blocks.of)
        # Whole vehicles that come and go leave whole stock; asking for it again, of the columns
        # that are most, leaves HiGHS without plans.
        whole = program.integer.copy()
        whole[[kept.id for kept in self.variables.keep.values()]] = False
        return replace(program, integer=whole)

    def closer_rows(self) -> Rows:
        """Return rows over the columns of `arrays` that no whole plan breaks."""
        return Closer(self.terms, self.variables).rows()

    def cost(self, level: Level) -> tuple[Floats, float]:
        """Return what the level charges each column of `arrays`, and what it charges anyway."""
        return cost_of(self.program, self.expression(level))
