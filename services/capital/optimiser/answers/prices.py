"""What limits cost: the price of each envelope and place at the margin, and in whole vehicles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.answers.difference import (
    Difference,
    differences,
    never_less,
    never_more,
)
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.limit import Limit, moved, one_more
from services.capital.optimiser.answers.other_limits import every_limit
from services.capital.optimiser.answers.reach import Reach, reach
from services.capital.optimiser.answers.relaxation import Point, Relaxation, relaxed
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Unit
from services.capital.optimiser.terms import PAR_PPM, Terms

# Prices are of a million pounds, or of one place.
STEP: Final = {
    Unit.PENCE: 100_000_000,
    Unit.VEHICLES: 1,
    Unit.CHARGERS: 1,
    Unit.KILOWATTS: 1,
}
# Of the row's own units: money rows are in pounds.
PER_ROW_UNIT: Final = {
    Unit.PENCE: 100,
    Unit.VEHICLES: 1,
    Unit.CHARGERS: 1,
    Unit.KILOWATTS: 1,
}
MILLI: Final = 1000
SHARE_PERCENT: Final = 5
# Below this many pence a step a price is rounding, not a price.
LEAST_PENCE: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """What one step more of a limit changes, in the relaxation, while it lies between the amounts.

    Thousandths of vehicle-years for shortfall and over-age, and pence; a saving is negative.
    """

    shortfall_milli: int
    over_age_milli: int
    cost_pence: int
    least_amount: int
    most_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finite:
    """What so much more of a limit changes in whole vehicles; without levels: a plan, or none."""

    change: int
    outcome: Outcome
    levels: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPrice:
    """`dual_pence`: the worth of one step, all levels at their prices; 0: the limit does not bind.

    `more` and `fewer` are the slopes on either side of the amount; None: not looked at, or no way.
    """

    limit: Limit
    dual_pence: int
    more: Slope | None
    fewer: Slope | None
    finite: tuple[Finite, ...] = ()


def limit_prices(problem: Problem, plan: Plan, workshop: Workshop) -> tuple[LimitPrice, ...]:
    """Return the price of every limit, dearest first; whole-vehicle changes as the effort allows.

    `plan` is the problem's, with decisions; it is what the whole-vehicle changes are counted from.
    """
    workshop.knows(problem, plan)
    with relaxed(problem) as relaxation:
        marginal = _marginal(problem, relaxation, workshop)
    return tuple(_with_finite(problem, plan, row, workshop) for row in marginal)


def _marginal(problem: Problem, relaxation: Relaxation, workshop: Workshop) -> list[LimitPrice]:
    base = relaxation.best()
    if base is None:
        return []
    limits = [limit for limit in every_limit(problem) if limit.row in relaxation.names()]
    limits.sort(key=lambda limit: (base.duals[limit.row] * _steps(limit), limit.name))
    rows = []
    for place, limit in enumerate(limits):
        workshop.tell(limit.name, place)
        rows.append(_price(relaxation, base, limit, has_time=workshop.seconds_left > 0))
    return rows


def _steps(limit: Limit) -> float:
    """Return how much of the row's own units one step of the limit is."""
    return STEP[limit.unit] / PER_ROW_UNIT[limit.unit] * limit.usable_ppm / PAR_PPM


def _price(relaxation: Relaxation, base: Point, limit: Limit, *, has_time: bool) -> LimitPrice:
    pence = -base.duals[limit.row] * _steps(limit) * PENCE_PER_COST_UNIT
    binds = pence >= LEAST_PENCE
    return LimitPrice(
        limit=limit,
        dual_pence=round(pence) if binds else 0,
        more=_slope(relaxation, base, limit, 1) if binds and has_time else None,
        fewer=_slope(relaxation, base, limit, -1) if binds and has_time else None,
    )


def _slope(relaxation: Relaxation, base: Point, limit: Limit, towards: int) -> Slope | None:
    # Half as much again, or half as much, is as far as anybody asks.
    furthest = max(relaxation.amount(limit.row) / 2, _steps(limit))
    if towards < 0:
        furthest = -min(furthest, relaxation.amount(limit.row))
    found = reach(relaxation, base, limit.row, furthest) if furthest else None
    return None if found is None else _stated(limit, base, found)


def _stated(limit: Limit, base: Point, found: Reach) -> Slope:
    per_step = {
        level: (found.point.levels[level] - base.levels[level]) / found.step * _steps(limit)
        for level in Level
    }
    ends = sorted((0, round(found.step / _steps(limit) * STEP[limit.unit])))
    return Slope(
        shortfall_milli=round(per_step[Level.SHORTFALL] * MILLI),
        over_age_milli=round(per_step[Level.OVER_AGE] * MILLI),
        cost_pence=round(per_step[Level.COST] * PENCE_PER_COST_UNIT),
        least_amount=limit.amount + ends[0],
        most_amount=limit.amount + ends[1],
    )


def _with_finite(problem: Problem, plan: Plan, row: LimitPrice, workshop: Workshop) -> LimitPrice:
    finite = tuple(_finite(problem, plan, row.limit, workshop))
    return LimitPrice(
        limit=row.limit,
        dual_pence=row.dual_pence,
        more=row.more,
        fewer=row.fewer,
        finite=finite,
    )


def _finite(problem: Problem, plan: Plan, limit: Limit, workshop: Workshop) -> Iterator[Finite]:
    for change in _changes(problem, limit):
        amount = limit.amount + change
        other = workshop.plan(moved(problem, limit, amount), f"{limit.name} {change:+,}")
        if other is None:
            return
        yield _compared(plan, other, change)


def _changes(problem: Problem, limit: Limit) -> Iterator[int]:
    """Yield one vehicle's worth more and less, then a twentieth more and less."""
    vehicle, share = one_more(Terms(problem), limit), limit.amount * SHARE_PERCENT // 100
    for change in (vehicle, -vehicle, share, -share):
        if change and limit.amount + change >= 0 and (change != share or share > vehicle):
            yield change


def _compared(plan: Plan, other: Plan, change: int) -> Finite:
    levels: tuple[Difference, ...] = ()
    if other.has_decisions:
        levels = differences(plan, other)
        levels = never_more(levels) if change > 0 else never_less(levels)
    return Finite(change=change, outcome=other.outcome, levels=levels)
