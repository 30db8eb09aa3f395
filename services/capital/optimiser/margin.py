"""One change to a plan: which rules it would break, and what it would make better or worse.

A rule added to the model is looked at here the same day: its rows are read, not written again.
"""

from collections import ChainMap, Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Final, NamedTuple

from services.capital.optimiser.engine.program import TOLERANCE, Program
from services.capital.optimiser.levels import standing
from services.capital.optimiser.loosened import loosened
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import EnvelopeId
from services.capital.optimiser.purses import Purses
from services.capital.optimiser.rules import RULES, Rule
from services.capital.optimiser.standing import OrderValues, standing_values
from services.capital.optimiser.terms import PAR_PERMILLE, Terms, Vintage
from services.capital.optimiser.variables import PENCE_PER_POUND, Buy, label


class Change(NamedTuple):
    """Vehicles that go in a year, and that are bought, more than planned; or fewer, below 0."""

    gone: tuple[tuple[Vintage, int, int], ...] = ()
    bought: tuple[tuple[Buy, int], ...] = ()


class Broken(NamedTuple):
    """A rule that a change would break, and by what: the key of its row in the model."""

    rule: Rule
    key: tuple[str, ...]


class Tried(NamedTuple):
    """What a change comes to: rules broken, and each level more or less, cost in pence."""

    broken: tuple[Broken, ...]
    levels: Mapping[Level, int]

    def first_of(self, levels: Sequence[Level]) -> tuple[Level, int] | None:
        """Return the first of the levels that changes, and by how much; None: none does."""
        return next(((row, self.levels[row]) for row in levels if self.levels[row]), None)


