"""What a plan decides, against every rule that may not be broken."""

from collections.abc import Iterator

from services.capital.optimiser.check.charging import ChargingCheck
from services.capital.optimiser.check.fleet import FleetCheck
from services.capital.optimiser.check.hire import HireCheck
from services.capital.optimiser.check.money import MoneyCheck
from services.capital.optimiser.check.moves import MoveCheck
from services.capital.optimiser.check.promise import PromiseCheck
from services.capital.optimiser.check.revenue import RevenueCheck
from services.capital.optimiser.check.ruling import RulingCheck
from services.capital.optimiser.check.sites import SiteCheck
from services.capital.optimiser.check.supply import SupplyCheck
from services.capital.optimiser.rules import Violation


class RuleCheck(
    FleetCheck,
    MoneyCheck,
    RevenueCheck,
    SupplyCheck,
    HireCheck,
    MoveCheck,
    SiteCheck,
    ChargingCheck,
    RulingCheck,
    PromiseCheck,
):
    """Each clause yields what breaks its rule."""

    def violations(self) -> Iterator[Violation]:
        yield from self._vehicles_are_conserved()
        yield from self._new_vehicles_serve_their_first_year()
        yield from self._no_vehicle_serves_past_its_maximum_age()
        yield from self._no_leased_vehicle_serves_past_its_term()
        yield from self._no_vehicle_goes_in_a_freeze()
        yield from self._deliveries_keep_lead_times()
        yield from self._money_pays_only_for_what_it_may()
        yield from self._spending_stays_within_each_envelope()
        yield from self._spending_stays_under_each_ceiling()
        yield from self._revenue_stays_within_each_budget()
        yield from self._no_line_has_too_large_a_share()
        yield from self._orders_are_nothing_or_at_least_their_minimum()
        yield from self._supply_lines_deliver_no_more_than_they_can()
        yield from self._trusts_commission_no_more_than_their_hubs_can()
        yield from self._each_hub_commissions_no_more_than_it_can()
        yield from self._zero_emission_vehicles_have_chargers()
        yield from self._sites_hold_no_more_chargers_than_their_grid_carries()
        yield from self._hubs_take_no_more_power_than_their_grid_carries()
        yield from self._chargers_are_bought_by_who_may()
        yield from self._technologies_do_no_more_duties_than_they_fit()
        yield from self._mandated_shares_are_zero_emission()
        yield from self._no_fleet_exceeds_its_establishment()
        yield from self._no_more_is_hired_than_may_be()
        yield from self._no_trust_fares_worse_than_guaranteed()
        yield from self._orders_are_as_ruled()
        yield from self._vehicles_serve_as_ruled()
        yield from self._vehicles_move_as_ruled()
        yield from self._vehicles_are_hired_as_ruled()
        yield from self._chargers_are_bought_as_ruled()
        yield from self._orders_are_cancelled_as_ruled()
        yield from self._transfers_follow_their_routes()
        yield from self._givers_keep_enough()
        yield from self._boxes_are_remounted_as_offered()
        yield from self._remounts_are_paid_by_who_may()
        yield from self._reserves_are_joined_at_their_age()
        yield from self._no_reserve_exceeds_its_maximum()
