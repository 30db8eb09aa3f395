"""Why one more zero-emission vehicle finds no charger: every hub that takes it is full."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import TrustCode, TypeCode
from services.capital.optimiser.problem.periods import label
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.stationing import placed, rooms_in
from services.capital.optimiser.terms import Fleet, Terms


class ChargersLeft:
    """What a plan leaves of chargers, and what stands in the way of one vehicle more."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._plan: Final = plan
        self._charging: Final[Counter[tuple[TrustCode, int, TypeCode]]] = Counter()
        for row in plan.stock:
            if terms.is_zero_emission(row.technology):
                self._charging[row.trust, row.financial_year, row.vehicle_type] += row.vehicles

    def hindrances(self, fleet: Fleet, year: int) -> Iterator[tuple[Rule, str]]:
        """Yield the rule that is in the way of one more in the fleet, and what it says."""
        if fleet.trust not in self._terms.sites:
            return
        charging = Counter(
            {
                row.code: self._charging[fleet.trust, year, row.code]
                for row in self._terms.problem.vehicle_types
            }
        )
        charging[fleet.vehicle_type] += 1
        rooms = list(rooms_in(self._terms, self._plan.decisions, fleet.trust, year))
        if sum(vehicles for _, vehicles in placed(charging, rooms)) < charging.total():
            named = f"{fleet.vehicle_type} in {label(year)}"
            yield Rule.CHARGER_CAPACITY, f"chargers {self._where(fleet)} serve no more {named}"

    def _where(self, fleet: Fleet) -> str:
        """Return the hubs that take the fleet's vehicles; the trust, where none is at a hub."""
        hubs = {
            site.hub_id
            for site in self._terms.sites[fleet.trust]
            if site.hub_id and fleet.vehicle_type in (site.vehicle_types or (fleet.vehicle_type,))
        }
        return f"at {', '.join(sorted(hubs))}" if hubs else f"of {fleet.trust}"
