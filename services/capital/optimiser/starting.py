"""Plans as solutions of the model's arrays: looked up by its variables, and begun from."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np
from ortools.math_opt.python import mathopt

from services.capital.optimiser.allowance import Allowance
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.program import Program, without_fixed
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.mathopt_adapter import Effort, Stop, solve_program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Decisions, Disposal, Moved, Purchase, moved
from services.capital.optimiser.terms import PAR_PERMILLE
from services.capital.optimiser.variables import Buy

Decision: TypeAlias = Purchase | Disposal | Moved


class ByColumn(Mapping[mathopt.Variable, float]):
    """A solution of the model's arrays, looked up by the model's variables."""

    def __init__(self, model: RenewalModel, x: Floats) -> None:
        self._model: Final = model
        self._x: Final = x

    def __iter__(self) -> Iterator[mathopt.Variable]:
        return self._model.program.variables()

    def __len__(self) -> int:
        return len(self._x)

    def __getitem__(self, variable: mathopt.Variable) -> float:
        return float(self._x[variable.id])


def columns_of(model: RenewalModel, decisions: Decisions) -> tuple[Ints, Floats]:
    """Return the columns that purchases, disposals, moves and chargers decide, and what they are.

    What else is decided is little, and soon found where these are given.
    """
    rows: tuple[Decision, ...] = (*decisions.purchases, *decisions.disposals, *decisions.moves)
    known = {replace(row, vehicles=0): float(row.vehicles) for row in rows}
    columns, values = [], []
    for row, variable in _variables(model):
        columns.append(variable.id)
        values.append(known.get(row, 0.0))
    for variable, value in _of_chargers(model, decisions):
        columns.append(variable.id)
        values.append(value)
    return np.array(columns, dtype=np.int64), np.array(values)


def solution_of(
    model: RenewalModel, program: Program, decisions: Decisions, effort: Effort, stop: Stop
) -> Floats | None:
    """Return the decisions as a solution of the programme; None where they are none of it."""
    columns, values = columns_of(model, decisions)
    left = without_fixed(program.fixed(columns, values))
    found = solve_program(left.program, effort, stop=stop)
    if found.x is None:
        return None
    x = np.zeros(program.columns)
    x[columns], x[left.columns] = values, left.program.whole(found.x)
    return x


def _of_chargers(
    model: RenewalModel, decisions: Decisions
) -> Iterator[tuple[mathopt.Variable, float]]:
    """Yield chargers bought, and as many vehicles at each site at a hub as its chargers serve."""
    bought = {row.key: row.chargers for row in decisions.chargers}
    for key, charge in model.variables.charge.items():
        yield charge, float(bought.get(key, 0))
    for (site_id, year), charged in model.variables.charged.items():
        site = model.terms.site_by_id[site_id]
        by_then = (
            row.chargers
            for row in decisions.chargers
            if row.site_id == site_id and row.financial_year <= year
        )
        there = model.terms.chargers(site, year) + sum(by_then)
        yield charged, float(site.vehicles_per_charger_permille * there // PAR_PERMILLE)


def _variables(model: RenewalModel) -> Iterator[tuple[Decision, mathopt.Variable]]:
    for key, bought in model.variables.buy.items():
        yield _purchase(model, key), bought
    for (vintage, year), disposed in model.variables.dispose.items():
        yield Disposal.of(vintage, year, 0), disposed
    for move, moving in model.variables.move.items():
        yield moved(move, 0), moving


def _purchase(model: RenewalModel, key: Buy) -> Purchase:
    lead_years = model.terms.options[key.option_id].lead_time_years
    return Purchase(
        trust=key.trust,
        option_id=key.option_id,
        order_year=key.delivery_year - lead_years,
        delivery_year=key.delivery_year,
        envelope_id=key.envelope_id,
        vehicles=0,
    )


class Start:
    """From which solution better plans are looked for."""

    def __init__(self, model: RenewalModel, incumbent: Incumbent, allowance: Allowance) -> None:
        self._model: Final = model
        self._incumbent: Final = incumbent
        self._allowance: Final = allowance

    def best(self, program: Program) -> Floats | None:
        """Return the best plan as a solution; what it does not decide follows from it."""
        best = self._incumbent.best
        if best is None:
            return None
        effort, stop = self._allowance.effort(), self._allowance.timing.stop
        return solution_of(self._model, program, best.decisions, effort, stop)

    def of(self, program: Program, drafted: Floats | None, known: Floats | None) -> Floats | None:
        """Return the one that costs less: a draft that is short of more is soon better.

        A draft that breaks a rule, by what a solver lets pass, is none.
        """
        if drafted is None:
            return known
        if known is not None and program.value(known) <= program.value(drafted):
            return known
        return drafted if self._incumbent.is_plan(self._decisions(drafted)) else known

    def again(self, program: Program, x: Floats) -> Floats:
        """Return the best plan where x, bettered as far as it was, did not come to be it."""
        best = self._incumbent.best
        if best is None or best.decisions == self._decisions(x):
            return x
        known = self.best(program)
        return x if known is None else known

    def _decisions(self, x: Floats) -> Decisions:
        return decisions_of(self._model, ByColumn(self._model, x))
