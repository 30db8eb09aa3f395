"""What counts as proved, and how a gap is stated."""

from typing import Final

from services.capital.optimiser.levels import undiluted_pence
from services.capital.optimiser.plan import Level, LevelResult, Outcome, Plan

PPM: Final = 1_000_000
# Cost is proved within one part in a million, or one pound where that is more.
COST_TOLERANCE_PPM: Final = 1
COST_TOLERANCE_PENCE: Final = 100


def is_proved(level: Level, value: int, bound: int) -> bool:
    """Whether no plan can be better than `value`, given that none is below `bound`."""
    if level is not Level.COST:
        return value <= bound
    tolerance_pence = max(COST_TOLERANCE_PENCE, abs(value) * COST_TOLERANCE_PPM // PPM)
    return value - bound <= tolerance_pence


def gap_ppm(value: int, bound: int, priced: int = 0) -> int:
    """Return the gap in millionths, rounded up: of the value without what is `priced` in it."""
    return -((bound - value) * PPM // max(1, abs(value - priced)))


def stated_gap_ppm(plan: Plan) -> int:
    """Return the gap of a plan's cost, relative to what it costs but for other levels' prices."""
    if plan.cost is None:
        return 0
    cost = plan.level(Level.COST)
    return gap_ppm(cost.value, cost.bound, cost.value - undiluted_pence(plan.cost))


def outcome_of(levels: tuple[LevelResult, ...]) -> Outcome:
    """Return how far a search with a plan came: optimal when every level is proved."""
    return Outcome.OPTIMAL if all(row.proved for row in levels) else Outcome.FEASIBLE
