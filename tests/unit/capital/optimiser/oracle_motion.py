"""Which vehicles serve each year under given decisions, counted from a problem's own rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import repeat
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
    now: Counter[Kind] = Counter()
    for row in problem.cohorts:
        named = row.trust, row.vehicle_type, row.technology
        boxed = row.box_body and offer_to(problem, *named)
        box = first - (row.box_age_years or row.age_years), row.remounts
        body = box if boxed else (0, 0)
        kind = Kind(*named, first - row.age_years, row.band or "", row.in_reserve, *body)
        now[kind] += row.vehicles
    changes = _changes(problem, decisions)
    serving = {}
    for year in range(first, first + problem.years):
        for kind, vehicles in changes[year].items():
            now[kind] += vehicles
        serving[year] = Counter(now)
    return serving


def _changes(problem: Problem, decisions: Decisions) -> defaultdict[int, Counter[Kind]]:
    changes: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    for coming in deliveries(problem, decisions):
        changes[coming.entry][coming] += 1
    for gone in leavers(decisions):
        changes[gone.financial_year][kind_of(gone)] -= gone.vehicles
    for moved in decisions.moves:
        changes[moved.financial_year][target_of(moved)] += moved.vehicles
    return changes


def deliveries(problem: Problem, decisions: Decisions) -> Iterator[Kind]:
    """Yield each vehicle delivered, one by one, with the year it comes as that of its entry."""
    options = {row.option_id: row for row in problem.options}
    for coming in problem.commitments:
        kind = _new(problem, coming, coming.trust, coming.financial_year)
        yield from repeat(kind, coming.vehicles)
    for bought in decisions.purchases:
        kind = _new(problem, options[bought.option_id], bought.trust, bought.delivery_year)
        yield from repeat(kind, bought.vehicles)


def _new(problem: Problem, row: Option | Commitment, trust: str, year: int) -> Kind:
    named = trust, row.vehicle_type, row.technology
    boxed = row.box_body and offer_to(problem, *named)
    return Kind(*named, year, box=year if boxed else 0)


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
