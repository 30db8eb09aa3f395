"""Money that decisions bring back or cost in revenue, added up from a problem's own rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from services.capital.optimiser.plan import Decisions, Hired, Moved
from services.capital.optimiser.problem import EnvelopeId, Problem
from services.capital.optimiser.terms import MoveKind
from tests.unit.capital.optimiser.oracle_hire import Rental
from tests.unit.capital.optimiser.oracle_money import Lot, revenue
from tests.unit.capital.optimiser.oracle_motion import Kind, kind_of
from tests.unit.capital.optimiser.oracle_tables import money_of
from tests.unit.capital.optimiser.oracle_year import Years

# Who gives, who receives, and of what type.
Gift: TypeAlias = tuple[str, ...]


class Purse:
    """What sales bring envelopes, and whether a trust's revenue is enough."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem
        self.years: Final = Years(problem)

    def proceeds_pence(self, decisions: Decisions) -> Counter[EnvelopeId]:
        """Return what each envelope gets of what its year's disposals fetch."""
        proceeds: Counter[EnvelopeId] = Counter()
        for row in decisions.disposals:
            fetched = self.fetched_pence(kind_of(row), row.financial_year)
            for envelope_id, pence in fetched.items():
                proceeds[envelope_id] += row.vehicles * pence
        return proceeds

    def fetched_pence(self, kind: Kind, year: int) -> Counter[EnvelopeId]:
        """Return what each envelope gets of one vehicle disposed of in the year."""
        tables, proceeds = self.years.tables, Counter[EnvelopeId]()
        for envelope in self.problem.envelopes:
            named = (
                kind.trust in (envelope.trusts or (kind.trust,))
                and kind.vehicle_type in (envelope.vehicle_types or (kind.vehicle_type,))
                and kind.technology in (envelope.technologies or (kind.technology,))
            )
            if named and money_of(year) == envelope.financial_year and envelope.proceeds_permille:
                share = max(0, tables.resale_pence(kind, year)) * tables.index(year) // 1000
                proceeds[envelope.envelope_id] += share * envelope.proceeds_permille // 1000
        return proceeds

    def is_overspent(
        self, year: int, lots: list[Lot], now: Mapping[Kind, int], decisions: Decisions
    ) -> bool:
        """Whether a trust runs, leases, hires, orders and receives for more than its budget."""
        for budget in self.problem.revenue_budgets:
            if budget.financial_year == year:
                spent = self._running(year, budget.trust, now)
                for trust, charged, pence in revenue(self.problem, lots):
                    spent += 10**6 * pence * ((trust, charged) == (budget.trust, year))
                spent += 10**6 * self._hired(year, budget.trust, decisions.hires)
                spent += self.given_weight(year, budget.trust, _gifts(decisions.moves, year))
                if spent > 10**6 * budget.limit_pence:
                    return True
        return False

    def given_weight(self, year: int, trust: str, gifts: Counter[Gift]) -> int:
        """Return what a trust is given costs it in the year, at its prices, in 10^-6 pence."""
        pence = sum(
            gifts[row.from_trust, row.to_trust, row.vehicle_type] * row.cost_pence
            for row in self.problem.transfer_routes
            if row.to_trust == trust
        )
        return pence * self.years.tables.index(year) * 1000

    def _running(self, year: int, trust: str, now: Mapping[Kind, int]) -> int:
        return sum(
            vehicles * self.years.running_weight(kind, year)
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


def _gifts(moves: Iterable[Moved], year: int) -> Counter[Gift]:
    gifts: Counter[Gift] = Counter()
    for row in moves:
        if row.kind is MoveKind.TRANSFER and row.financial_year == year:
            gifts[row.trust, row.to_trust, row.vehicle_type] += row.vehicles
    return gifts
