"""What vehicles cost by how many are bought, worked out from a plan's purchases."""

from collections import Counter
from typing import Final

from services.capital.optimiser.plan import Plan, Purchase
from services.capital.optimiser.problem import Option
from services.capital.optimiser.terms import Terms


class PricesPaid:
    """The price of one vehicle of each purchase: that of the last tier its number reaches."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._alone: Final[Counter[tuple[str, str, int]]] = Counter()
        self._together: Final[Counter[tuple[str, int]]] = Counter()
        for row in plan.purchases:
            self._alone[row.trust, row.option_id, row.delivery_year] += row.vehicles
            self._together[row.option_id, row.delivery_year] += row.vehicles

    def pence(self, row: Purchase) -> int:
        option = self._terms.options[row.option_id]
        listed = self._terms.price_pence(option, row.delivery_year)
        counted = self._counted(option, row)
        shares = (t.price_permille for t in option.price_tiers if counted >= t.from_vehicles)
        return listed * min(shares, default=1000) // 1000

    def _counted(self, option: Option, row: Purchase) -> int:
        if option.joint_tiers:
            return self._together[row.option_id, row.delivery_year]
        return self._alone[row.trust, row.option_id, row.delivery_year]
