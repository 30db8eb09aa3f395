"""Money that decisions bring back or cost in revenue, added up from a problem's own rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from services.capital.optimiser.plan import Decisions, Hired
from services.capital.optimiser.problem import AgeProfile, EnvelopeId, Problem
from tests.unit.capital.optimiser.oracle_garage import Garage
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_money import Lot, revenue
from tests.unit.capital.optimiser.oracle_motion import Kind, kind_of


class Purse:
    """What sales bring envelopes, and whether a trust's revenue is enough."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem

    def proceeds_pence(self, decisions: Decisions) -> Counter[EnvelopeId]:
        """Return what each envelope gets of what its year's disposals fetch."""
        proceeds: Counter[EnvelopeId] = Counter()
        for row in decisions.disposals:
            kind = kind_of(row)
            fetched = max(0, _at(self._tables(kind).resale_pence, row.financial_year - kind.entry))
            for envelope in self.problem.envelopes:
                named = (
                    row.trust in (envelope.trusts or (row.trust,))
                    and row.vehicle_type in (envelope.vehicle_types or (row.vehicle_type,))
                    and row.technology in (envelope.technologies or (row.technology,))
                )
                if named and row.financial_year == envelope.financial_year:
                    share = fetched * self._index(row.financial_year) // 1000
                    share = share * envelope.proceeds_permille // 1000
                    proceeds[envelope.envelope_id] += row.vehicles * share
        return proceeds

    def is_overspent(
        self, year: int, lots: list[Lot], now: Mapping[Kind, int], hires: Iterable[Hired]
    ) -> bool:
        """Whether any trust runs, leases, hires and orders for more than its budget of the year."""
        for budget in self.problem.revenue_budgets:
            if budget.financial_year == year:
                spent = self._running(year, budget.trust, now)
                for trust, charged, pence in revenue(self.problem, lots):
                    spent += 10**6 * pence * ((trust, charged) == (budget.trust, year))
                spent += 10**6 * self._hired(year, budget.trust, hires)
                if spent > 10**6 * budget.limit_pence:
                    return True
        return False

    def _running(self, year: int, trust: str, now: Mapping[Kind, int]) -> int:
        garage = Garage(self.problem)
        return sum(
            vehicles
            * _at(self._tables(kind).running_cost_pence, year - kind.entry)
            * garage.terms(*kind.place, held=kind.held)[1]
            * self._index(year)
            for kind, vehicles in now.items()
            if kind.trust == trust and vehicles
        )

    def _hired(self, year: int, trust: str, hires: Iterable[Hired]) -> int:
        pence = 0
        for row in hires:
            if (row.trust, row.financial_year) == (trust, year):
                ways = [*Rental(self.problem).ways(year, trust, row.vehicle_type)]
                pence += row.vehicles * (ways[1][1] if len(ways) > 1 else 0)
        return pence

    def _tables(self, kind: Kind) -> AgeProfile:
        named = kind.vehicle_type, kind.technology, kind.band
        rows = [
            row
            for row in self.problem.age_profiles
            if (row.vehicle_type, row.technology, row.band or "") == named
            and row.trust in {kind.trust, None}
        ]
        return min(rows, key=lambda row: row.trust is None)

    def _index(self, year: int) -> int:
        table = self.problem.price_index_permille
        return table[year - self.problem.first_financial_year] if table else 1000


def _at(table: tuple[int, ...], age: int) -> int:
    return table[age] if age < len(table) else table[-1]
