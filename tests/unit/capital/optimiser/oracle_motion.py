"""Which vehicles serve each year under given decisions, counted from a problem's own rows."""

from collections import Counter, defaultdict
from typing import NamedTuple, TypeAlias, assert_never

from services.capital.optimiser.plan import Decisions, Disposal, Moved
from services.capital.optimiser.problem import Commitment, Option, Problem, Remount
from services.capital.optimiser.terms import MoveKind

Place: TypeAlias = tuple[str, str]


class Kind(NamedTuple):
    """Vehicles that are alike, and whose they are; `held`: in reserve. A `box` of 0: none."""

    trust: str
    vehicle_type: str
    technology: str
    entry: int
    band: str = ""
    held: bool = False
    box: int = 0
    remounts: int = 0

    @property
    def place(self) -> Place:
        return self.trust, self.vehicle_type


def serving_by_year(problem: Problem, decisions: Decisions) -> dict[int, Counter[Kind]]:
    """Return what serves each year; fewer than none where more leave than are there."""
    first = problem.first_financial_year
    now = opening(problem)
    changes = _changes(problem, decisions)
    serving = {}
    for year in range(first, first + problem.years):
        for kind, vehicles in changes[year].items():
            now[kind] += vehicles
        serving[year] = Counter(now)
    return serving


def opening(problem: Problem) -> Counter[Kind]:
    """Return what is there as the horizon begins."""
    first = problem.first_financial_year
    there: Counter[Kind] = Counter()
    for row in problem.cohorts:
        named = row.trust, row.vehicle_type, row.technology
        boxed = row.box_body and _is_offered_somewhere(problem, *named)
        box = first - (row.box_age_years or row.age_years), row.remounts
        body = box if boxed else (0, 0)
        kind = Kind(*named, first - row.age_years, row.band or "", row.in_reserve, *body)
        there[kind] += row.vehicles
    return there


def places(problem: Problem) -> list[Place]:
    """Return every trust's every type that the problem speaks of."""
    rows = (problem.cohorts, problem.commitments, problem.needs, problem.establishments)
    return sorted({(row.trust, row.vehicle_type) for table in rows for row in table})


def _changes(problem: Problem, decisions: Decisions) -> defaultdict[int, Counter[Kind]]:
    changes: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    options = {row.option_id: row for row in problem.options}
    for coming in problem.commitments:
        kind = newcomer(problem, coming, coming.trust, coming.financial_year)
        changes[kind.entry][kind] += coming.vehicles
    for bought in decisions.purchases:
        kind = newcomer(problem, options[bought.option_id], bought.trust, bought.delivery_year)
        changes[kind.entry][kind] += bought.vehicles
    for gone in leavers(decisions):
        changes[gone.financial_year][kind_of(gone)] -= gone.vehicles
    for moved in decisions.moves:
        changes[moved.financial_year][target_of(moved)] += moved.vehicles
    return changes


def newcomer(problem: Problem, row: Option | Commitment, trust: str, year: int) -> Kind:
    named = trust, row.vehicle_type, row.technology
    boxed = row.box_body and _is_offered_somewhere(problem, *named)
    return Kind(*named, year, box=year if boxed else 0)


def _is_offered_somewhere(problem: Problem, trust: str, vehicle_type: str, technology: str) -> bool:
    """Whether the trust, or one that vehicles can come to from it, may remount them."""
    reached, before = {trust}, set[str]()
    while reached != before:
        before = set(reached)
        for row in problem.transfer_routes:
            if row.vehicle_type == vehicle_type and row.from_trust in before:
                reached.add(row.to_trust)
    return any(offer_to(problem, name, vehicle_type, technology) for name in reached)


def offer_to(problem: Problem, trust: str, vehicle_type: str, technology: str) -> Remount | None:
    rows = [
        row
        for row in problem.remount_offers
        if (row.vehicle_type, row.technology) == (vehicle_type, technology)
        and row.trust in {trust, None}
    ]
    return min(rows, key=lambda row: row.trust is None, default=None)


def leavers(decisions: Decisions) -> list[Disposal | Moved]:
    return [*decisions.disposals, *decisions.moves]


def kind_of(row: Disposal | Moved) -> Kind:
    held = isinstance(row, Disposal) and row.in_reserve
    named = row.trust, row.vehicle_type, row.technology, row.entry_year, row.band, held
    return Kind(*named, row.box_entry_year, row.remounts)


def target_of(row: Moved) -> Kind:
    kind = kind_of(row)
    match row.kind:
        case MoveKind.TRANSFER:
            return kind._replace(trust=row.to_trust)
        case MoveKind.RESERVE:
            return kind._replace(held=True)
        case MoveKind.REMOUNT:
            return kind._replace(entry=row.financial_year, band="", remounts=row.remounts + 1)
    assert_never(row.kind)
