"""When a search gets nowhere: neither its best plan nor what is proved of it moved for too long."""

from collections.abc import Callable, Sequence
from math import inf
from threading import Lock
from typing import Final

# Of the cost: a plan or a bound that moves by no more stands still. Of levels before it, nothing.
LEAST_SHARE: Final = 1e-5


class Stall:
    """Counts, once begun, from when the search last moved: seconds, or parts of it begun.

    Moves too small to count add up until they do. What has stalled stays so.
    """

    def __init__(self, most: int | None, count: Callable[[], float]) -> None:
        self._most: Final = most
        self._count: Final = count
        self._since: float | None = None
        self._is_over = False
        self._values: tuple[int, ...] = ()
        self._bounds: tuple[int, ...] = ()
        # Plans come from one thread and bounds from another.
        self._lock: Final = Lock()

    def begin(self) -> None:
        """Count from now on: before there is a first plan, none is to be expected."""
        self.stir()

    def stir(self) -> None:
        """Take it that the search moves."""
        with self._lock:
            self._since = self._count()

    def note(self, values: Sequence[int], bounds: Sequence[int]) -> None:
        """Take in what the best plan comes to at each level, cost last, and what is proved."""
        moved = _moved(self._values, values) or _moved(self._bounds, bounds)
        if self._most is None or not moved:
            return
        with self._lock:
            self._values, self._bounds = tuple(values), tuple(bounds)
            self._since = None if self._since is None else self._count()

    @property
    def patience(self) -> float:
        """Return how long a search may stand still."""
        return inf if self._most is None else self._most

    @property
    def is_over(self) -> bool:
        """Whether the search stood still for too long."""
        if self._most is None or self._is_over:
            return self._is_over
        with self._lock:
            still = 0.0 if self._since is None else self._count() - self._since
            self._is_over = still >= self._most
            return self._is_over


class Sight:
    """What a solver tells of one minimisation, looked at for whether it gets anywhere."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def is_new(self, found: float | None, bound: float | None) -> bool:
        """Whether the solution or the bound is another than when one last was."""
        told = {
            name: value for name, value in (("found", found), ("bound", bound)) if value is not None
        }
        if not any(self._differs(name, value) for name, value in told.items()):
            return False
        self._seen |= told
        return True

    def _differs(self, name: str, value: float) -> bool:
        before = self._seen.get(name)
        return before is None or abs(value - before) > LEAST_SHARE * abs(value)


def _moved(before: Sequence[int], now: Sequence[int]) -> bool:
    if len(before) != len(now):
        return True
    *earlier, cost = now
    least = LEAST_SHARE * abs(cost)
    return tuple(earlier) != tuple(before[:-1]) or abs(cost - before[-1]) > least
