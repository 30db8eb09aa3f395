"""How a run went: what was known of value and bound, and when."""

from collections.abc import Callable
from time import monotonic
from typing import Final, NamedTuple


class Moment(NamedTuple):
    """Seconds since the run began; None: no plan, or nothing proved, yet."""

    seconds: float
    value: float | None
    bound: float | None


class Trace:
    """Every change of value or bound, in the units of whoever tells them."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock: Final = clock
        self._began: Final = clock()
        self.moments: Final[list[Moment]] = []
        self.first_plan_seconds: float | None = None

    @property
    def seconds(self) -> float:
        return self._clock() - self._began

    def found(self) -> None:
        """Note that there is a plan; only the first time counts."""
        if self.first_plan_seconds is None:
            self.first_plan_seconds = self.seconds

    def note(self, value: float | None, bound: float | None) -> None:
        """Note how things stand; the first value is the first plan."""
        if value is not None:
            self.found()
        if not self.moments or self.moments[-1][1:] != (value, bound):
            self.moments.append(Moment(round(self.seconds, 3), value, bound))
