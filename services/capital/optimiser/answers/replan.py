"""Planning again with few changes: how much of the saving one change to an approved plan buys."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.refusal import bought_by, ruled
from services.capital.optimiser.answers.relaxation import prices
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.mathopt_adapter import minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Outcome, Plan, Purchase
from services.capital.optimiser.problem import OptionId, OrderRuling, Problem, TrustCode
from services.capital.optimiser.terms import PAR_PERMILLE, Terms
from services.capital.optimiser.variables import Order, label

Cell: TypeAlias = tuple[TrustCode, OptionId, int]

MOST_CHANGES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The best plan found that changes so many of the approved orders; None for any number.

    An order is what one trust takes of one option in one year: to change it is one change, however
    much. `saved_permille` is of what changing everything saves, at the first level that it betters;
    None where nothing is, or not both are known. It is of plans found: a better one may save more.
    """

    most_changes: int | None
    outcome: Outcome
    changed: tuple[Cell, ...]
    saved_permille: int | None
    plan: Plan | None


def replan(
    problem: Problem,
    approved: Plan,
    workshop: Workshop,
    *,
    most_changes: int = MOST_CHANGES,
    frozen_years: int = 0,
) -> tuple[Replanned, ...]:
    """Return plans with no change, then one, and so on; last with any, as the effort allows.

    Orders placed in the first `frozen_years` of the horizon stand in all of them.
    """
    frozen = ruled(problem, *_frozen(problem, approved, frozen_years))
    free = workshop.plan(frozen, "any number of changes")
    kept = workshop.plan(_keeping(frozen, approved, frozenset()), "no change")
    rows = [(0, kept)]
    rows += [
        (changes, _with_changes(frozen, approved, changes, workshop))
        for changes in range(1, most_changes + 1)
    ]
    return tuple(
        _stated(approved, changes, plan, kept=kept, free=free)
        for changes, plan in [*rows, (None, free)]
    )


def _with_changes(
    problem: Problem, approved: Plan, changes: int, workshop: Workshop
) -> Plan | None:
    """Find which orders are best changed, and plan again with all others as they are."""
    if workshop.is_spent:
        return None
    workshop.tell(f"{changes} changes: which")
    model = RenewalModel(Terms(problem))
    _limit_changes(model, approved, changes)
    model.minimise_priced(prices(problem))
    answer = minimise(model.program, workshop.look(), lambda found, bound: None)
    if answer.values is None:
        return None
    cells = _changed(approved, decisions_of(model, answer.values).purchases)
    return workshop.plan(_keeping(problem, approved, cells), f"{changes} changes")


def _limit_changes(model: RenewalModel, approved: Plan, changes: int) -> None:
    """Sum of changed <= changes, where an order differs by no more than its most x changed."""
    program, before = model.program, bought_by(approved)
    flags = []
    for order in sorted({*model.variables.orders, *(Order(*cell) for cell in before)}):
        bought = model.variables.orders.get(order, [])
        was, most = before[order], sum(variable.upper_bound for variable in bought)
        changed = program.add_binary_variable(name=label("changed", order))
        ordered = mathopt.fast_sum(bought)
        program.add_linear_constraint(ordered - was <= max(0, most - was) * changed)
        program.add_linear_constraint(was - ordered <= was * changed)
        flags.append(changed)
    program.add_linear_constraint(mathopt.fast_sum(flags) <= changes)


def _keeping(problem: Problem, approved: Plan, but: frozenset[Cell]) -> Problem:
    """Return the problem in which every order, but some, is as approved."""
    before, terms = bought_by(approved), Terms(problem)
    cells = {
        (fleet.trust, option.option_id, year)
        for fleet in terms.fleets
        for option in terms.options_for(fleet.vehicle_type)
        for year in terms.delivery_years(option)
    }
    kept = sorted({*cells, *before} - but)
    return ruled(problem, *(_as_approved(cell, before) for cell in kept))


def _frozen(problem: Problem, approved: Plan, years: int) -> Iterator[OrderRuling]:
    leads = {row.option_id: row.lead_time_years for row in problem.options}
    before, until = bought_by(approved), problem.first_financial_year + years
    for cell in sorted(before):
        if cell[2] - leads[cell[1]] < until:
            yield _as_approved(cell, before)


def _as_approved(cell: Cell, before: Counter[Cell]) -> OrderRuling:
    trust, option_id, year = cell
    return OrderRuling(
        trust=trust,
        option_id=option_id,
        financial_year=year,
        minimum=before[cell],
        maximum=before[cell],
    )


def _changed(approved: Plan, purchases: tuple[Purchase, ...]) -> frozenset[Cell]:
    after: Counter[Cell] = Counter()
    for row in purchases:
        after[row.trust, row.option_id, row.delivery_year] += row.vehicles
    before = bought_by(approved)
    return frozenset(cell for cell in {*before, *after} if before[cell] != after[cell])


def _stated(
    approved: Plan,
    changes: int | None,
    plan: Plan | None,
    *,
    kept: Plan | None,
    free: Plan | None,
) -> Replanned:
    found = plan if plan is not None and plan.has_decisions else None
    return Replanned(
        most_changes=changes,
        outcome=Outcome.UNKNOWN if plan is None else plan.outcome,
        changed=tuple(sorted(_changed(approved, found.purchases))) if found else (),
        saved_permille=_saved(kept, found, free),
        plan=found,
    )


def _saved(kept: Plan | None, plan: Plan | None, free: Plan | None) -> int | None:
    if kept is None or plan is None or free is None:
        return None
    if not (kept.has_decisions and free.has_decisions):
        return None
    for row in kept.levels:
        none, some, every = (each.level(row.level).value for each in (kept, plan, free))
        if none != every:
            return (none - some) * PAR_PERMILLE // (none - every)
    return None