class Margin:
    """A plan against every row of the model, one change at a time."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self.standing: Final = standing(terms.problem)
        self._terms: Final = terms
        self._model: Final = loosened(terms.problem, supply=True)
        self._purses: Final = Purses(terms, plan)
        self._x: Final = standing_values(self._model, plan)
        self._orders: Final = OrderValues(self._model)
        self._bought: Final = Counter(
            {key: round(self._x[row.id]) for key, row in self._model.variables.buy.items()}
        )
        program = self._model.arrays()
        self._program: Final = program
        self._activity: Final = program.activity(self._x)
        self._entries: Final = _by_column(program)
        names = [row.name for row in self._model.program.linear_constraints()]
        self._names: Final = [_parsed(name) for name in names]
        rows = {name: place for place, name in enumerate(names)}
        self._missing: Final = dict(_missing(self._model, rows))
        self._vehicles: Final = dict(_vehicles(self._model))
        self._costs: Final = {level: self._model.cost(level)[0] for level in Level}

    def tried(self, change: Change) -> Tried | None:
        """Return what the change comes to; None where the model has no such vehicles."""
        moved = self._moved(change)
        if moved is None:
            return None
        rows = self._changes(moved)
        self._count_missing(moved, rows)
        broken = dict.fromkeys((*self._past_bounds(moved), *self._past_rows(rows)))
        return Tried(tuple(broken), {level: self._worth(level, moved) for level in Level})

    def _moved(self, change: Change) -> dict[int, float] | None:
        """Return by how much each column moves, but for what is missing from needs."""
        variables = self._model.variables
        after = ChainMap({key: self._bought[key] + by for key, by in change.bought}, self._bought)
        is_known = all(key in variables.buy for key, _ in change.bought) and all(
            (vintage, year) in variables.dispose for vintage, year, _ in change.gone
        )
        if not is_known or not self._orders.has_prices(after, after.maps[0]):
            return None
        moved: defaultdict[int, float] = defaultdict(float)
        for key, vehicles in change.bought:
            moved[variables.buy[key].id] += vehicles
        for vintage, year, vehicles in change.gone:
            moved[variables.dispose[vintage, year].id] += vehicles
        for vintage, year, vehicles in self._kept(change):
            moved[variables.keep[vintage, year].id] += vehicles
        for variable, value in self._orders.following(after, after.maps[0]):
            moved[variable.id] += value - float(self._x[variable.id])
        is_there = all(self._x[column] + by > -TOLERANCE for column, by in moved.items())
        return moved if is_there else None

    def _kept(self, change: Change) -> Iterator[tuple[Vintage, int, int]]:
        """Yield how many more of a vintage, or fewer, serve a year."""
        come: defaultdict[Vintage, Counter[int]] = defaultdict(Counter)
        for key, vehicles in change.bought:
            option = self._terms.options[key.option_id]
            new = self._terms.newcomer(option, key.trust, key.delivery_year)
            come[new][key.delivery_year] += vehicles
        for vintage, year, vehicles in change.gone:
            come[vintage][year] -= vehicles
        for vintage, by_year in come.items():
            there = 0
            for year in self._model.variables.years_of(vintage):
                there += by_year[year]
                yield vintage, year, there

    def _changes(self, moved: Mapping[int, float]) -> defaultdict[int, float]:
        rows: defaultdict[int, float] = defaultdict(float)
        for column, by in moved.items():
            self._add(rows, column, by)
        return rows

    def _add(self, rows: defaultdict[int, float], column: int, by: float) -> None:
        if by:
            for row, value in self._entries[column]:
                rows[row] += value * by

    def _count_missing(self, moved: dict[int, float], rows: defaultdict[int, float]) -> None:
        """Let what is missing from needs and establishments follow."""
        for row in [row for row in rows if row in self._missing]:
            column, each = self._missing[row]
            there = self._activity[row] + rows[row] - each * self._x[column]
            lacks = ceil((self._program.row_lower[row] - there) / each - TOLERANCE)
            moved[column] = max(0, lacks) - float(self._x[column])
            self._add(rows, column, moved[column])

    def _past_bounds(self, moved: Mapping[int, float]) -> Iterator[Broken]:
        """Yield the rules that the model keeps as bounds of variables: ages, leases, freezes."""
        for column, by in moved.items():
            if by > TOLERANCE and column in self._vehicles:
                vintage, year, serves = self._vehicles[column]
                for rule in self._forbidding(vintage, year, serves=serves):
                    yield Broken(rule, (*map(str, vintage), str(year)))

    def _forbidding(self, vintage: Vintage, year: int, *, serves: bool) -> Iterator[Rule]:
        terms = self._terms
        if serves:
            if terms.policy_of(vintage, year).is_past_maximum(vintage.age_in(year)):
                yield Rule.MAXIMUM_AGE
            if terms.is_past_lease(vintage, year):
                yield Rule.LEASE_TERM
            return
        if terms.is_frozen(vintage.fleet, year):
            yield Rule.DISPOSAL_FREEZE
        if year == vintage.entry_year:
            yield Rule.NEW_VEHICLES_SERVE

    def _past_rows(self, rows: Mapping[int, float]) -> Iterator[Broken]:
        spent: Counter[EnvelopeId] = Counter()
        for row, by in rows.items():
            name = self._names[row]
            if name.rule is Rule.ENVELOPE_ALLOCATION:
                spent[EnvelopeId(name.key[0])] += round(by * PENCE_PER_POUND)
            elif self._is_broken(row, by):
                yield name
        for envelope_id in self._purses.overspent(spent):
            yield Broken(Rule.ENVELOPE_ALLOCATION, (envelope_id,))

    def _is_broken(self, row: int, by: float) -> bool:
        after = self._activity[row] + by
        slack = TOLERANCE * max(1.0, abs(after))
        above = by > TOLERANCE and after > self._program.row_upper[row] + slack
        return bool(above or (by < -TOLERANCE and after < self._program.row_lower[row] - slack))

    def _worth(self, level: Level, moved: Mapping[int, float]) -> int:
        worth = sum(float(self._costs[level][column]) * by for column, by in moved.items())
        return round(worth * PENCE_PER_COST_UNIT) if level is Level.COST else round(worth)


def _vehicles(model: RenewalModel) -> Iterator[tuple[int, tuple[Vintage, int, bool]]]:
    """Yield the columns that say which vehicles serve a year, and which go in it."""
    for (vintage, year), kept in model.variables.keep.items():
        yield kept.id, (vintage, year, True)
    for (vintage, year), gone in model.variables.dispose.items():
        yield gone.id, (vintage, year, False)


def _missing(model: RenewalModel, rows: Mapping[str, int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the rows of needs and establishments, with what counts what each lacks."""
    for (fleet, year), short in model.variables.short.items():
        yield rows[label(Rule.AVAILABILITY, (*fleet, year))], (short.id, PAR_PERMILLE)
    for (fleet, year), vacant in model.variables.vacant.items():
        yield rows[label(Rule.ESTABLISHMENT_MINIMUM, (*fleet, year))], (vacant.id, 1)


def _parsed(name: str) -> Broken:
    rule, _, key = name.removesuffix("]").partition("[")
    return Broken(RULES[rule], tuple(key.split(",")))


def _by_column(program: Program) -> list[list[tuple[int, float]]]:
    entries: list[list[tuple[int, float]]] = [[] for _ in range(program.columns)]
    rows, columns = program.entry_row.tolist(), program.entry_column.tolist()
    for row, column, value in zip(rows, columns, program.entry_value.tolist(), strict=True):
        entries[column].append((row, value))
    return entries
