"""When a search ends: its seconds are over, it was told to stop, or there is nothing left to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Final

from services.capital.optimiser.limits import Clock, Limits
from services.capital.optimiser.mathopt_adapter import Stop
from services.capital.optimiser.stall import Stall

LEAST_SECONDS: Final = 0.05


class Timing:
    """The time of one search, by the clock that was handed in."""

    def __init__(self, clock: Clock, limits: Limits, stop: Stop) -> None:
        self.stop: Final = stop
        self.deadline: Final = clock() + limits.seconds
        self._clock: Final = clock
        self._parts = 0
        counts = limits.nodes is not None
        self.stall: Final = Stall(limits.stall_seconds, self._done if counts else clock)
        self.patience: Final = inf if counts else self.stall.patience

    def now(self) -> float:
        """Return the clock's time; after a stop, or a stall, it is later than any deadline."""
        return inf if self.stop.interrupted or self.stall.is_over else self._clock()

    def end_part(self) -> None:
        """Take it that a part of the search is done: where counts end a search, they are told."""
        self._parts += 1

    def _done(self) -> float:
        return self._parts

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


class Pace:
    """When something may be done again that is to take no more than a share of the time; 1: always.

    It is due at once after a stop, as whatever comes then comes last.
    """

    def __init__(self, now: Callable[[], float], share: float) -> None:
        self._now: Final = now
        self._share: Final = share
        self._next = -inf

    def is_due(self) -> bool:
        return self._share == 1.0 or self._now() >= self._next

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Note how long what is done within takes."""
        began = self._now()
        yield
        ended = self._now()
        if ended < inf:
            self._next = ended + (ended - began) * (1.0 - self._share) / self._share
