"""Planning again with few changes: how much of the saving one change to an approved plan buys."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.approved import (
    ApprovedOrders,
    Cell,
    LeftOut,
    all_cells,
    approved_orders,
    as_approved,
    overruled,
)
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.relaxation import prices
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.mathopt_adapter import Status, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Outcome, Plan, Purchase
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import PAR_PERMILLE, Terms
from services.capital.optimiser.variables import Order, label

MOST_CHANGES: Final = 5
# Where rulings leave none, nothing need be sought.
NO_PLAN: Final = Plan(problem_hash="", outcome=Outcome.INFEASIBLE)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanning:
    """Plans with no change, then one, and so on; last with any.

    `left_out` are approved orders that this problem cannot have: they are no part of any plan, and
    leaving them out is no change. Those `overruled` are ruled against, and have to change.
    """

    plans: tuple[Replanned, ...]
    left_out: tuple[LeftOut, ...]
    overruled: tuple[Cell, ...]


def replan(
    problem: Problem,
    approved: Plan,
    workshop: Workshop,
    *,
    most_changes: int = MOST_CHANGES,
    frozen_years: int = 0,
) -> Replanning:
    """Return the best plans within so many changes, as the effort allows.

    Orders placed in the first `frozen_years` of the horizon stand in all of them.
    """
    terms = Terms(problem)
    orders = approved_orders(terms, approved)
    frozen = as_approved(problem, orders, _frozen(problem, orders, frozen_years))
    free = _planned(frozen, workshop, "any number of changes")
    kept = _planned(_keeping(frozen, orders), workshop, "no change")
    rows = [(0, kept)]
    rows += [
        (changes, _with_changes(frozen, orders, changes, workshop))
        for changes in range(1, most_changes + 1)
    ]
    return Replanning(
        plans=tuple(
            _stated(orders, changes, plan, kept=kept, free=free)
            for changes, plan in [*rows, (None, free)]
        ),
        left_out=orders.left_out,
        overruled=tuple(overruled(problem, orders, all_cells(terms))),
    )


def _planned(problem: Problem | None, workshop: Workshop, subject: str) -> Plan | None:
    return NO_PLAN if problem is None else workshop.plan(problem, subject)


def _with_changes(
    problem: Problem | None, orders: ApprovedOrders, changes: int, workshop: Workshop
) -> Plan | None:
    """Find which orders are best changed, and plan again with all others as they are."""
    if problem is None:
        return NO_PLAN
    if workshop.is_spent:
        return None
    workshop.tell(f"{changes} changes: which")
    model = RenewalModel(Terms(problem))
    _limit_changes(model, orders, changes)
    model.minimise_priced(prices(problem))
    answer = minimise(model.program, workshop.look(), lambda found, bound: None)
    if answer.values is None:
        return NO_PLAN if answer.status is Status.INFEASIBLE else None
    changed = _changed(orders, decisions_of(model, answer.values).purchases)
    return _planned(_keeping(problem, orders, but=changed), workshop, f"{changes} changes")


def _limit_changes(model: RenewalModel, orders: ApprovedOrders, changes: int) -> None:
    """Sum of changed <= changes, where an order differs by no more than its most x changed."""
    program, before = model.program, orders.vehicles
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


def _keeping(
    problem: Problem | None, orders: ApprovedOrders, but: frozenset[Cell] = frozenset()
) -> Problem | None:
    """Return the problem in which every order, but some, is as approved; None: it cannot be."""
    if problem is None:
        return None
    return as_approved(problem, orders, {*all_cells(Terms(problem)), *orders.vehicles} - but)


def _frozen(problem: Problem, orders: ApprovedOrders, years: int) -> list[Cell]:
    until = problem.first_financial_year + years
    return [cell for cell, placed in orders.placed_in.items() if placed < until]


def _changed(orders: ApprovedOrders, purchases: tuple[Purchase, ...]) -> frozenset[Cell]:
    after: Counter[Cell] = Counter()
    for row in purchases:
        after[row.trust, row.option_id, row.delivery_year] += row.vehicles
    before = orders.vehicles
    return frozenset(cell for cell in {*before, *after} if before[cell] != after[cell])


def _stated(
    orders: ApprovedOrders,
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
        changed=tuple(sorted(_changed(orders, found.purchases))) if found else (),
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
