"""Which vehicles serve each year under given decisions, counted from a problem's own rows."""

from collections import Counter, defaultdict
from typing import NamedTuple, TypeAlias

from services.capital.optimiser.plan import Decisions, Disposal, Moved
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import MoveKind

Place: TypeAlias = tuple[str, str]


class Kind(NamedTuple):
    """Vehicles that are alike, and whose they are; `held`: in reserve."""

    trust: str
    vehicle_type: str
    technology: str
    entry: int
    band: str = ""
    held: bool = False

    @property
    def place(self) -> Place:
        return self.trust, self.vehicle_type


def serving_by_year(problem: Problem, decisions: Decisions) -> dict[int, Counter[Kind]]:
    """Return what serves each year; fewer than none where more leave than are there."""
    first = problem.first_financial_year
    now: Counter[Kind] = Counter()
    for row in problem.cohorts:
        named = row.trust, row.vehicle_type, row.technology
        now[Kind(*named, first - row.age_years, row.band or "", row.in_reserve)] += row.vehicles
    changes = _changes(problem, decisions)
    serving = {}
    for year in range(first, first + problem.years):
        for kind, vehicles in changes[year].items():
            now[kind] += vehicles
        serving[year] = Counter(now)
    return serving


def _changes(problem: Problem, decisions: Decisions) -> defaultdict[int, Counter[Kind]]:
    changes: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    options = {row.option_id: row for row in problem.options}
    for coming in problem.commitments:
        year = coming.financial_year
        named = coming.trust, coming.vehicle_type, coming.technology
        changes[year][Kind(*named, year)] += coming.vehicles
    for bought in decisions.purchases:
        option, year = options[bought.option_id], bought.delivery_year
        named = bought.trust, option.vehicle_type, option.technology
        changes[year][Kind(*named, year)] += bought.vehicles
    for gone in leavers(decisions):
        changes[gone.financial_year][kind_of(gone)] -= gone.vehicles
    for moved in decisions.moves:
        changes[moved.financial_year][target_of(moved)] += moved.vehicles
    return changes


def leavers(decisions: Decisions) -> list[Disposal | Moved]:
    return [*decisions.disposals, *decisions.moves]


def kind_of(row: Disposal | Moved) -> Kind:
    held = isinstance(row, Disposal) and row.in_reserve
    return Kind(row.trust, row.vehicle_type, row.technology, row.entry_year, row.band, held)


def target_of(row: Moved) -> Kind:
    if row.kind is MoveKind.TRANSFER:
        return kind_of(row)._replace(trust=row.to_trust)
    return kind_of(row)._replace(held=True)
