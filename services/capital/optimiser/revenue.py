"""What vehicles cost in revenue, year by year: undiscounted, in millionths of a penny."""

from typing import Final

from services.capital.optimiser.costs import Costs
from services.capital.optimiser.problem import CommitmentId, OptionId
from services.capital.optimiser.terms import (
    PAR_PERMILLE,
    Fleet,
    Move,
    MoveKind,
    Terms,
    Vintage,
    at_age,
)

# A price index, and the share of its running cost that a vehicle in reserve costs.
PARTS_PER_PENNY: Final = PAR_PERMILLE * PAR_PERMILLE


class Revenue:
    """What each thing done scores against its trust's revenue in a year."""

    def __init__(self, terms: Terms) -> None:
        self._terms: Final = terms

    def running(self, vintage: Vintage, year: int) -> int:
        table = self._terms.profile_of(vintage).running_cost_pence
        used_permille = Costs(self._terms).used_permille(vintage)
        index_permille = self._terms.price_index_permille(year)
        return at_age(table, vintage.age_in(year)) * used_permille * index_permille

    def lease(self, option_id: OptionId, delivery_year: int, year: int) -> int:
        option = self._terms.options[option_id]
        if option.lease is None or not 0 <= year - delivery_year < option.lease.term_years:
            return 0
        payment = self._terms.lease_payment_pence(option, delivery_year)
        return payment * PARTS_PER_PENNY

    def ordering(self, option_id: OptionId, delivery_year: int, year: int) -> int:
        option = self._terms.options[option_id]
        if year != delivery_year - option.lead_time_years:
            return 0
        return self._terms.order_charge_pence(option, delivery_year) * PARTS_PER_PENNY

    def cancelling(self, commitment_id: CommitmentId, year: int) -> int:
        if year != self._terms.horizon[0]:
            return 0
        return self._terms.on_order[commitment_id].cancellation_price_pence * PARTS_PER_PENNY

    def receiving(self, move: Move) -> int:
        """Return what one vehicle costs whoever it is given to: livery, radios, delivery."""
        route = self._terms.route(move.source.fleet, move.target.trust)
        if route is None or move.kind is not MoveKind.TRANSFER:
            return 0
        index_permille = self._terms.price_index_permille(move.year)
        return route.cost_pence * PAR_PERMILLE * index_permille

    def hire(self, fleet: Fleet, year: int) -> int:
        return self._terms.hire_price_pence(fleet, year) * PARTS_PER_PENNY
