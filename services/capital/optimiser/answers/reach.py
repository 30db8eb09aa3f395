"""How far the price of a limit holds: a walk along a convex value made of straight pieces."""

from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.answers.relaxation import Point, Relaxation

MOST_TRIALS: Final = 10
# A price holds as long as what is gained on the way is within a hundredth of it.
WITHIN: Final = 0.01
# Where the lines from both ends meet nearer than this, an end is as good as reached.
NEARLY: Final = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The furthest point found to which the value is nearly a straight line, `step` from base."""

    step: float
    point: Point


def reach(relaxation: Relaxation, base: Point, name: str, furthest: float) -> Reach | None:
    """Return how far from its amount, towards `furthest`, the limit can move at one price.

    None: in as many trials as are made, no such point was found.
    """
    here, step = relaxation.amount(name), furthest
    for _ in range(MOST_TRIALS):
        point = relaxation.at(name, here + step)
        if point is None:
            step /= 4
        elif _is_straight(base, point, name, step):
            return Reach(step=step, point=point)
        else:
            step = _nearer(base, point, name, step)
    return None


def _is_straight(base: Point, point: Point, name: str, step: float) -> bool:
    """Whether the line of either end passes by the other: then it is the value between."""
    rise = point.value - base.value
    return any(abs(rise - end.duals[name] * step) <= WITHIN * abs(rise) for end in (base, point))


def _nearer(base: Point, point: Point, name: str, step: float) -> float:
    """Return where the lines of the two ends meet: no price of the base holds beyond."""
    bend = base.duals[name] - point.duals[name]
    if bend:
        meeting = (point.value - base.value - point.duals[name] * step) / bend
        if 0 < meeting / step < NEARLY:
            return meeting
    return step / 4
