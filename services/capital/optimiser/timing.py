"""When a search ends: its seconds are over, it was told to stop, or there is nothing left to do."""

from math import inf
from typing import Final

from services.capital.optimiser.limits import Clock, Limits
from services.capital.optimiser.mathopt_adapter import Stop

LEAST_SECONDS: Final = 0.05


class Timing:
    """The time of one search, by the clock that was handed in."""

    def __init__(self, clock: Clock, limits: Limits, stop: Stop) -> None:
        self.stop: Final = stop
        self.deadline: Final = clock() + limits.seconds
        self._clock: Final = clock

    def now(self) -> float:
        """Return the clock's time; after a stop it is later than any deadline."""
        return inf if self.stop.interrupted else self._clock()

    @property
    def left(self) -> float:
        """Return the seconds left."""
        return self.deadline - self.now()

    @property
    def is_over(self) -> bool:
        return self.left <= LEAST_SECONDS

    def part(self, share: float) -> float:
        """Return a share of the seconds left, or the least that a solver can be given."""
        return max(LEAST_SECONDS, share * self.left)
