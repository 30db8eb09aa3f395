"""The orders of an approved plan by a problem of today: which still stand, and why not the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from services.capital.optimiser.answers.rulings import ruled
from services.capital.optimiser.plan import Plan, Purchase
from services.capital.optimiser.problem import OptionId, OrderRuling, Problem, TrustCode
from services.capital.optimiser.terms import Fleet, Terms

Cell: TypeAlias = tuple[TrustCode, OptionId, int]


class Why(StrEnum):
    """Why an approved order is neither kept nor changed."""

    DELIVERED = "came before the years decided"
    PLACED = "was placed before the years decided"
    LATER = "would come after the years decided"
    WITHDRAWN = "is of no option of the catalogue"
    NO_FLEET = "is for no fleet of the problem"
    NOT_FOR_SALE = "can no longer be ordered for then"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An approved order that the problem cannot have as it was.

    `on_order`: of one placed before the years decided, how many such vehicles the problem has on
    order for the trust and year, of whatever order; None where its option is not known any more.
    """

    cell: Cell
    vehicles: int
    why: Why
    on_order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedOrders:
    """What was approved, by trust, option and year of delivery, as far as it can still be had."""

    vehicles: Counter[Cell]
    placed_in: dict[Cell, int]
    left_out: tuple[LeftOut, ...]


def approved_orders(terms: Terms, plan: Plan) -> ApprovedOrders:
    """Tell what still stands from what does not; the plan may be of other years and catalogue."""
    vehicles: Counter[Cell] = Counter()
    gone: Counter[tuple[Cell, Why]] = Counter()
    placed_in: dict[Cell, int] = {}
    for row in plan.purchases:
        cell = row.trust, row.option_id, row.delivery_year
        why = _why_not(terms, row)
        if why is None:
            vehicles[cell] += row.vehicles
            placed_in[cell] = row.order_year
        else:
            gone[cell, why] += row.vehicles
    left_out = (
        LeftOut(cell=cell, vehicles=count, why=why, on_order=_on_order(terms, cell, why))
        for (cell, why), count in sorted(gone.items())
    )
    return ApprovedOrders(vehicles=vehicles, placed_in=placed_in, left_out=tuple(left_out))


def _why_not(terms: Terms, row: Purchase) -> Why | None:
    option = terms.options.get(row.option_id)
    if row.delivery_year < terms.horizon.start:
        return Why.DELIVERED
    if row.order_year < terms.horizon.start:
        return Why.PLACED
    if row.delivery_year >= terms.horizon.stop:
        return Why.LATER
    if option is None:
        return Why.WITHDRAWN
    if Fleet(row.trust, option.vehicle_type) not in terms.fleets:
        return Why.NO_FLEET
    return None if row.delivery_year in terms.delivery_years(option) else Why.NOT_FOR_SALE


def _on_order(terms: Terms, cell: Cell, why: Why) -> int | None:
    trust, option_id, year = cell
    option = terms.options.get(option_id)
    if why is not Why.PLACED or option is None:
        return None
    such = (trust, option.vehicle_type, option.technology, year)
    return sum(
        row.vehicles
        for row in terms.problem.commitments
        if (row.trust, row.vehicle_type, row.technology, row.financial_year) == such
    )


def all_cells(terms: Terms) -> Iterator[Cell]:
    """Yield every order that can be placed."""
    for fleet in terms.fleets:
        for option in terms.options_for(fleet.vehicle_type):
            for year in terms.delivery_years(option):
                yield fleet.trust, option.option_id, year


def overruled(problem: Problem, orders: ApprovedOrders, cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells in which somebody has ruled against what was approved."""
    rulings = {(row.trust, row.option_id, row.financial_year): row for row in problem.order_rulings}
    among = sorted(rulings.keys() & set(cells))
    return [cell for cell in among if not _allows(rulings[cell], orders.vehicles[cell])]


def _allows(ruling: OrderRuling, vehicles: int) -> bool:
    return ruling.minimum <= vehicles <= ruling.maximum


def as_approved(problem: Problem, orders: ApprovedOrders, cells: Iterable[Cell]) -> Problem | None:
    """Return the problem in which the cells are as approved; None: a ruling is against one."""
    kept = sorted(cells)
    if overruled(problem, orders, kept):
        return None
    return ruled(problem, *(_exactly(cell, orders.vehicles[cell]) for cell in kept))


def _exactly(cell: Cell, vehicles: int) -> OrderRuling:
    trust, option_id, year = cell
    ruling = OrderRuling(trust=trust, option_id=option_id, financial_year=year)
    return replace(ruling, minimum=vehicles, maximum=vehicles)
